"""The worker's standing tasks: automatic ledgers, deferrals that run out, photos nobody used."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from hashlib import sha256

import pytest
from sqlalchemy import event

from app.domain.states import State
from app.jobs import schedule, worker
from app.jobs.worker import work_once
from app.models import (
    Attachment,
    Event,
    ImportFile,
    ImportPicture,
    ImportRun,
    Ledger,
    Photo,
    Problem,
)
from app.services import history, job_queue
from app.services.evidence import masks
from tests.builders import MONDAY, make_photo, make_problem, move

LAPSED = MONDAY.replace(month=12, day=21, hour=0, minute=6)  # the day after the deferral's date


def run(shop, write, name, slot="2026-11-16"):
    write(job_queue.enqueue, shop.now(), name, slot, {"slot": slot})
    while work_once(shop):
        pass


def problem_of(database, problem_id):
    with database.reading() as session:
        return session.get_one(Problem, problem_id)


def test_the_days_ledgers_are_of_the_day_before(database, city, shop, write):
    write(make_problem, city, State.SIGNED_OFF)
    shop.now.at = MONDAY + timedelta(days=1)

    run(shop, write, "make_daily_ledgers", "2026-11-17")

    with database.reading() as session:
        made = session.query(Ledger).order_by(Ledger.id).all()
    assert {(m.period_from, m.period_to) for m in made} == {(MONDAY.date(), MONDAY.date())}
    assert [(m.status, m.rows_done) for m in made] == [("done", 1)] * 3


def test_no_transaction_is_open_while_a_ledgers_pictures_are_made(
    database, city, shop, write, monkeypatch
):
    write(make_problem, city, State.SIGNED_OFF)
    shop.now.at = MONDAY + timedelta(days=1)
    held, real = [], shop.photos.for_ledger

    def watched(*args):
        held.append(database.engine.pool.checkedout())
        return real(*args)

    monkeypatch.setattr(shop.photos, "for_ledger", watched)
    run(shop, write, "make_daily_ledgers", "2026-11-17")

    assert set(held) == {0}


def test_the_months_ledgers_are_of_the_month_before(database, city, shop, write):
    run(shop, write, "make_monthly_ledgers", "2026-12-01")

    with database.reading() as session:
        made = session.query(Ledger).one()
    assert (f"{made.period_from}", f"{made.period_to}") == ("2026-11-01", "2026-11-30")


def test_a_deferral_that_ran_out_returns_to_its_list_overdue(database, city, shop, write):
    deferred = write(make_problem, city, State.DEFERRED)
    shop.now.at = LAPSED

    run(shop, write, "lapse_deferrals")

    problem = problem_of(database, deferred.id)
    assert (problem.state, problem.deferral_expired) == ("listed", True)
    assert problem.due_at < LAPSED
    with database.reading() as session:
        events = history.events_of(session, deferred.id)
    assert (events[-1].move, events[-1].actor_name) == ("lapse_deferral", "系统")


def test_a_deferral_stays_until_its_day_has_passed(database, city, shop, write):
    deferred = write(make_problem, city, State.DEFERRED)
    shop.now.at = LAPSED - timedelta(minutes=7)

    run(shop, write, "lapse_deferrals")

    assert problem_of(database, deferred.id).state == "deferred"


def test_a_deferral_lapses_once_however_often_the_job_runs(database, city, shop, write):
    deferred = write(make_problem, city, State.DEFERRED)
    shop.now.at = LAPSED
    for slot in ("a", "b", "start"):
        run(shop, write, "lapse_deferrals", slot)

    with database.reading() as session:
        lapses = session.query(Event).filter_by(problem_id=deferred.id, move="lapse_deferral")
        assert lapses.count() == 1


def test_one_problem_somebody_moves_meanwhile_does_not_stop_the_others(
    database, city, shop, write, monkeypatch
):
    from app.jobs import tasks

    first = write(make_problem, city, State.DEFERRED)
    second = write(make_problem, city, State.DEFERRED)
    shop.now.at = LAPSED
    perform = tasks.perform

    def meanwhile(session, actor, now, problem_id, *args):
        if problem_id == first.id:
            move(
                session, city, first.id, "submit", "zhanqian", now, photos=1,
                remedy="已补种", handled_by="绿化班",
            )  # fmt: skip
        return perform(session, actor, now, problem_id, *args)

    monkeypatch.setattr(tasks, "perform", meanwhile)
    run(shop, write, "lapse_deferrals")

    assert problem_of(database, second.id).state == "listed"


def put_original(shop, content, hours_ago):
    key = shop.photos.store.put_original(content.encode())
    path = shop.photos.store.original_path(key)
    then = time.time() - hours_ago * 3600
    os.utime(path, (then, then))
    return key


def kept(shop):
    return {original.sha256 for original in shop.photos.store.iter_originals()}


def test_photos_nobody_used_are_swept_after_two_days(database, city, shop, write):
    actor = city.actors["zhanqian"]
    unused = write(make_photo, actor, content="left behind")
    write(cover, city, unused)
    left = put_original(shop, "left behind", hours_ago=49)
    stray = put_original(shop, "no row at all", hours_ago=49)
    shop.now.at = MONDAY + timedelta(hours=49)

    run(shop, write, "sweep_photos")

    assert {left, stray}.isdisjoint(kept(shop))
    with database.reading() as session:
        assert session.query(Photo).count() == 0


def cover(session, city, photo_id):
    photo = session.get_one(Photo, photo_id)
    masks.save(session, city.actors["checker"], MONDAY, photo, ((0.1, 0.1, 0.2, 0.2),))


def test_photos_in_use_and_fresh_ones_are_never_swept(database, city, shop, write):
    used = write(make_problem, city, State.LISTED)
    with database.reading() as session:
        photo = session.query(Photo).filter_by(problem_id=used.id).one()
    number = next(n for n in range(10_000) if digest(f"photo {n}") == photo.sha256)
    evidence = put_original(shop, f"photo {number}", hours_ago=1_000)
    fresh = put_original(shop, "just uploaded", hours_ago=1)
    in_cell = put_original(shop, "a file in a cell", hours_ago=1_000)
    write(attach, used.id, city.users["hw_admin"], in_cell)
    write(make_photo, city.actors["zhanqian"])  # a row of 47 hours: its form may still be open
    shop.now.at = MONDAY + timedelta(hours=47)

    run(shop, write, "sweep_photos")

    assert {evidence, fresh, in_cell} <= kept(shop)
    with database.reading() as session:
        assert session.query(Photo).count() == 2


def test_what_an_import_waits_with_is_never_swept(database, city, shop, write):
    picture = put_original(shop, "a picture of a ledger", hours_ago=1_000)
    ledger = put_original(shop, "the ledger itself", hours_ago=1_000)
    write(hand_in, city.users["hw_admin"], picture, ledger)

    run(shop, write, "sweep_photos")

    assert {picture, ledger} <= kept(shop)


def test_originals_are_asked_about_many_at_a_time(database, city, shop, write, monkeypatch):
    strays = {put_original(shop, f"stray {n}", hours_ago=49) for n in range(7)}
    write(make_photo, city.actors["zhanqian"], content="in use")
    used = put_original(shop, "in use", hours_ago=49)
    asked = []
    monkeypatch.setattr("app.jobs.tasks.AT_ONCE", 5)
    event.listen(database.engine, "before_cursor_execute", lambda *said: asked.append(said[2]))

    run(shop, write, "sweep_photos")

    assert kept(shop) == {used}
    assert strays.isdisjoint(kept(shop))
    assert len([words for words in asked if words.startswith("SELECT import_picture")]) == 2


def hand_in(session, owner_id, picture, ledger):
    run = ImportRun(
        owner_id=owner_id, name="台账", status="ready", settings={}, progress={}, counts={},
        created_at=MONDAY, updated_at=MONDAY,
    )  # fmt: skip
    session.add(run)
    session.flush()
    session.add(ImportPicture(run_id=run.id, sha256=picture, facts={}))
    session.add(
        ImportFile(run_id=run.id, position=0, name="台账.xlsx", kind="table", sha256=ledger, size=1)
    )


def attach(session, problem_id, owner_id, sha256):
    session.add(
        Attachment(
            id="a" * 32, problem_id=problem_id, field_id="f_1", owner_id=owner_id, name="合同.pdf",
            media_type="application/pdf", size=1, sha256=sha256, received_at=MONDAY,
        )
    )  # fmt: skip


def digest(content):
    return sha256(content.encode()).hexdigest()


def test_a_worker_does_what_is_due_and_stops_when_told(app):
    stop = threading.Event()
    database = app.extensions["database"]
    thread = threading.Thread(target=worker.run, args=(app, stop))
    thread.start()
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and not (ended := all_ended(database)):
        time.sleep(0.1)
    stop.set()
    thread.join(timeout=20)

    assert ended
    assert not thread.is_alive()


def all_ended(database):
    with database.reading() as session:
        from app.models import Job

        statuses = [job.status for job in session.query(Job)]
    return len(statuses) >= len(schedule.PLANS) and set(statuses) == {"done"}


@pytest.mark.slow
def test_a_worker_process_ends_on_sigterm(app, database_url, instance_folder):
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "XIAOHAO_INSTANCE": str(instance_folder),
        "SECRET_KEY": "d9Jq2Vx7Lm4Rt8Kz1Wb6Yn3Hp5Cg0Fs-aQeU",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "work"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stderr is not None
        for line in process.stderr:
            if "worker.started" in line:
                break
        process.send_signal(signal.SIGTERM)
        _, rest = process.communicate(timeout=30)
    finally:
        process.kill()
        process.wait()

    assert process.returncode == 0
    assert "worker.stopped" in rest
