"""The ledger's file: the right rows, both pictures, honest progress, and every way it can fail."""

from __future__ import annotations

import errno
import io
import zipfile
from datetime import timedelta

import openpyxl
import pytest
from PIL import Image

from app.domain.refusals import Invalid
from app.domain.states import State
from app.jobs import tasks
from app.jobs.worker import work_once
from app.models import Job, Ledger, Photo, Setting
from app.services.evidence import masks
from app.services.forms import section_values
from app.services.ledgers import asking, building
from sheets.storage import FieldSpec
from sheets.writing import write_ledger
from tests.builders import (
    MONDAY,
    add_section_field,
    make_problem,
    move,
    photo_ids_of,
    report,
    route,
)

DAY = MONDAY.date()
HEAD = 3  # rows above the data: title, subtitle, header


def ask(session, city, by="reader", org=None, first=DAY, last=DAY):
    org_id = city.orgs[org] if org else None
    actor = city.actors[by]
    return asking.request_ledger(session, actor, shop_now(), first, last, org_id).id


def shop_now():
    return MONDAY


def ledger_of(database, ledger_id):
    with database.reading() as session:
        return session.get_one(Ledger, ledger_id)


def workbook(shop, ledger):
    return openpyxl.load_workbook(shop.exports / ledger.file_path)


def table(sheet):
    """The data rows as dictionaries by caption."""
    captions = [cell.value for cell in sheet[HEAD]]
    rows = sheet.iter_rows(min_row=HEAD + 1, values_only=True)
    found = [dict(zip(captions, row, strict=True)) for row in rows]
    return [row for row in found if isinstance(row["序号"], int)]


def test_a_ledger_holds_each_closed_problem_with_both_pictures(database, city, shop, write):
    for _ in range(3):
        write(make_problem, city, State.SIGNED_OFF)
    write(make_problem, city, State.PRE_SIGNED_OFF)
    ledger_id = write(ask, city)

    while work_once(shop):
        pass

    ledger = ledger_of(database, ledger_id)
    assert (ledger.status, ledger.rows_done, ledger.rows_total) == ("done", 3, 3)
    book = workbook(shop, ledger)
    assert book.sheetnames == ["整治台账", "说明"]
    sheet = book["整治台账"]
    rows = table(sheet)
    assert [row["序号"] for row in rows] == [1, 2, 3]
    assert len(sheet._images) == 6
    first = rows[0]
    assert first["问题编号"] == "FS-210402-2026-00001"
    assert (first["区（县）"], first["街道"], first["责任单位"]) == (
        "新抚区",
        "站前街道",
        "站前街道",
    )
    assert (first["问题小类"], first["牵头科室"], first["紧急程度"]) == (
        "暴露垃圾",
        "环境卫生科",
        "一般",
    )
    assert (first["核查人"], first["销号人"], first["状态"]) == ("核查员", "环卫管理员", "销号")
    assert first["销号时间"].date() == DAY
    assert (first["整改时限"].date() - DAY).days == 9  # seven working days
    assert first["是否按期"] == "是"
    assert (first["经度（WGS-84）"], first["纬度（WGS-84）"]) == (123.957, 41.88)
    assert first["整改前照片"] != first["整改后照片"]  # each with its own code below


def test_the_head_names_range_unit_period_and_who_asked(database, city, shop, write):
    write(make_problem, city, State.SIGNED_OFF)
    ledger_id = write(ask, city, "hw_admin")
    work_once(shop)

    book = workbook(shop, ledger_of(database, ledger_id))
    top = [
        cell.value for row in book["整治台账"].iter_rows(max_row=2) for cell in row if cell.value
    ]
    assert top == [
        "抚顺市市容市貌环境整治工作台账（环境卫生科）",
        "填报单位：环境卫生科",
        "统计时段：2026-11-16—2026-11-16",
        "填报日期：2026年11月16日",
    ]
    notes = dict(row[:2] for row in book["说明"].iter_rows(values_only=True))
    assert notes["导出人"] == "环境卫生科 环卫管理员"
    assert "销号时间" in notes["筛选条件"]
    assert len(notes["校验码"]) == 16


def test_what_does_not_fit_on_paper_is_folded_away_and_not_lost(database, city, shop, write):
    problem = write(make_problem, city, State.URGENT_LISTED)
    done = {"remedy": "已更换井盖", "handled_by": "抢修班"}
    write(move, city, problem.id, "submit", "brigade", photos=1, **done)
    write(move, city, problem.id, "pass_check", "checker")
    write(move, city, problem.id, "sign_off", "brigade_admin")
    ledger_id = write(ask, city)
    work_once(shop)

    sheet = workbook(shop, ledger_of(database, ledger_id))["整治台账"]
    captions = {cell.value: cell.column_letter for cell in sheet[HEAD]}
    hidden = [name for name, letter in captions.items() if is_hidden(sheet, letter)]
    assert {"区（县）", "牵头科室", "核查人", "状态", "经度（WGS-84）"} <= set(hidden)
    assert not {"问题编号", "整改前照片", "整改后照片", "销号时间", "备注"} & set(hidden)
    (row,) = table(sheet)
    assert (row["紧急程度"], row["备注"]) == ("紧急", "限 11-17 09:00 前")


def is_hidden(sheet, letter):
    """openpyxl keeps a run of alike columns under its first letter."""
    from openpyxl.utils import column_index_from_string

    place = column_index_from_string(letter)
    return any(d.hidden and d.min <= place <= d.max for d in sheet.column_dimensions.values())


def test_rows_of_other_days_and_of_others_stay_out(database, city, shop, write):
    write(make_problem, city, State.SIGNED_OFF, MONDAY - timedelta(days=1))
    write(make_problem, city, State.SIGNED_OFF)
    write(make_problem, city, State.SIGNED_OFF, MONDAY + timedelta(hours=14, minutes=59))
    write(make_problem, city, State.SIGNED_OFF, MONDAY + timedelta(hours=15))
    ids = {org: write(ask, city, "reader", org) for org in ("210402", "210403", "SZ")}
    shop.now.at = MONDAY + timedelta(days=1)
    while work_once(shop):
        pass

    rows = {org: ledger_of(database, ledger_id).rows_done for org, ledger_id in ids.items()}
    assert rows == {"210402": 2, "210403": 0, "SZ": 0}


def test_a_sign_off_that_may_be_taken_back_is_waited_for(database, city, shop, write):
    problem_id = write(make_problem, city, State.SIGNED_OFF).id
    ledger_id = write(ask, city)
    shop.now.at = MONDAY + timedelta(seconds=5)
    assert not work_once(shop)
    write(move, city, problem_id, "take_back", "hw_admin", shop.now.at)

    shop.now.at = MONDAY + timedelta(seconds=14)
    write(make_problem, city, State.SIGNED_OFF, shop.now.at)
    while work_once(shop):
        pass

    assert ledger_of(database, ledger_id).rows_done == 0  # neither taken back nor quite settled


def test_a_masked_photo_is_masked_in_the_ledger_too(database, city, shop, write):
    problem_id = write(make_problem, city, State.SIGNED_OFF).id
    before, _ = write(photo_ids_of, problem_id)
    write(cover, city, before)
    ledger_id = write(ask, city)
    while work_once(shop):
        pass

    ledger = ledger_of(database, ledger_id)
    with zipfile.ZipFile(shop.exports / ledger.file_path) as book:
        pictures = [book.read(name) for name in book.namelist() if "media/" in name]
    shades = sorted(Image.open(io.BytesIO(one)).convert("L").resize((1, 1)).getpixel((0, 0))
                    for one in pictures)  # fmt: skip
    assert len(shades) == 2
    assert shades[0] == 0 < shades[1]


def test_photos_nobody_looked_at_stay_out_where_the_city_wants_it(database, city, shop, write):
    problem_id = write(make_problem, city, State.SIGNED_OFF).id
    ledger_id = write(ask, city)
    before, _ = write(photo_ids_of, problem_id)
    write(cover, city, before)
    write(require_masks)
    while work_once(shop):
        pass

    (row,) = table(workbook(shop, ledger_of(database, ledger_id))["整治台账"])
    assert row["整改后照片"] == "照片未确认遮挡"
    with pytest.raises(Invalid) as refused:
        write(ask, city, first=DAY - timedelta(days=1))
    assert "确认遮挡" in refused.value.sentence


def cover(session, city, photo_id):
    photo = session.get_one(Photo, photo_id)
    masks.save(session, city.actors["checker"], MONDAY, photo, ((0.1, 0.1, 0.2, 0.2),))


def require_masks(session):
    session.add(Setting(key="masks_required", value=True, updated_at=MONDAY))


def test_an_empty_ledger_says_so(database, city, shop, write):
    ledger_id = write(ask, city)
    work_once(shop)

    sheet = workbook(shop, ledger_of(database, ledger_id))["整治台账"]
    assert sheet.cell(HEAD + 1, 1).value == "本时段没有销号的问题。"


def test_a_sections_ledger_ends_with_its_own_fields(database, city, shop, write):
    tons = write(add_section_field, MONDAY, "HW", FieldSpec(caption="清运量", type="number")).id
    write(add_section_field, MONDAY, "SZ", FieldSpec(caption="井盖形状", type="text"))
    problem = write(make_problem, city, State.SIGNED_OFF)
    hw = city.orgs["HW"]
    write(section_values.save, city.actors["hw_admin"], MONDAY, problem.id, hw, {tons: "3.5"})
    own, whole = write(ask, city, "hw_admin"), write(ask, city, "reader")
    while work_once(shop):
        pass

    (row,) = table(workbook(shop, ledger_of(database, own))["整治台账"])
    assert row["清运量"] == 3.5
    assert list(row)[list(row).index("清运量") - 1] == "备注"  # after what is printed
    (row,) = table(workbook(shop, ledger_of(database, whole))["整治台账"])
    assert not {"清运量", "井盖形状"} & row.keys()


def test_users_text_is_text_in_the_workbook(database, city, shop, write):
    nasty = '=HYPERLINK("http://x","点我")\x07结束'
    outcome = write(report, city, description=nasty, address="@SUM(1+1)")
    for move_id, by, given in (
        ("dispatch", "reviewer", route(city)),
        ("submit", "zhanqian", {"remedy": "+清运", "handled_by": "班组"}),
        ("pass_check", "checker", {}),
        ("sign_off", "hw_admin", {}),
    ):
        photos = 1 if move_id == "submit" else 0
        write(move, city, outcome.problem_id, move_id, by, photos=photos, **given)
    ledger_id = write(ask, city)
    work_once(shop)

    ledger = ledger_of(database, ledger_id)
    (row,) = table(workbook(shop, ledger)["整治台账"])
    assert row["问题描述"] == '=HYPERLINK("http://x","点我")结束'
    assert (row["具体点位"], row["解决方案"]) == ("@SUM(1+1)", "+清运")
    with zipfile.ZipFile(shop.exports / ledger.file_path) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_a_picture_that_is_gone_is_said_in_its_cell(database, city, shop, write):
    problem = write(make_problem, city, State.SIGNED_OFF)
    with database.reading() as session:
        before = session.query(Photo).filter_by(problem_id=problem.id, phase="before").one()
    shop.photos.missing.add(before.sha256)
    ledger_id = write(ask, city)
    work_once(shop)

    sheet = workbook(shop, ledger_of(database, ledger_id))["整治台账"]
    assert table(sheet)[0]["整改前照片"] == "照片文件缺失"
    assert len(sheet._images) == 1


def test_many_rows_with_pictures_come_as_numbered_files_in_a_zip(
    database, city, shop, write, monkeypatch
):
    monkeypatch.setattr(
        building, "write_ledger",
        lambda *args, **kwargs: write_ledger(*args, **kwargs, photo_rows=2),
    )  # fmt: skip
    for _ in range(3):
        write(make_problem, city, State.SIGNED_OFF)
    ledger_id = write(ask, city)
    work_once(shop)

    ledger = ledger_of(database, ledger_id)
    assert ledger.file_name.endswith(".zip")
    with zipfile.ZipFile(shop.exports / ledger.file_path) as archive:
        assert [name[-8:] for name in archive.namelist()] == ["_01.xlsx", "_02.xlsx"]


def test_the_recorded_hash_is_the_files(database, city, shop, write):
    import hashlib

    ledger_id = write(ask, city)
    work_once(shop)

    ledger = ledger_of(database, ledger_id)
    data = (shop.exports / ledger.file_path).read_bytes()
    assert hashlib.sha256(data).hexdigest() == ledger.sha256
    assert len(data) == ledger.file_size


def fail_with(monkeypatch, error):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr(building, "write_ledger", fail)


def test_a_failure_is_tried_again_and_then_said(database, city, shop, write, monkeypatch):
    fail_with(monkeypatch, OSError(errno.ENOSPC, "No space left on device"))
    ledger_id = write(ask, city)

    work_once(shop)
    waiting = ledger_of(database, ledger_id)
    assert waiting.status == "waiting"
    assert "稍后自动重试" in waiting.error

    for _ in range(4):
        shop.now.at += timedelta(minutes=17)
        assert work_once(shop)
    failed = ledger_of(database, ledger_id)
    assert (failed.status, failed.error[:6]) == ("failed", "服务器磁盘已")
    assert work_once(shop) is False

    monkeypatch.undo()
    write(asking.retry, city.actors["reader"], shop.now(), ledger_id)
    work_once(shop)
    assert ledger_of(database, ledger_id).status == "done"


def test_a_stop_in_the_middle_gives_the_job_back_untried(database, city, shop, write):
    ledger_id = write(ask, city)
    shop.stop._hear(15, None)

    work_once(shop)

    with database.reading() as session:
        job = session.query(Job).one()
    assert (job.status, job.attempts) == ("waiting", 0)
    shop.stop._told = 0
    work_once(shop)
    assert ledger_of(database, ledger_id).status == "done"


def test_a_job_taken_away_in_the_middle_is_left_to_the_other(
    database, city, shop, write, monkeypatch
):
    ledger_id = write(ask, city)

    def slow(*args, **kwargs):
        shop.now.at += timedelta(minutes=11)  # asleep for long: another worker takes the job
        with database.writing() as session:
            assert tasks.job_queue.claim(session, shop.now()).attempt == 2
        return write_ledger(*args, **kwargs)

    monkeypatch.setattr(building, "write_ledger", slow)
    work_once(shop)

    assert ledger_of(database, ledger_id).status == "running"  # the other one's to finish


def test_a_worker_that_died_at_the_last_try_leaves_a_sentence(database, city, shop, write):
    ledger_id = write(ask, city)
    for _ in range(5):
        with database.writing() as session:
            assert tasks.job_queue.claim(session, shop.now())
        shop.now.at += timedelta(minutes=11)

    work_once(shop)

    ledger = ledger_of(database, ledger_id)
    assert ledger.status == "failed"
    assert "重做" in ledger.error


def test_progress_is_told_while_rows_are_written(database, city, shop, write, monkeypatch):
    monkeypatch.setattr("sheets.writing.workbook.PROGRESS_STEP", 2)
    for _ in range(3):
        write(make_problem, city, State.SIGNED_OFF)
    told = []
    tell = building._tell

    def watch(bench, ledger_id, **values):
        tell(bench, ledger_id, **values)
        told.append(values.get("rows_done"))

    monkeypatch.setattr(building, "_tell", watch)
    write(ask, city)
    work_once(shop)

    assert [number for number in told if number is not None] == [2, 3, 3]
