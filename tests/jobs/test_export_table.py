"""A large export: the same file as a small one's, nothing held meanwhile, rights asked twice."""

from __future__ import annotations

import errno
import os
from datetime import timedelta

import openpyxl
import pytest
from sqlalchemy import select, update
from xlsxwriter.workbook import Workbook

from app.domain.refusals import Conflict, NotAllowed, NotFound, TooMany
from app.domain.states import State
from app.jobs.tasks import sweep_exports
from app.jobs.worker import work_once
from app.models import AccessLog, AccessRule, Job, TableExport, User
from app.services.actors import actor_of
from app.services.job_queue import Claim
from app.services.super_table.section_sheets import ensure_sheets
from app.services.tables import export, export_asking, export_building, rows
from sheets.query import TooSlow
from tests.builders import MONDAY, make_problem

ASKED = [("f.state.is", "listed"), ("cols", "serial,state,reporter,lead_section,listed_at")]


@pytest.fixture
def sheet(write) -> int:
    """Everybody's sheet."""
    return write(ensure_sheets, MONDAY)[0].id


def wish(session, actor, sheet, asked=ASKED):
    return export_asking.wish_of(session, rows.open_table(session, actor, MONDAY, sheet, asked))


def ask(session, city, sheet, by="reader", asked=ASKED):
    actor = actor_of(session, city.users[by], MONDAY)
    wanted = wish(session, actor, sheet, asked)
    return export_asking.request_export(session, actor, MONDAY, wanted).id


def work(shop):
    while work_once(shop):
        pass


def one(database, export_id) -> TableExport:
    with database.reading() as session:
        return session.get_one(TableExport, export_id)


def taken(session, city, export_id, by="reader"):
    actor = actor_of(session, city.users[by], MONDAY)
    return export_asking.take_away(session, actor, MONDAY, export_id)


def rule(session, effect, subject, field_id=""):
    kept = AccessRule(effect=effect, subject=subject, field_id=field_id, created_at=MONDAY)
    session.add(kept)
    session.flush()


def cells(path):
    return [
        [[cell.value for cell in row] for row in sheet.iter_rows()]
        for sheet in openpyxl.load_workbook(path)
    ]


def files_of(shop):
    folder = shop.exports / export_building.FOLDER
    return sorted(each.name for each in folder.rglob("*") if each.is_file())


def test_the_file_is_the_one_that_a_small_export_gives(
    database, city, shop, write, sheet, tmp_path
):
    for state in (State.LISTED, State.LISTED, State.VOID):
        write(make_problem, city, state)
    export_id = write(ask, city, sheet)
    work(shop)

    done = one(database, export_id)
    assert (done.status, done.rows_done, done.rows_total) == ("done", 2, 2)
    assert done.conditions == "状态 是 待整改"
    with database.reading() as session:
        actor = actor_of(session, city.users["reader"], MONDAY)
        table = rows.open_table(session, actor, MONDAY, sheet, ASKED)
        asking = export.asking_of(session, actor, shop.now())
        lot = export.read(session, asking, table, tmp_path)
    direct = export.write(lot, tmp_path)
    assert cells(shop.exports / done.file_path) == cells(direct.path)
    assert done.file_name == direct.path.name
    assert files_of(shop) == [done.file_name]
    assert (shop.exports / done.file_path).stat().st_size == done.file_size


def test_no_transaction_is_open_while_the_workbook_is_written(
    database, city, shop, write, sheet, monkeypatch
):
    write(make_problem, city, State.LISTED)
    export_id, real, held = write(ask, city, sheet), export.write, []

    def watched(*args):
        held.append(database.engine.pool.checkedout())
        return real(*args)

    monkeypatch.setattr(export, "write", watched)
    work(shop)

    assert held == [0]
    assert one(database, export_id).status == "done"


def test_each_download_is_written_down_and_nobody_elses_is_found(
    database, city, shop, write, sheet
):
    write(make_problem, city, State.LISTED)
    export_id = write(ask, city, sheet)
    with pytest.raises(Conflict, match="排队中"):
        write(taken, city, export_id)
    work(shop)

    write(taken, city, export_id)
    with pytest.raises(NotFound):
        write(taken, city, export_id, "sysadmin")
    with database.reading() as session:
        (line,) = session.scalars(select(AccessLog))
    assert (line.kind, line.target, line.user_id) == ("table", str(sheet), city.users["reader"])
    assert (line.detail["rows"], line.detail["columns"][0]) == (1, "serial")
    assert ["f.state.is", "listed"] in line.detail["query"]


def test_rights_are_asked_when_it_is_made(database, city, shop, write, sheet):
    write(make_problem, city, State.LISTED)
    narrow, shut = write(ask, city, sheet), write(ask, city, sheet, "checker")
    write(rule, "see", "role:sysadmin", "reporter")
    write(rule, "export", "role:ledger_reader")
    work(shop)

    captions = cells(shop.exports / one(database, narrow).file_path)[0][2]
    assert captions == ["内部编号", "状态", "牵头科室", "下发时间"]
    refused = one(database, shut)
    assert (refused.status, refused.error[:9]) == ("failed", "您没有导出的权限。")
    with database.reading() as session:
        assert {job.status for job in session.scalars(select(Job))} == {"done"}  # not tried again


def test_rights_are_asked_again_when_it_is_downloaded(database, city, shop, write, sheet):
    write(make_problem, city, State.LISTED)
    export_id = write(ask, city, sheet)
    work(shop)
    write(rule, "see", "role:sysadmin", "reporter")

    with pytest.raises(Conflict, match="重新导出"):
        write(taken, city, export_id)
    reader = city.actors["reader"]
    with database.writing() as session:
        export_asking.again(session, reader, MONDAY, export_id)
    work(shop)
    assert write(taken, city, export_id).rows_done == 1
    write(rule, "export", "role:sysadmin")
    with pytest.raises(NotAllowed):
        write(taken, city, export_id)


def test_nothing_is_made_for_an_account_that_was_closed(database, city, shop, write, sheet):
    export_id = write(ask, city, sheet)
    with database.writing() as session:
        session.execute(update(User).where(User.login == "reader").values(is_active=False))
    work(shop)

    assert "已停用" in one(database, export_id).error


def test_a_full_disk_is_tried_again_then_said_and_may_be_asked_anew(
    database, city, shop, write, sheet, monkeypatch
):
    def full(*args):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Workbook, "_store_workbook", full)  # which hides the number of an error
    export_id = write(ask, city, sheet)
    work_once(shop)
    waiting = one(database, export_id)
    assert (waiting.status, waiting.error[-7:]) == ("waiting", "稍后自动重试。")

    for _ in range(4):
        shop.now.at += timedelta(minutes=17)
        assert work_once(shop)
    failed = one(database, export_id)
    assert failed.error == "服务器磁盘已满，导出没有做成，请联系系统管理员清理磁盘。"
    assert files_of(shop) == []

    monkeypatch.undo()
    with database.writing() as session:
        export_asking.again(session, city.actors["reader"], MONDAY, export_id)
    work(shop)
    assert one(database, export_id).status == "done"


def test_a_filter_that_takes_too_long_is_said_and_not_tried_again(
    database, city, shop, write, sheet, monkeypatch
):
    export_id = write(ask, city, sheet)

    def slow(*args):
        raise TooSlow(export_building.READ_FOR)

    monkeypatch.setattr(export, "read", slow)
    work(shop)
    ended = one(database, export_id)
    assert (ended.status, ended.error) == ("failed", TooSlow.sentence)


def test_one_that_is_stopped_in_the_middle_leaves_nothing(
    database, city, shop, write, sheet, monkeypatch
):
    for _ in range(2):
        write(make_problem, city, State.LISTED)
    monkeypatch.setattr("sheets.writing.workbook.PROGRESS_STEP", 1)
    export_id, real = write(ask, city, sheet), export.write

    def stopped(*args):
        with database.writing() as session:
            export_asking.stop(session, city.actors["reader"], MONDAY, export_id)
        return real(*args)

    monkeypatch.setattr(export, "write", stopped)
    work(shop)

    assert one(database, export_id).status == "stopped"
    assert files_of(shop) == []
    with database.writing() as session, pytest.raises(Conflict, match="已停止"):
        export_asking.stop(session, city.actors["reader"], MONDAY, export_id)


def test_one_asked_for_anew_while_a_worker_is_at_it_is_made_once_more(
    database, city, shop, write, sheet, monkeypatch
):
    write(make_problem, city, State.LISTED)
    export_id, real = write(ask, city, sheet), export.write

    def meanwhile(*args):
        monkeypatch.setattr(export, "write", real)
        with database.writing() as session:
            export_asking.stop(session, city.actors["reader"], MONDAY, export_id)
        with database.writing() as session:
            export_asking.again(session, city.actors["reader"], MONDAY, export_id)
        return real(*args)

    monkeypatch.setattr(export, "write", meanwhile)
    work(shop)

    done = one(database, export_id)
    assert (done.status, done.version) == ("done", 2)
    assert files_of(shop) == [done.file_name]


def test_a_worker_that_must_go_gives_it_back_untried(database, city, shop, write, sheet):
    export_id = write(ask, city, sheet)
    shop.stop._hear(15, None)
    work_once(shop)
    with database.reading() as session:
        job = session.scalars(select(Job)).one()
    assert (job.status, job.attempts) == ("waiting", 0)

    shop.stop._told = 0
    work(shop)
    assert one(database, export_id).status == "done"


def test_the_same_wish_gives_the_one_at_work_and_a_sixth_waits(write, city, sheet):
    first = write(ask, city, sheet)
    assert write(ask, city, sheet) == first
    for limit in ("serial", "state", "address", "street"):
        write(ask, city, sheet, asked=[("cols", limit)])
    with pytest.raises(TooMany, match="已有 5 份"):
        write(ask, city, sheet, asked=[("cols", "number")])


def test_exports_are_forgotten_after_seven_days_with_their_files(
    database, city, shop, write, sheet
):
    write(ask, city, sheet)
    work(shop)
    shop.now.at += timedelta(days=6)
    young = write(ask, city, sheet, "checker")
    work(shop)
    folders = shop.exports / export_building.FOLDER
    stray = folders / "77.1"
    stray.mkdir()
    for each in folders.iterdir():
        long_ago = (shop.now() - timedelta(days=2)).timestamp()
        os.utime(each, (long_ago, long_ago))
    shop.now.at += timedelta(days=1, minutes=1)
    sweep_exports(shop, Claim(1, "sweep_exports", "2026-11-23", {}, attempt=1))

    with database.reading() as session:
        assert [each.id for each in session.scalars(select(TableExport))] == [young]
    assert [each.name for each in folders.iterdir()] == [f"{young}.1"]
