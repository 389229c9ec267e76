"""Imports: who finds them, how they are read, stopped, put right, discarded and cleared away."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.models import ImportFile, ImportMemory, ImportRow, ImportRun, Job
from app.services.bulk_insert import many_rows
from app.services.imports.settling import cell_fixes as import_cell_fixes
from app.services.imports.settling import corrections as import_corrections
from app.services.imports.settling import doubts as import_doubts
from app.services.imports.work import clearing as import_clearing
from app.services.imports.work import runs as import_runs
from app.services.imports.work import saved as import_saved
from app.services.imports.work.job import read_run
from app.services.long_work import TakenAway
from app.services.super_table import section_fields
from sheets.fields.single_choice import choices
from sheets.storage import FieldSpec
from tests.builders import MONDAY, add_section_field
from tests.services.imports_handed_in import (
    HEAD,
    LEDGER,
    LINES,
    ROWS,
    hand_in,
    hands_of,
    read,
    read_again,
    rows_of,
)

NAME = "环境卫生科巡查.csv"


@pytest.fixture
def hands(city_database, tmp_path):
    return hands_of(city_database, tmp_path)


def flags_of(row):
    return [(flag[0], flag[1]) for flag in row.record.get("g", ())]


def test_a_run_is_read_compared_and_found_by_those_it_concerns(hands, city):
    run_id = read(hands, city, (NAME, LEDGER))

    with hands.sessions.reading() as session:
        run = import_runs.load_own(session, city.actors["hw_admin"], run_id)
        assert (run.status, run.section_id) == (import_runs.READY, city.orgs["HW"])
        assert (run.counts["new"], run.counts["flagged"]) == (ROWS, 2)
        assert [row.status for row in rows_of(session, run_id)] == ["new"] * ROWS
        (sheet,) = import_runs.sheets_of(session, run_id)
        assert {column["field"] for column in sheet.layout["columns"]} >= {"no", "due", "status"}
        for login, finds in (("sysadmin", True), ("sz_admin", False), ("reviewer", False)):
            found = import_runs.runs_of(session, city.actors[login])
            assert bool(found) is finds, login
        with pytest.raises(NotFound):
            import_runs.load_own(session, city.actors["sz_admin"], run_id)


def test_who_may_not_import_starts_none_and_none_for_another_section(hands, city):
    with pytest.raises(NotAllowed):
        hand_in(hands, city.actors["zhanqian"], (NAME, LEDGER))
    with pytest.raises(NotAllowed):
        hand_in(hands, city.actors["hw_admin"], (NAME, LEDGER), section_id=city.orgs["SZ"])
    with pytest.raises(Invalid):
        hand_in(hands, city.actors["hw_admin"])


def test_a_bad_file_is_a_sentence_and_harms_no_other(hands, city):
    run_id = read(hands, city, ("坏.xlsx", b"PK\x03\x04broken"), ("空.csv", b""), (NAME, LEDGER))

    with hands.sessions.reading() as session:
        refused = [file.refused for file in import_runs.files_of(session, run_id)]
        assert all(sentence.endswith("。") for sentence in refused[:2])
        assert refused[2] == ""
        assert session.get_one(ImportRun, run_id).counts["new"] == ROWS


def test_stopping_is_heard_between_files_and_the_run_can_be_read_on(hands, city, monkeypatch):
    run_id, version = hand_in(hands, city.actors["hw_admin"], (NAME, LEDGER), ("二.csv", LEDGER))

    def stopped(*_args):
        with hands.sessions.writing() as session:
            import_runs.stop(session, city.actors["hw_admin"], MONDAY, run_id)
        return {}

    with monkeypatch.context() as patched:
        patched.setattr("app.services.imports.work.job.take_in_pictures", stopped)
        assert not read_run(hands, run_id, version)

    with hands.sessions.writing() as session:
        run = session.get_one(ImportRun, run_id)
        assert run.status == import_runs.STOPPED
        assert run.sentence.startswith(city.actors["hw_admin"].name)
        import_runs.read_again(session, city.actors["hw_admin"], MONDAY, run_id)
    assert read_again(hands, run_id).status == import_runs.READY


def test_whoever_begins_anew_after_a_kill_comes_to_the_same_end(hands, city):
    run_id, version = hand_in(hands, city.actors["hw_admin"], (NAME, LEDGER), ("二.csv", LEDGER))
    holds = iter([True] * 5 + [False])
    killed = hands_of(hands.sessions, hands.room.store.root.parent, lambda _session: next(holds))
    with pytest.raises(TakenAway):
        read_run(killed, run_id, version)

    assert read_run(hands, run_id, version)

    with hands.sessions.reading() as session:
        assert session.scalar(select(func.count(ImportRow.id))) == 2 * ROWS
        assert session.get_one(ImportRun, run_id).status == import_runs.READY


def test_a_corrected_column_is_read_anew_and_remembered_and_fixed_cells_stay(hands, city):
    run_id = read(hands, city, (NAME, LEDGER))
    actor = city.actors["hw_admin"]
    with hands.sessions.writing() as session:
        run = session.get_one(ImportRun, run_id)
        first, second, *_ = rows_of(session, run_id)
        import_cell_fixes.fix_cell(session, actor, MONDAY, run, second.id, "due", "2026-11-09")
        first.decision = "skip"
        (sheet,) = import_runs.sheets_of(session, run_id)
        point = next(one for one in sheet.layout["columns"] if one["field"] == "point")
        wanted = {point["key"]: "community"}
        import_corrections.correct_columns(session, actor, MONDAY, run, sheet.id, wanted)
    assert read_again(hands, run_id).status == import_runs.READY

    with hands.sessions.reading() as session:
        first, second, *_ = rows_of(session, run_id)
        assert (first.decision, first.record["f"]["community"]) == ("skip", "中央大街9号门前")
        assert (second.record["f"]["due"], flags_of(second)) == ("2026-11-09", [])
    again = read(hands, city, ("下月.csv", LEDGER))
    with hands.sessions.reading() as session:
        assert "point" not in rows_of(session, again)[0].record["f"]


OTHER = (
    "街道,点位,存在问题,发现日期,整改情况\n站前街道,东一路3号,井盖破损一处,2026-10-03,未整改\n"
).encode()


def files_to_read(session):
    """The files that the last reading that was asked for is to read."""
    job = session.scalars(select(Job).order_by(Job.id.desc())).first()
    return job.payload["files"]


def test_a_corrected_column_has_only_files_of_its_shape_read_again(hands, city):
    run_id = read(hands, city, (NAME, LEDGER), ("市政.csv", OTHER), ("又一份.csv", LEDGER))
    with hands.sessions.writing() as session:
        run = session.get_one(ImportRun, run_id)
        first, other, again = (each.id for each in import_runs.files_of(session, run_id))
        before = {row.id: row.record for row in rows_of(session, run_id)}
        sheet = import_runs.sheets_of(session, run_id)[0]
        point = next(one for one in sheet.layout["columns"] if one["field"] == "point")
        wanted = {point["key"]: "community"}
        import_corrections.correct_columns(
            session, city.actors["hw_admin"], MONDAY, run, sheet.id, wanted
        )
        version, files = run.version, files_to_read(session)
        assert files == [first, again]

    assert read_run(hands, run_id, version, files)

    with hands.sessions.reading() as session:
        rows = rows_of(session, run_id)
        kept = [row for row in rows if before.get(row.id) == row.record]
        (left,) = (one for one in import_runs.sheets_of(session, run_id) if one.file_id == other)
        assert [row.sheet_id for row in kept] == [left.id]
        assert sum("community" in row.record["f"] for row in rows) == 2 * ROWS
        assert {row.status for row in rows} == {"new", "unchanged"}


def test_everything_is_read_again_where_a_reading_was_under_way(hands, city):
    run_id = read(hands, city, (NAME, LEDGER), ("市政.csv", OTHER))
    with hands.sessions.writing() as session:
        run = session.get_one(ImportRun, run_id)
        first, _ = (each.id for each in import_runs.files_of(session, run_id))
        import_runs.queue_reading(session, MONDAY, run, [first])
        assert files_to_read(session) == [first]
        import_runs.queue_reading(session, MONDAY, run, [first])
        assert files_to_read(session) == []


def test_like_cells_are_put_right_together_and_the_word_is_remembered(hands, city):
    run_id = read(hands, city, (NAME, LEDGER))
    actor = city.actors["hw_admin"]
    with hands.sessions.writing() as session:
        run = session.get_one(ImportRun, run_id)
        with pytest.raises(Invalid):
            import_cell_fixes.fix_alike(session, actor, MONDAY, run, "due", "尽快", "马上")
        done = import_cell_fixes.fix_alike(
            session, actor, MONDAY, run, "due", "尽快", "2026年11月9日"
        )
        assert (done, run.counts["flagged"]) == (2, 0)
        assert session.scalar(select(func.count(ImportMemory.id))) == 1

    again = read(hands, city, ("下月.csv", LEDGER))

    with hands.sessions.reading() as session:
        dues = [row.record["f"]["due"] for row in rows_of(session, again)]
        assert dues[:4] == ["2026-10-16", "2026-11-09", "2026-10-19", "2026-11-09"]


def test_a_day_alone_is_put_right_for_its_own_month_and_never_remembered(hands, city):
    lines = ["街道,点位,存在问题,发现日期,整改情况"]
    lines += [f"站前街道,中央大街{at}号,垃圾散落一处,3日,未整改" for at in (1, 2)]
    table = "\n".join(lines)
    files = [
        (f"{month}月.csv", f"2026年{month}月台账,,,,\n{table}\n".encode()) for month in (9, 10)
    ]
    run_id = read(hands, city, *files)
    with hands.sessions.writing() as session:
        first = rows_of(session, run_id)[0]
        asked = import_doubts.doubt_of(session, run_id, first.id, "reported_at")
        assert asked == ("3日", "“3日”只有日，按 2026 年 9 月理解，请核对。")
        done = import_cell_fixes.fix_alike(
            session, city.actors["hw_admin"], MONDAY, session.get_one(ImportRun, run_id),
            "reported_at", asked[0], "2026-09-04", asked[1],
        )  # fmt: skip
        days = [row.record["f"]["reported_at"] for row in rows_of(session, run_id)]
        assert (done, days) == (2, ["2026-09-04"] * 2 + ["2026-10-03"] * 2)
        assert session.scalar(select(func.count(ImportMemory.id))) == 0


def test_a_column_becomes_a_field_of_the_section_and_its_values_are_judged(hands, city):
    actor = city.actors["hw_admin"]
    with hands.sessions.writing() as session:
        options = {"unit": "车", "decimals": 0, "min": 0}
        spec = FieldSpec(caption="清运车次", type="number", options=options)
        trips = add_section_field(session, MONDAY, "HW", spec).id
    head = HEAD.replace("\n", ",清运车次,班组,车型\n")
    more = (",3,一班,大车", ",很多,一班,", ",,二班,小车", ",,二班,大车", ",5,二班,小车")
    lines = [f"{line}{own}\n" for line, own in zip(LINES.splitlines(), more, strict=True)]
    data = (head + "".join(lines)).encode("gbk")
    run_id = read(hands, city, (NAME, data))
    with hands.sessions.writing() as session:
        first, second, *_ = rows_of(session, run_id)
        assert first.record["f"][trips] == "3 车"
        assert (trips, "很多") in flags_of(second)
        run = session.get_one(ImportRun, run_id)
        (sheet,) = import_runs.sheets_of(session, run_id)
        keys = {one["caption"]: one["key"] for one in sheet.layout["columns"]}
        wanted = {keys["班组"]: "new:text", keys["车型"]: "new:single_choice"}
        import_corrections.correct_columns(session, actor, MONDAY, run, sheet.id, wanted)
    read_again(hands, run_id)

    with hands.sessions.reading() as session:
        made = {one.caption: one for one in section_fields.all_fields(session)}
        teams = [row.record["f"][made["班组"].id] for row in rows_of(session, run_id)]
        cars = [row.record["f"].get(made["车型"].id) for row in rows_of(session, run_id)]
        assert teams == ["一班", "一班", "二班", "二班", "二班"]
        assert cars == ["大车", None, "小车", "大车", "小车"]
        assert [label for _, label in choices(made["车型"].options)] == ["大车", "小车"]


def test_a_column_of_many_texts_becomes_no_list_to_choose_of(hands, city):
    head = HEAD.replace("\n", ",现场说明\n")
    long = "说" * 51
    lines = [f"{line},{long}\n" for line in LINES.splitlines()]
    run_id = read(hands, city, (NAME, (head + "".join(lines)).encode("gbk")))
    actor = city.actors["hw_admin"]
    with hands.sessions.writing() as session:
        run = session.get_one(ImportRun, run_id)
        (sheet,) = import_runs.sheets_of(session, run_id)
        columns = sheet.layout["columns"]
        (key,) = (one["key"] for one in columns if one["caption"] == "现场说明")
        wanted = {key: "new:single_choice"}
        with pytest.raises(Invalid, match="请改选"):
            import_corrections.correct_columns(session, actor, MONDAY, run, sheet.id, wanted)


def test_an_import_after_one_that_was_given_up_is_read_like_any_other(hands, city):
    actor = city.actors["hw_admin"]
    given_up = read(hands, city, (NAME, LEDGER))
    with hands.sessions.writing() as session:
        import_runs.discard(session, actor, MONDAY, given_up)

    run_id, version = hand_in(hands, actor, (NAME, LEDGER))

    assert run_id != given_up
    with hands.sessions.reading() as session:
        slots = set(session.scalars(select(Job.slot).where(Job.name == import_runs.READ)))
    assert f"{run_id}.{version}" in slots


def test_a_pasted_block_is_read_like_a_file(hands, city):
    block = (HEAD + LINES).replace(",", "\t").encode()
    run_id, version = hand_in(
        hands, city.actors["hw_admin"], ("粘贴的表格", block), kind=import_runs.PASTE
    )

    assert read_run(hands, run_id, version)

    with hands.sessions.reading() as session:
        assert session.get_one(ImportRun, run_id).counts["new"] == ROWS


def test_a_saved_import_takes_section_and_settings_along(hands, city):
    actor = city.actors["hw_admin"]
    run_id = read(hands, city, (NAME, LEDGER))
    with hands.sessions.writing() as session:
        session.get_one(ImportRun, run_id).settings = {"keys": {"1": ["no"]}}
        saved = import_saved.save(session, actor, MONDAY, run_id, " 每月 台账 ")
        assert saved.name == "每月 台账"
        handed = import_runs.Handed("十二月.csv", "table", "0" * 64, 1)
        run = import_runs.start(session, actor, MONDAY, [handed], saved_id=saved.id)
        assert (run.settings, run.section_id) == ({"keys": {"1": ["no"]}}, city.orgs["HW"])
        with pytest.raises(NotFound):
            import_saved.forget(session, city.actors["sz_admin"], MONDAY, saved.id)
        import_saved.forget(session, actor, MONDAY, saved.id)
        assert import_saved.saved_of(session, actor) == []


def test_a_discarded_run_leaves_nothing_and_a_written_one_is_not_discarded(hands, city):
    actor = city.actors["hw_admin"]
    run_id, written = read(hands, city, (NAME, LEDGER)), read(hands, city, ("二.csv", LEDGER))
    with hands.sessions.writing() as session:
        import_runs.discard(session, actor, MONDAY, run_id)
        session.get_one(ImportRun, written).status = import_runs.APPLIED
        with pytest.raises(Conflict):
            import_runs.discard(session, actor, MONDAY, written)

    with hands.sessions.reading() as session:
        assert session.scalars(select(ImportRun.id)).all() == [written]
        assert session.scalar(select(func.count(ImportRow.id))) == ROWS


def test_old_runs_are_cleared_and_the_rows_of_written_ones_stay(hands, city):
    read(hands, city, (NAME, LEDGER))
    written = read(hands, city, ("二.csv", LEDGER))
    with hands.sessions.writing() as session:
        session.get_one(ImportRun, written).status = import_runs.APPLIED
        assert import_clearing.clear_old(session, MONDAY + timedelta(days=29)) == 0
        assert import_clearing.clear_old(session, MONDAY + timedelta(days=401)) == 1

    with hands.sessions.reading() as session:
        assert session.scalars(select(ImportRun.id)).all() == [written]
        assert session.scalars(select(ImportFile.sha256)).all() == [""]
        assert session.scalar(select(func.count(ImportRow.id))) == ROWS
        assert session.scalar(select(func.count(Job.id))) == 2


def test_rows_that_go_by_once_are_read_without_mapping_the_file(session):
    if session.get_bind().dialect.name != "sqlite":
        with many_rows(session):
            assert session.scalar(select(1)) == 1
        return
    with many_rows(session):
        assert session.scalar(text("PRAGMA mmap_size")) == 0
    assert session.scalar(text("PRAGMA mmap_size")) > 0
