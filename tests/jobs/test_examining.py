"""Photos are examined by the worker: copies and painted-over ones are found, once, with twins."""

from __future__ import annotations

import errno
import io
import threading
import time
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import count

import pytest
from PIL import Image, ImageOps
from sqlalchemy import select

from app.demo.scenes.studio import draw
from app.domain.states import Phase, State
from app.jobs import examining, tasks, worker
from app.models import Photo, PhotoLikeness, PhotoSignal, Problem
from app.photos.refusal import PhotoRefused
from app.photos.sandbox import SandboxError
from app.photos.store import PhotoMissing
from app.services import job_queue
from app.services.evidence import examining as looking
from app.services.evidence import intake
from app.services.evidence import photos as evidence
from app.services.evidence import signals as photo_signals
from app.services.problems.shown import options_of
from app.services.workflow.facts import facts_of
from app.services.world import change_rules
from tests import builders
from tests.builders import MONDAY, make_problem


@cache
def scene(seed: str) -> Image.Image:
    return Image.open(io.BytesIO(draw("leaves", "before", seed, (480, 360)))).convert("RGB")


class Room:
    """Gives each original the picture it was told to."""

    def __init__(self) -> None:
        self.pictures: dict[str, Image.Image] = {}

    def thumb(self, sha256: str) -> bytes:
        if sha256 not in self.pictures:
            raise PhotoMissing(sha256)
        out = io.BytesIO()
        self.pictures[sha256].save(out, "JPEG", quality=80)
        return out.getvalue()


@pytest.fixture
def room() -> Room:
    return Room()


@pytest.fixture
def work(shop, room):
    """Examines all that waits; how many photos that were."""
    own = replace(shop, photos=room)

    def run() -> int:
        done = 0
        while examining.catch_up(own):
            done += 1
        return done

    return run


def photos(database, problem_id: int) -> list[Photo]:
    with database.reading() as session:
        return evidence.photos_of(session, [problem_id])[problem_id]


def signals(database) -> list[tuple[str, str, str | None]]:
    with database.reading() as session:
        rows = session.scalars(select(PhotoSignal).order_by(PhotoSignal.id))
        return [(row.photo_id, row.kind, row.twin_id) for row in rows]


def test_a_long_job_holds_no_examination_up(shop, database, city, room, monkeypatch):
    examined = threading.Event()

    def long_job(_shop, _job) -> None:
        with database.writing() as session:
            attached = make_problem(session, city, State.SUBMITTED).id
        found = photos(database, attached)
        room.pictures = {photo.sha256: scene(photo.id) for photo in found}
        while not examined.is_set() and (left := end - time.monotonic()) > 0:
            examined.wait(min(left, 0.05))
            if all(photo.examined_at for photo in photos(database, attached)):
                examined.set()

    monkeypatch.setitem(tasks.TASKS, "import", long_job)
    own, end = replace(shop, photos=room), time.monotonic() + 30
    with database.writing() as session:
        job_queue.enqueue(session, MONDAY, "import", "one")
    with examining.running(own):
        assert worker.work_once(own)
    assert examined.is_set()


@pytest.fixture
def submitted(database, city):
    with database.writing() as session:
        return make_problem(session, city, State.SUBMITTED).id


def test_honest_photos_are_looked_at_once_and_leave_no_signal(database, submitted, room, work):
    before, after = photos(database, submitted)
    room.pictures = {before.sha256: scene("a"), after.sha256: scene("b")}
    assert work() == 2
    assert work() == 0
    assert signals(database) == []
    with database.reading() as session:
        assert len(session.scalars(select(PhotoLikeness)).all()) == 2


def test_a_mirrored_copy_of_another_problems_photo_is_told_with_its_twin(
    database, city, submitted, room, work
):
    before, after = photos(database, submitted)
    room.pictures = {before.sha256: scene("a"), after.sha256: scene("b")}
    work()
    with database.writing() as session:
        later = MONDAY + timedelta(hours=1)
        other = builders.report(session, city, later).problem_id
    (copy,) = photos(database, other)
    room.pictures[copy.sha256] = ImageOps.mirror(scene("b"))
    assert work() == 1
    assert signals(database) == [(copy.id, "near_copy", after.id)]


def test_an_after_painted_over_its_before_is_told_and_can_be_kept_from_passing(
    database, city, submitted, room, work
):
    before, after = photos(database, submitted)
    forged = scene("a").copy()
    forged.paste(scene("b").crop((0, 0, 240, 180)), (240, 180))
    room.pictures = {before.sha256: scene("a"), after.sha256: forged}
    work()
    assert signals(database) == [(after.id, "edited", before.id)]
    with database.reading() as session:
        problem = facts_of(session, session.get_one(Problem, submitted))
        assert problem.forbidden_by == ()
    with database.writing() as session:
        change_rules(session, {"signal_edited": "block"}, MONDAY, None)
    with database.reading() as session:
        problem = facts_of(session, session.get_one(Problem, submitted))
        assert problem.forbidden_by == ("疑似由整改前照片改成",)
        open_now = options_of(session, city.actors["checker"], MONDAY, [submitted])[submitted]
        assert [option.move.id for option in open_now] == ["send_back"]
    with database.writing() as session:
        change_rules(session, {"signal_edited": "off"}, MONDAY, None)
    with database.reading() as session:
        assert photo_signals.signals_of(session, [after.id]) == {}


def test_a_tenth_painted_over_is_told_as_edited_besides_being_almost_the_before(
    database, submitted, room, work
):
    before, after = photos(database, submitted)
    forged = scene("a").copy()
    forged.paste(scene("b").crop((200, 100, 350, 216)), (160, 180))
    room.pictures = {before.sha256: scene("a"), after.sha256: forged}
    with database.writing() as session:
        change_rules(session, {"signal_edited": "block"}, MONDAY, None)
    work()
    assert signals(database) == [
        (after.id, "edited", before.id), (after.id, "after_like_before", before.id),
    ]  # fmt: skip
    with database.reading() as session:
        problem = facts_of(session, session.get_one(Problem, submitted))
        assert problem.forbidden_by == ("疑似由整改前照片改成",)


def test_the_before_sent_again_is_not_called_painted_over(database, submitted, room, work):
    before, after = photos(database, submitted)
    again = scene("a").resize((240, 180))
    room.pictures = {before.sha256: scene("a"), after.sha256: again}
    work()
    assert signals(database) == [(after.id, "after_like_before", before.id)]


def test_an_original_that_is_gone_does_not_stop_the_others(database, submitted, room, work, logs):
    _, after = photos(database, submitted)
    room.pictures = {after.sha256: scene("b")}
    assert work() == 2
    assert [line["photo"] for line in logs if line["event"] == "photo.not_examined"]
    with database.reading() as session:
        kept = session.scalars(select(PhotoLikeness.photo_id)).all()
    assert set(kept) <= {after.id}


def test_shots_of_one_moment_may_look_alike(database, city, room, work):
    actor = city.actors["zhanqian"]
    with database.writing() as session:
        ids = [builders.make_photo(session, actor, Phase.BEFORE) for _ in range(2)]
        outcome = builders.reports.submit_report(
            session, actor, MONDAY, builders.a_report(city), photo_ids=ids
        )
    room.pictures = {one.sha256: scene("a") for one in photos(database, outcome.problem_id)}
    assert work() == 2
    assert signals(database) == []


def test_what_was_found_of_a_photo_goes_when_it_is_no_evidence_any_more(
    database, submitted, room, work
):
    before, after = photos(database, submitted)
    room.pictures = {before.sha256: scene("a"), after.sha256: scene("a")}
    work()
    assert signals(database) == [(after.id, "after_like_before", before.id)]
    with database.writing() as session:
        photo_signals.forget(session, [before.id])
        assert session.scalars(select(PhotoLikeness.photo_id)).all() == [after.id]
    assert signals(database) == []
    assert work() == 1


def test_a_photo_that_waited_unused_while_its_copy_was_handed_in_is_told_as_well(
    database, city, room, work
):
    actor = city.actors["zhanqian"]
    with database.writing() as session:
        waiting = builders.make_photo(session, actor)
        copied = builders.report(session, city).problem_id
    (copy,) = photos(database, copied)
    with database.writing() as session:
        kept, sent = session.get_one(Photo, waiting), session.get_one(Photo, copy.id)
        sent.received_at = MONDAY + timedelta(minutes=30)
        room.pictures = {kept.sha256: scene("a"), sent.sha256: ImageOps.mirror(scene("a"))}
    work()
    assert signals(database) == []
    with database.writing() as session:
        builders.reports.submit_report(
            session, actor, MONDAY, builders.a_report(city), photo_ids=[waiting]
        )
    work()
    assert signals(database) == [(waiting, "near_copy", copy.id)]


def test_more_days_asked_for_are_looked_back_at_once(database, city, shop, room):
    at = MONDAY + timedelta(days=100)
    hours = count()
    own = replace(shop, photos=room, now=lambda: at + timedelta(hours=next(hours)))
    with database.writing() as session:
        change_rules(session, {"signal_copy_days": 30}, MONDAY, None)
        first = builders.report(session, city).problem_id
    (old,) = photos(database, first)
    room.pictures[old.sha256] = scene("a")
    assert examining.catch_up(own)
    assert not examining.catch_up(own)
    for days, shown in ((30, scene("b")), (180, ImageOps.mirror(scene("a")))):
        with database.writing() as session:
            change_rules(session, {"signal_copy_days": days}, MONDAY, None)
            other = builders.report(session, city, at).problem_id
        (copy,) = photos(database, other)
        room.pictures[copy.sha256] = shown
        with database.writing() as session:
            session.get_one(Photo, copy.id).received_at = at
        assert examining.catch_up(own)
    assert signals(database) == [(copy.id, "near_copy", old.id)]


@pytest.mark.parametrize(
    "fault",
    [
        PhotoRefused("photo.busy"),
        SandboxError("no answer"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_a_photo_whose_picture_cannot_be_made_just_now_is_examined_later(
    database, submitted, room, work, monkeypatch, fault
):
    before, after = photos(database, submitted)
    room.pictures = {before.sha256: scene("a"), after.sha256: scene("a")}

    def fail(*_args: object) -> bytes:
        raise fault

    with monkeypatch.context() as bad_day:
        bad_day.setattr(Room, "thumb", fail)
        for _ in range(3):
            with pytest.raises(type(fault)):
                work()
    assert work() == 2
    assert signals(database) == [(after.id, "after_like_before", before.id)]


def test_a_photo_taken_off_its_draft_while_it_is_looked_at_stays_unexamined(
    database, city, shop, room
):
    actor = city.actors["zhanqian"]
    with database.writing() as session:
        photo_id = builders.make_photo(session, actor)
        draft = builders.reports.save_draft(
            session, actor, MONDAY, builders.a_report(city), photo_ids=[photo_id]
        )
    room.pictures = {one.sha256: scene("a") for one in photos(database, draft)}
    with database.reading() as session:
        seen, picture = looking.examine(session, room, shop.shelf, MONDAY, photo_id)
    with database.writing() as session:
        intake.release(session, actor, draft, [photo_id])

    with database.writing() as session:
        assert not looking.keep(session, MONDAY, photo_id, seen, picture)
        assert session.get_one(Photo, photo_id).examined_at is None
