"""Moves through the services: one winner, one number, one answer for one key."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL, local_date
from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.domain.states import State
from app.models import Event, Photo, Problem
from app.services import history
from tests import builders
from tests.builders import MONDAY


@pytest.mark.parametrize("state", list(State))
def test_every_state_can_be_reached_by_moves(session: Session, state: State) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, state)
    assert problem.state == state.value
    assert history.first_break(history.events_of(session, problem.id)) is None


def test_dispatching_gives_a_number_and_seven_working_days(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.LISTED)
    assert problem.number == "FS-210402-2026-00001"
    assert problem.due_at is not None
    assert local_date(problem.due_at) == date(2026, 11, 25)


def test_numbers_have_no_gaps_when_a_move_is_refused(session: Session) -> None:
    city = builders.make_city(session)
    builders.make_problem(session, city, State.LISTED)
    second = builders.make_problem(session, city, State.POOLED)
    with pytest.raises(Invalid), session.begin_nested():
        builders.move(session, city, second.id, "dispatch", "reviewer")
    third = builders.make_problem(session, city, State.LISTED)
    assert third.number == "FS-210402-2026-00002"


def test_the_same_key_gets_the_same_answer_and_changes_nothing(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.POOLED)
    fields = builders.route(city)
    first = builders.move(session, city, problem.id, "dispatch", "reviewer", key="k1", **fields)
    again = builders.move(session, city, problem.id, "dispatch", "reviewer", key="k1", **fields)
    assert again.repeated
    assert again.number == first.number
    count = session.scalar(
        select(func.count()).select_from(Event).where(Event.problem_id == problem.id)
    )
    assert count == 3  # draft, report, dispatch


def test_a_key_used_for_another_request_is_refused(session: Session) -> None:
    city = builders.make_city(session)
    one = builders.make_problem(session, city, State.POOLED)
    two = builders.make_problem(session, city, State.POOLED)
    fields = builders.route(city)
    builders.move(session, city, one.id, "dispatch", "reviewer", key="k1", **fields)
    with pytest.raises(Conflict) as refused:
        builders.move(session, city, two.id, "dispatch", "reviewer", key="k1", **fields)
    assert refused.value.code == "idempotency.key_reused"


def test_the_second_of_two_people_hears_what_the_first_did(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.POOLED)
    seen = problem.version
    builders.move(session, city, problem.id, "dispatch", "reviewer", **builders.route(city))
    with pytest.raises(Conflict) as refused:
        builders.move(
            session, city, problem.id, "void", "reviewer", version=seen,
            reason_code="untrue", text="现场没有",
        )  # fmt: skip
    assert "审核通过并下发" in refused.value.sentence
    assert "待整改" in refused.value.sentence


def test_a_send_back_gives_the_time_of_checking_back(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.LISTED)
    submitted = MONDAY + timedelta(days=2)
    builders.move(
        session, city, problem.id, "submit", "zhanqian", submitted, photos=1, **builders.remedy()
    )
    builders.move(
        session, city, problem.id, "send_back", "checker", submitted + timedelta(days=2),
        reason_code="not_fixed", text="垃圾还在",
    )  # fmt: skip
    session.refresh(problem)
    assert problem.state == "listed"
    assert problem.due_at is not None
    assert local_date(problem.due_at) == date(2026, 11, 27)  # 25th plus Thursday and Friday


def test_a_cancelled_deferral_leaves_the_days_that_were_left(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.DEFERRED)
    later = MONDAY + timedelta(days=14)
    builders.move(session, city, problem.id, "cancel_deferral", "hw_admin", later, text="提前完成")
    session.refresh(problem)
    assert problem.due_at is not None
    assert local_date(problem.due_at) == date(2026, 12, 9)


def test_a_lapsed_deferral_is_overdue_since_its_date(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.DEFERRED)
    day_after = datetime(2026, 12, 21, 0, 5, tzinfo=LOCAL)
    builders.move(session, city, problem.id, "lapse_deferral", "system", day_after)
    session.refresh(problem)
    assert (problem.state, problem.deferral_expired) == ("listed", True)
    assert problem.due_at is not None
    assert problem.due_at.astimezone(UTC) < day_after


def test_a_deferral_does_not_lapse_on_its_day(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.DEFERRED)
    with pytest.raises(Conflict):
        builders.move(
            session, city, problem.id, "lapse_deferral", "system",
            datetime(2026, 12, 20, 23, 59, tzinfo=LOCAL),
        )  # fmt: skip


def test_the_checker_may_not_check_what_he_submitted(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.SUBMITTED)
    problem.submitted_by_id = city.users["checker"]
    session.flush()
    with pytest.raises(NotAllowed):
        builders.move(session, city, problem.id, "pass_check", "checker")


def test_a_problem_of_another_street_does_not_exist_for_me(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.LISTED)
    with pytest.raises(NotFound):
        builders.move(
            session, city, problem.id, "submit", "dongzhou", photos=1, **builders.remedy()
        )


def test_a_picture_that_is_evidence_elsewhere_is_refused(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.LISTED)
    session.flush()
    used = session.scalars(select(Photo).where(Photo.problem_id == problem.id)).one()
    builders.make_photo(session, city.actors["zhanqian"], content="fresh")
    twin = Photo(**{
        column.key: getattr(used, column.key) for column in Photo.__table__.columns
    } | {"id": "twin", "problem_id": None, "code": "TWIN"})  # fmt: skip
    session.add(twin)
    session.flush()
    from app.services.problems.reports import submit_report

    with pytest.raises(Conflict) as refused:
        submit_report(
            session, city.actors["zhanqian"], MONDAY, builders.a_report(city), photo_ids=["twin"]
        )
    assert refused.value.code == "photo.already_used"
    assert problem.number is not None
    assert problem.number in refused.value.sentence


def test_an_incomplete_report_names_every_missing_field(session: Session) -> None:
    city = builders.make_city(session)
    from app.services.problems.reports import Report, submit_report

    with pytest.raises(Invalid) as refused:
        submit_report(session, city.actors["zhanqian"], MONDAY, Report())
    assert set(refused.value.fields) == {
        "photos", "position", "category_id", "description", "street_id"
    }  # fmt: skip


def test_a_long_deferral_goes_to_the_leader(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.LISTED)
    far = date(2027, 5, 1)
    builders.move(
        session, city, problem.id, "request_deferral", "zhanqian", reason_code="season",
        text="冬季不宜栽种", target_date=far, interim_measure="围挡",
    )  # fmt: skip
    with pytest.raises(Conflict):
        builders.move(session, city, problem.id, "approve_deferral", "hw_admin", target_date=far)
    builders.move(session, city, problem.id, "endorse_deferral", "hw_admin")
    builders.move(session, city, problem.id, "approve_deferral", "leader", target_date=far)
    assert session.get_one(Problem, problem.id).state == "deferred"
