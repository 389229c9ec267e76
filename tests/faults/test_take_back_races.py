"""A verdict taken back while another builds on it: one of the two, and a word to the other."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from app.db import Database
from app.domain.facts import Given
from app.domain.refusals import Conflict, NotAllowed
from app.domain.states import State
from app.models import Problem
from app.services import history
from app.services.workflow.moves import perform
from tests import builders
from tests.builders import MONDAY, City
from tests.faults.test_races import race

PROBLEMS = 12
SOON = MONDAY + timedelta(seconds=5)


def trying(
    database: Database, city: City, problem_id: int, move: str, by: str, **given: object
) -> Callable[[], object]:
    def attempt() -> object:
        with database.writing() as session:
            return perform(
                session, city.actors[by], SOON, problem_id, move,
                Given(**given),  # type: ignore[arg-type]
            )  # fmt: skip

    return attempt


@pytest.mark.parametrize(
    ("start", "rival", "by", "given"),
    [
        ("pass_check", "sign_off", "hw_admin", {}),
        ("pass_check", "refuse_sign_off", "hw_admin", {"reason_code": "other", "text": "不清"}),
        ("send_back", "request_extension", "zhanqian", {"days": 2, "text": "缺配件"}),
    ],
)
def test_a_take_back_and_the_next_step_at_once_leave_one_of_them(
    database: Database, start: str, rival: str, by: str, given: dict[str, object]
) -> None:
    verdict = {"reason_code": "not_fixed", "text": "没有清理"} if start == "send_back" else {}
    with database.writing() as session:
        city = builders.make_city(session)
        ids = []
        for _ in range(PROBLEMS):
            ids.append(builders.make_problem(session, city, State.SUBMITTED).id)
            builders.move(session, city, ids[-1], start, "checker", MONDAY, **verdict)
    for problem_id in ids:
        results = race([
            trying(database, city, problem_id, "take_back", "checker"),
            trying(database, city, problem_id, rival, by, **given),
        ])  # fmt: skip
        lost = [each for each in results if isinstance(each, Conflict | NotAllowed)]
        assert len(lost) == 1
        assert lost[0].sentence.endswith("。")
        with database.reading() as session:
            events = history.events_of(session, problem_id)
            assert history.first_break(events) is None
            last, state = events[-1].move, session.get_one(Problem, problem_id).state
        assert last in {"take_back", rival}
        assert (last == "take_back") == (state == "submitted")


def test_two_presses_at_once_take_back_once(database: Database) -> None:
    with database.writing() as session:
        city = builders.make_city(session)
        problem_id = builders.make_problem(session, city, State.SUBMITTED).id
        builders.move(session, city, problem_id, "pass_check", "checker", MONDAY)
    results = race([trying(database, city, problem_id, "take_back", "checker")] * 3)
    assert sum(isinstance(each, Conflict | NotAllowed) for each in results) == 2
    with database.reading() as session:
        told = [event.move for event in history.events_of(session, problem_id)]
    assert told.count("take_back") == 1
