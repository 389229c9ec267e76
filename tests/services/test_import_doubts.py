"""Doubtful cells settled in one go: all guesses of a kind in a column, and taken back again."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from app.domain.refusals import Conflict, Invalid
from app.models import ImportMemory, ImportRow, ImportRun
from app.services.imports.reading.vocabulary import load_knowledge
from app.services.imports.settling import cell_fixes as import_cell_fixes
from app.services.imports.settling import doubts as import_doubts
from app.services.imports.work import runs as import_runs
from tests.builders import MONDAY
from tests.services.imports_handed_in import hands_of, read, read_again, rows_of

HEAD = "街道,点位,存在问题,发现日期,整改期限,整改情况"
MARCH = "“…”只有日，按 2026 年 3 月理解，请核对。"


@pytest.fixture
def hands(city_database, tmp_path):
    return hands_of(city_database, tmp_path)


def ledger(month, *days):
    """The ledger of a month; each line says its days alone."""
    lines = [f"2026年{month}月台账,,,,,", HEAD]
    lines += [
        f"站前街道,中央大街{at}号,垃圾散落第{at}处,{found},{due},未整改"
        for at, (found, due) in enumerate(days, start=1)
    ]
    return f"{month}月.csv", ("\n".join(lines) + "\n").encode()


@pytest.fixture
def run_id(hands, city):
    march = ledger(3, ("3日", "13日"), ("5日", "15日"), ("9日", "2日"), ("9日", "月内"))
    return read(hands, city, march, ledger(4, ("3日", "13日"), ("4日", "14日")))


def columns_of(session, run_id):
    found = import_doubts.doubts(session, run_id).columns
    return {(one.field, one.file_id, one.kind): one for one in found}


def agree(session, city, run_id, field="reported_at", kind=MARCH):
    """Agree to a column of the first file."""
    run = session.get_one(ImportRun, run_id)
    file_id = import_runs.files_of(session, run_id)[0].id
    actor = city.actors["hw_admin"]
    return import_cell_fixes.agree_to_column(
        session, actor, MONDAY, run, file_id, field, kind
    )  # fmt: skip


def days(session, run_id, field="reported_at"):
    return [row.record["f"].get(field) for row in rows_of(session, run_id)]


def test_a_column_is_the_guesses_of_one_kind_in_one_file(hands, run_id):
    with hands.sessions.reading() as session:
        march, april = (each.id for each in import_runs.files_of(session, run_id))
        columns = columns_of(session, run_id)

    april_kind = MARCH.replace("3 月", "4 月")
    limits = columns["due", march, MARCH]
    assert {key[:2] for key in columns} == {
        ("reported_at", march), ("due", march), ("reported_at", april), ("due", april),
    }  # fmt: skip
    assert len(columns["reported_at", march, MARCH].cells) == 4
    assert list(columns["reported_at", march, MARCH].first) == ["9日", "3日", "5日"]
    assert len(columns["reported_at", april, april_kind].cells) == 2
    # 2日 is of the month after, 月内 no day: neither is agreed to with the others.
    assert list(limits.first) == ["13日", "15日"]


def test_agreeing_to_a_column_settles_each_cell_as_it_is_shown(hands, city, run_id):
    with hands.sessions.writing() as session:
        before, limits = days(session, run_id), days(session, run_id, "due")
        left = session.get_one(ImportRun, run_id).counts["flagged"]
        assert agree(session, city, run_id) == 4
        run = session.get_one(ImportRun, run_id)
        assert run.counts["flagged"] == left - 4
        assert (days(session, run_id), days(session, run_id, "due")) == (before, limits)
        flags = [flag for row in rows_of(session, run_id) for flag in row.record.get("g", ())]
        asked = [flag[1] for flag in flags if flag[0] == "reported_at"]
        assert asked == ["3日", "4日"]  # of the other file
        assert session.scalar(select(func.count(ImportMemory.id))) == 0
        with pytest.raises(Invalid):
            agree(session, city, run_id)


def test_what_was_agreed_to_stays_so_when_the_file_is_read_again(hands, city, run_id):
    with hands.sessions.writing() as session:
        agree(session, city, run_id)
        before = days(session, run_id)
        import_runs.read_again(session, city.actors["hw_admin"], MONDAY, run_id)

    read_again(hands, run_id)

    with hands.sessions.reading() as session:
        assert days(session, run_id) == before
        assert ("reported_at", MARCH) not in {
            (field, kind) for field, _, kind in columns_of(session, run_id)
        }


def test_a_column_that_was_agreed_to_is_taken_back_as_it_was(hands, city, run_id):
    with hands.sessions.writing() as session:
        rows = [(row.record, row.flagged, row.status) for row in rows_of(session, run_id)]
        run = session.get_one(ImportRun, run_id)
        left = run.counts["flagged"]
        agree(session, city, run_id)
        (step,) = import_cell_fixes.settled(session, run)
        assert (step.field, step.cells, step.meant["5日"]) == ("reported_at", 4, "2026-03-05")

        assert import_cell_fixes.take_back(session, MONDAY, run, step.step) == 4

        assert import_cell_fixes.settled(session, run) == []
        assert run.counts["flagged"] == left
        for row, (record, flagged, status) in zip(rows_of(session, run_id), rows, strict=True):
            assert sorted(row.record.pop("g")) == sorted(record.pop("g"))
            assert (row.record, row.flagged, row.status) == (record, flagged, status)
        with pytest.raises(Conflict):
            import_cell_fixes.take_back(session, MONDAY, run, step.step)


def test_a_text_put_right_everywhere_is_taken_back_and_forgotten(hands, city, run_id):
    actor = city.actors["hw_admin"]
    with hands.sessions.writing() as session:
        run = session.get_one(ImportRun, run_id)
        fix = (session, actor, MONDAY, run, "due", "月内")
        assert import_cell_fixes.fix_alike(*fix, "2026-03-31") == 1
        assert session.scalar(select(func.count(ImportMemory.id))) == 1
        (step,) = import_cell_fixes.settled(session, run)

        import_cell_fixes.take_back(session, MONDAY, run, step.step)

        assert session.scalar(select(func.count(ImportMemory.id))) == 0
        assert days(session, run_id, "due")[3] is None
        import_runs.read_again(session, actor, MONDAY, run_id)
    read_again(hands, run_id)
    with hands.sessions.reading() as session:
        assert days(session, run_id, "due")[3] is None


def test_what_was_written_is_neither_agreed_to_nor_taken_back(hands, city, run_id):
    with hands.sessions.writing() as session:
        agree(session, city, run_id)
        run = session.get_one(ImportRun, run_id)
        rows = rows_of(session, run_id)
        rows[0].applied = {"how": "new"}
        session.flush()
        (step,) = import_cell_fixes.settled(session, run)
        assert step.cells == 3
        assert import_cell_fixes.take_back(session, MONDAY, run, step.step) == 3
        assert not any(
            flag[0] == "reported_at" for flag in session.get_one(ImportRow, rows[0].id).record["g"]
        )
        assert agree(session, city, run_id) == 3


def test_numbers_of_a_spreadsheet_for_days_are_one_kind(hands, city):
    lines = ["街道,点位,存在问题,发现日期,整改情况"]
    lines += [f"站前街道,中央大街{at}号,垃圾散落第{at}处,{46080 + at},未整改" for at in range(4)]
    run_id = read(hands, city, ("序号.csv", "\n".join(lines).encode()))
    with hands.sessions.reading() as session:
        (column,) = import_doubts.doubts(session, run_id).columns
        assert (column.kind, len(column.cells)) == (
            "按表格的日期序号 … 读作 …，请核对。", 4,
        )  # fmt: skip


def statuses(session, run_id):
    return [(row.status, row.outcome, row.problem_id) for row in rows_of(session, run_id)]


@pytest.mark.parametrize(
    ("field", "text", "again"),
    [
        ("due", "2026-04-30", False),
        ("status", "已整改", False),
        ("reported_at", "2026-03-30", True),
        ("point", "中央大街2号", True),
    ],
)
def test_a_long_ledger_is_compared_anew_only_where_rows_are_told_apart_by_the_cell(
    hands, city, run_id, monkeypatch, field, text, again
):
    compared = []
    real = import_cell_fixes.compare_run
    monkeypatch.setattr(
        import_cell_fixes, "compare_run",
        lambda *args, **more: compared.append(more) or real(*args, **more),
    )  # fmt: skip
    with hands.sessions.writing() as session:
        run = session.get_one(ImportRun, run_id)
        first = rows_of(session, run_id)[0].id
        import_cell_fixes.fix_cell(
            session, city.actors["hw_admin"], MONDAY, run, first, field, text
        )
        assert bool(compared) is again
        said = statuses(session, run_id)
        real(session, run, load_knowledge(session, MONDAY))
        session.flush()
        assert again or statuses(session, run_id) == said


def test_a_row_that_another_was_found_to_repeat_is_compared_anew_with_it(hands, city):
    line = "站前街道,中央大街1号,垃圾散落一处,2026-03-03,2026-03-13,未整改"
    run_id = read(hands, city, ("重复.csv", f"{HEAD}\n{line}\n{line}\n".encode()))
    with hands.sessions.writing() as session:
        first, second = rows_of(session, run_id)
        assert second.status == "unchanged"
        run = session.get_one(ImportRun, run_id)
        actor = city.actors["hw_admin"]
        import_cell_fixes.fix_cell(session, actor, MONDAY, run, first.id, "due", "2026-03-20")
        assert rows_of(session, run_id)[1].status != "unchanged"
