"""The job table: each slot once, one worker a job, a dead worker's job taken over."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest

from app.models import Job
from app.services import job_queue
from tests.builders import MONDAY

LATER = MONDAY + timedelta(minutes=11)


def put(session, slot="1", name="work", **more):
    return job_queue.enqueue(session, MONDAY, name, slot, {"n": slot}, **more)


def row(session, slot="1"):
    session.expire_all()
    return session.query(Job).filter_by(slot=slot).one()


def test_a_slot_is_put_in_once(session):
    assert put(session) is True
    assert put(session) is False
    assert put(session, name="other") is True


def test_a_claimed_job_is_nobody_elses(session):
    put(session)
    job = job_queue.claim(session, MONDAY)

    assert (job.name, job.slot, job.payload, job.attempt) == ("work", "1", {"n": "1"}, 1)
    assert job_queue.claim(session, MONDAY) is None
    assert job_queue.anything_to_do(session, MONDAY) is False


def test_the_job_that_has_been_due_longest_comes_first(session):
    put(session, "late")
    put(session, "early", run_after=MONDAY - timedelta(hours=1))
    put(session, "future", run_after=MONDAY + timedelta(hours=1))

    slots = [job.slot for job in iter(lambda: job_queue.claim(session, MONDAY), None)]

    assert slots == ["early", "late"]


def test_a_finished_job_is_done(session):
    put(session)
    job = job_queue.claim(session, MONDAY)

    assert job_queue.finish(session, job, MONDAY) is True
    assert row(session).status == "done"
    assert job_queue.claim(session, LATER) is None


def test_the_job_of_a_dead_worker_is_taken_over_after_ten_minutes(session):
    put(session)
    dead = job_queue.claim(session, MONDAY)

    assert job_queue.claim(session, MONDAY + timedelta(minutes=9)) is None
    second = job_queue.claim(session, LATER)
    assert second.attempt == 2
    # Should the dead one come back, it has nothing to say any more.
    assert job_queue.hold(session, dead, LATER) is False
    assert job_queue.finish(session, dead, LATER) is False
    assert job_queue.fail(session, dead, LATER, "late") is False
    assert job_queue.finish(session, second, LATER) is True


def test_a_sign_of_life_keeps_a_long_job(session):
    put(session)
    job = job_queue.claim(session, MONDAY)

    assert job_queue.hold(session, job, MONDAY + timedelta(minutes=9)) is True
    assert job_queue.claim(session, MONDAY + timedelta(minutes=15)) is None


def test_a_failed_job_waits_longer_each_time_and_stops_after_five_tries(session):
    put(session)
    now, waits = MONDAY, []
    while (job := job_queue.claim(session, now)) is not None:
        job_queue.fail(session, job, now, "no\0 luck")
        kept = row(session)
        if kept.status == "failed":
            break
        waits.append((kept.run_after - now).total_seconds() / 60)
        now = kept.run_after

    assert waits == [1, 4, 9, 16]
    assert (row(session).attempts, row(session).error) == (5, "no luck")
    assert job_queue.claim(session, now + timedelta(days=1)) is None


def test_a_job_whose_last_worker_died_is_given_up_and_told(session):
    put(session)
    now = MONDAY
    for _ in range(5):
        assert job_queue.claim(session, now) is not None
        now += timedelta(minutes=11)

    assert job_queue.claim(session, now) is None
    assert [job.slot for job in job_queue.given_up(session, now)] == ["1"]
    assert row(session).status == "failed"
    assert job_queue.given_up(session, now) == []


def test_a_job_given_back_has_all_its_tries(session):
    put(session)
    job = job_queue.claim(session, MONDAY)
    job_queue.release(session, job, MONDAY)

    assert job_queue.claim(session, MONDAY).attempt == 1


def test_an_ended_job_can_be_put_again_a_running_one_cannot(session):
    put(session)
    job = job_queue.claim(session, MONDAY)
    assert job_queue.put_again(session, MONDAY, "work", "1") is False

    job_queue.finish(session, job, MONDAY)

    assert job_queue.put_again(session, MONDAY, "work", "1") is True
    assert job_queue.claim(session, MONDAY).attempt == 1
    assert job_queue.put_again(session, MONDAY, "work", "unknown") is False


@pytest.mark.slow
def test_workers_that_race_claim_each_job_once(database):
    with database.writing() as session:
        for number in range(60):
            put(session, str(number))
    claimed: Counter[str] = Counter()
    errors: list[BaseException] = []

    def work():
        try:
            while True:
                with database.writing() as session:
                    job = job_queue.claim(session, MONDAY)
                if job is None:
                    with database.reading() as session:
                        if not job_queue.anything_to_do(session, MONDAY):
                            return
                    continue
                claimed[job.slot] += 1
                with database.writing() as session:
                    job_queue.finish(session, job, MONDAY)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert set(claimed.values()) == {1}
    assert len(claimed) == 60
