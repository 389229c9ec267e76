"""Several people at once: one winner, one event, one number; the others hear what happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import func, select

from app.db import Database
from app.domain.facts import Given
from app.domain.refusals import Conflict, Refusal
from app.domain.states import Phase, State
from app.models import Event, Photo, Problem
from app.services import history
from app.services.problems.reports import submit_report
from app.services.workflow.moves import perform
from tests import builders
from tests.builders import MONDAY, City

RACERS = 4
PROBLEMS = 25


def settled(database: Database, state: State, count: int) -> tuple[City, list[int]]:
    with database.writing() as session:
        city = builders.make_city(session)
        return city, [builders.make_problem(session, city, state).id for _ in range(count)]


def race(tries: list[Callable[[], object]]) -> list[object]:
    """Run all at once; an answer or the refusal for each."""

    def one(attempt: Callable[[], object]) -> object:
        try:
            return attempt()
        except Refusal as refusal:
            return refusal

    with ThreadPoolExecutor(len(tries)) as pool:
        return list(pool.map(one, tries))


def dispatching(
    database: Database, city: City, problem_id: int, key: str | None = None
) -> Callable[[], object]:
    def attempt() -> object:
        given = Given(**builders.route(city))  # type: ignore[arg-type]
        with database.writing() as session:
            reviewer = city.actors["reviewer"]
            return perform(session, reviewer, MONDAY, problem_id, "dispatch", given, key=key)

    return attempt


def test_of_four_who_dispatch_one_wins_and_the_others_are_told(database: Database) -> None:
    city, ids = settled(database, State.POOLED, PROBLEMS)
    for problem_id in ids:
        results = race([dispatching(database, city, problem_id)] * RACERS)
        lost = [result for result in results if isinstance(result, Conflict)]
        assert len(lost) == RACERS - 1
        assert all("待整改" in refusal.sentence for refusal in lost)
    with database.reading() as session:
        numbers = set(session.scalars(select(Problem.number)))
        assert numbers == {f"FS-210402-2026-{n:05d}" for n in range(1, PROBLEMS + 1)}
        events = Counter(session.scalars(select(Event.problem_id)))
        assert set(events.values()) == {3}  # draft, report, one dispatch


def test_five_copies_of_one_request_get_one_answer(database: Database) -> None:
    city, ids = settled(database, State.POOLED, 10)
    for problem_id in ids:
        copies = [dispatching(database, city, problem_id, f"key-{problem_id}")] * 5
        answers = race(copies)
        assert len({answer.number for answer in answers}) == 1  # type: ignore[attr-defined]
        assert sum(not answer.repeated for answer in answers) == 1  # type: ignore[attr-defined]


def test_five_copies_of_one_report_make_one_problem(database: Database) -> None:
    city, _ = settled(database, State.POOLED, 0)
    street = city.actors["zhanqian"]
    with database.writing() as session:
        photo = builders.make_photo(session, street)

    def attempt() -> object:
        with database.writing() as session:
            return submit_report(
                session, street, MONDAY, builders.a_report(city), photo_ids=[photo], key="once"
            )

    answers = race([attempt] * 5)
    assert len({answer.problem_id for answer in answers}) == 1  # type: ignore[attr-defined]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Problem)) == 1


def test_one_picture_becomes_evidence_of_one_problem_only(database: Database) -> None:
    city, _ = settled(database, State.POOLED, 0)
    street = city.actors["zhanqian"]
    with database.writing() as session:
        first = builders.make_photo(session, street, content="the same")
        row = session.get_one(Photo, first)
        values = {column.key: getattr(row, column.key) for column in Photo.__table__.columns}
        session.add(Photo(**values | {"id": "twin", "code": "TWIN"}))

    def reporting(photo_id: str) -> Callable[[], object]:
        def attempt() -> object:
            with database.writing() as session:
                return submit_report(
                    session, street, MONDAY, builders.a_report(city), photo_ids=[photo_id]
                )

        return attempt

    results = race([reporting(first), reporting("twin")])
    refused = [result for result in results if isinstance(result, Conflict)]
    assert [refusal.code for refusal in refused] == ["photo.already_used"]
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Problem)) == 1


def test_a_sign_off_and_a_send_back_at_once_leave_one_of_them(database: Database) -> None:
    city, ids = settled(database, State.PRE_SIGNED_OFF, 10)
    admin = city.actors["hw_admin"]

    def trying(problem_id: int, move: str, given: Given) -> Callable[[], object]:
        def attempt() -> object:
            later = MONDAY + timedelta(days=1)
            with database.writing() as session:
                return perform(session, admin, later, problem_id, move, given)

        return attempt

    back = Given(reason_code="not_fixed", text="没有清理")
    for problem_id in ids:
        results = race(
            [
                trying(problem_id, "sign_off", Given()),
                trying(problem_id, "refuse_sign_off", back),
            ]
        )
        assert sum(isinstance(result, Conflict) for result in results) == 1
        with database.reading() as session:
            assert history.first_break(history.events_of(session, problem_id)) is None


def test_two_streets_that_submit_photos_at_once_both_get_through(database: Database) -> None:
    city, ids = settled(database, State.LISTED, 8)
    unit = city.actors["zhanqian"]

    def submitting(problem_id: int) -> Callable[[], object]:
        def attempt() -> object:
            with database.writing() as session:
                photo = builders.make_photo(session, unit, Phase.AFTER)
                given = Given(**builders.remedy())  # type: ignore[arg-type]
                return perform(
                    session, unit, MONDAY, problem_id, "submit", given, photo_ids=[photo]
                )

        return attempt

    results = race([submitting(problem_id) for problem_id in ids])
    assert not [result for result in results if isinstance(result, Refusal)]
