"""Taking a verdict back (T24): everything as before, by the same person, for a few seconds."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from app.domain.facts import Given
from app.domain.refusals import Conflict, NotAllowed
from app.domain.states import State
from app.models import Problem, Setting
from app.services import history
from app.services.problems.shown import detail
from app.services.workflow import verdicts
from app.services.workflow.moves import perform
from app.services.world import load_rules
from tests import builders
from tests.builders import MONDAY, City

LATER = MONDAY + timedelta(days=9, hours=3)
AT_ONCE = LATER + timedelta(seconds=9)
BACK = {"reason_code": "not_fixed", "text": "垃圾还在"}
UNTOUCHED_BY_WRITING = {"version", "updated_at"}
VERDICTS = [
    (State.SUBMITTED, "pass_check", "checker", {}),
    (State.SUBMITTED, "send_back", "checker", BACK),
    (State.PRE_SIGNED_OFF, "sign_off", "hw_admin", {}),
    (State.PRE_SIGNED_OFF, "refuse_sign_off", "hw_admin", BACK),
]


def columns(session: Session, problem: Problem) -> dict[str, object]:
    session.refresh(problem)
    names = [each.key for each in inspect(Problem).column_attrs]
    return {name: getattr(problem, name) for name in names if name not in UNTOUCHED_BY_WRITING}


@pytest.mark.parametrize(("state", "move", "by", "given"), VERDICTS)
def test_every_column_is_what_it_was_before_the_verdict(session, state, move, by, given):
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, state)
    before = columns(session, problem)

    builders.move(session, city, problem.id, move, by, LATER, **given)
    assert columns(session, problem) != before
    builders.move(session, city, problem.id, "take_back", by, AT_ONCE)

    assert columns(session, problem) == before
    events = history.events_of(session, problem.id)
    assert [event.move for event in events[-2:]] == [move, "take_back"]
    assert events[-1].to_state == state.value
    assert history.first_break(events) is None


def test_what_was_deferred_goes_back_to_its_clock_and_its_request(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.DEFERRED)
    late = MONDAY.replace(year=2026, month=12, day=21)
    assert problem.deferral_due == date(2026, 12, 20)
    builders.move(session, city, problem.id, "submit", "zhanqian", MONDAY, photos=1,
                  **builders.remedy())  # fmt: skip
    before = columns(session, problem)

    builders.move(session, city, problem.id, "send_back", "checker", late, **BACK)
    assert columns(session, problem)["state"] == "listed"  # the deferral had run out meanwhile
    builders.move(session, city, problem.id, "take_back", "checker", late + timedelta(seconds=2))

    assert columns(session, problem) == before


@pytest.mark.parametrize("seconds", [0, 12.5])
def test_the_window_is_ten_seconds_and_a_little(session, seconds):
    city, problem = judged(session)
    then = LATER + timedelta(seconds=seconds)
    assert (
        builders.move(session, city, problem.id, "take_back", "checker", then).state == "submitted"
    )


@pytest.mark.parametrize("seconds", [14, 600])
def test_after_the_window_the_verdict_stands(session, seconds):
    city, problem = judged(session)
    then = LATER + timedelta(seconds=seconds)
    with pytest.raises(Conflict) as refused:
        builders.move(session, city, problem.id, "take_back", "checker", then)
    assert refused.value.code == "take_back.too_late"
    assert "10 秒" in refused.value.sentence


def judged(session: Session, move: str = "pass_check", **given: object) -> tuple[City, Problem]:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.SUBMITTED)
    builders.move(session, city, problem.id, move, "checker", LATER, **given)
    return city, problem


def test_a_city_can_switch_it_off(session: Session) -> None:
    city, problem = judged(session)
    session.add(Setting(key="take_back_seconds", value=0, updated_at=MONDAY))
    session.flush()
    session.info.clear()
    assert load_rules(session).take_back_seconds == 0
    with pytest.raises(Conflict) as refused:
        builders.move(session, city, problem.id, "take_back", "checker", LATER)
    assert "没有开启" in refused.value.sentence


@pytest.mark.parametrize("login", ["hw_admin", "brigade_admin", "zhanqian", "sysadmin", "reviewer"])
def test_nobody_else_takes_it_back(session, login):
    city, problem = judged(session)
    with pytest.raises(NotAllowed):
        builders.move(session, city, problem.id, "take_back", login, AT_ONCE)


def test_what_happened_since_stands(session: Session) -> None:
    city, problem = judged(session, "send_back", **BACK)
    builders.move(session, city, problem.id, "request_extension", "zhanqian", LATER, days=2,
                  text="缺配件")  # fmt: skip
    with pytest.raises(NotAllowed):
        builders.move(session, city, problem.id, "take_back", "checker", AT_ONCE)


def test_the_second_press_hears_that_nothing_is_left(session: Session) -> None:
    city, problem = judged(session)
    session.refresh(problem)
    seen = problem.version
    builders.move(session, city, problem.id, "take_back", "checker", AT_ONCE, version=seen)
    with pytest.raises(Conflict) as refused:
        builders.move(session, city, problem.id, "take_back", "checker", AT_ONCE, version=seen)
    assert "撤回" in refused.value.sentence


def test_it_is_offered_to_who_judged_and_only_for_as_long(session: Session) -> None:
    city, problem = judged(session)

    def offered(login: str, at) -> bool:
        shown = detail(session, city.actors[login], problem.id, at).options
        return "take_back" in {option.move.id for option in shown}

    assert offered("checker", AT_ONCE)
    assert not offered("hw_admin", AT_ONCE)
    assert not offered("checker", LATER + timedelta(minutes=1))
    rules = load_rules(session)
    found = verdicts.latest(session, city.actors["checker"], AT_ONCE, rules)
    assert found is not None
    assert found.problem_id == problem.id
    assert verdicts.latest(session, city.actors["hw_admin"], AT_ONCE, rules) is None
    late = LATER + timedelta(minutes=1)
    assert verdicts.latest(session, city.actors["checker"], late, rules) is None


def test_a_verdict_after_a_take_back_can_be_taken_back_too(session: Session) -> None:
    city, problem = judged(session)
    checker = city.actors["checker"]
    for move, given in (("take_back", {}), ("send_back", BACK), ("take_back", {})):
        perform(session, checker, AT_ONCE, problem.id, move, Given(**given))
    session.refresh(problem)
    assert (problem.state, problem.returned_count) == ("submitted", 0)
