"""Each role and each move over HTTP: what the table says is what the interface does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.refusals import Refusal
from app.domain.states import Phase, Priority, State
from app.domain.workflow import BY_ID, MOVES
from app.models import Problem
from app.services import world
from app.services.scope import load_visible
from app.services.workflow.facts import facts_of
from tests.builders import MONDAY, PEOPLE, make_photo, make_problem, move, report, route

LOGINS = [login for login, *_ in PEOPLE]
LATER = (MONDAY + timedelta(days=20)).date()
FAR = (MONDAY + timedelta(days=200)).date()
BY_REPORT = {"save_draft", "report", "correct"}
BY_IMPORT = {"import_entry", "import_update", "undo_import"}
BY_VERDICT = {"take_back"}  # follows a verdict within seconds: test_taking_back
MADE_BY_MOVES = [row.id for row in MOVES if row.id not in BY_REPORT | BY_IMPORT | BY_VERDICT]
URGENT = {"text": "井盖缺失有坠落危险"}


def ask_deferral(session, city, problem_id, until=LATER):
    move(
        session, city, problem_id, "request_deferral", "zhanqian", reason_code="season",
        text="冬季不宜栽种", target_date=until, interim_measure="设置围挡",
    )  # fmt: skip


def prepare(session, city, move_id):
    """A problem on which somebody may make this move; gives its id."""
    if move_id == "refer_to_leader":
        return report(session, city, priority=Priority.URGENT, urgent_reason="有危险").problem_id
    start = State.DEFERRED if move_id in {"lapse_deferral", "cancel_deferral"} else None
    froms = [state for state in State if state in BY_ID[move_id].from_states]
    problem_id = make_problem(session, city, start or froms[0]).id
    if move_id in {"approve_deferral", "refuse_deferral"}:
        ask_deferral(session, city, problem_id)
    if move_id == "endorse_deferral":
        ask_deferral(session, city, problem_id, FAR)
    if move_id in {"approve_reassign", "refuse_reassign"}:
        move(session, city, problem_id, "request_reassign", "zhanqian", text="不在本街道")
    if move_id in {"approve_extension", "refuse_extension"}:
        move(session, city, problem_id, "request_extension", "zhanqian", days=3, text="等配件")
    return problem_id


def body_for(session, city, move_id, actor):
    """Everything the move asks for."""
    given = {
        "text": "按要求办理", "reason_code": "untrue", "remedy": "已清运", "handled_by": "环卫班",
        "target_date": LATER.isoformat(), "interim_measure": "设置围挡", "days": 2, **route(city),
    }  # fmt: skip
    given["reason_code"] = {
        "void": "untrue", "request_deferral": "season",
    }.get(move_id, "not_fixed")  # fmt: skip
    fields = {need.field for need in BY_ID[move_id].needs}
    body = {name: value for name, value in given.items() if name in fields}
    if "photos" in fields:
        phase = Phase.BEFORE if move_id == "add_evidence" else Phase.AFTER
        body["photo_ids"] = [make_photo(session, actor, phase)]
    return body


def expected(session, actor, problem_id, move_id, now):
    """What the table says: a status."""
    try:
        problem = load_visible(session, actor, problem_id)
    except Refusal:
        return 404
    at = world.circumstances(session, now)
    return 200 if BY_ID[move_id].who(actor, facts_of(session, problem), at.rules) else 403


@pytest.mark.parametrize("move_id", MADE_BY_MOVES)
def test_who_may_make_a_move_is_who_the_table_says(move_id, program, city_database, city):
    now = MONDAY + timedelta(hours=1)
    with city_database.writing() as session:
        shared = prepare(session, city, move_id)
        wanted = {
            login: expected(session, city.actors[login], shared, move_id, now) for login in LOGINS
        }
    allowed = [login for login in LOGINS if wanted[login] == 200]
    assert allowed or move_id in {"lapse_deferral", "void_urgent"}  # the system's; a setting's

    for login in sorted(LOGINS, key=lambda login: login in allowed):
        with city_database.writing() as session:
            own = prepare(session, city, move_id) if login in allowed else shared
            body = body_for(session, city, move_id, city.actors[login])
            before = session.get_one(Problem, own).version
        offered = wanted[login] == 200
        if offered:
            shown = {each["id"] for each in program(login).get(f"/problems/{own}")["moves"]}
            assert move_id in shown, login
        answer = program(login).post(f"/problems/{own}/moves/{move_id}", body, status=None)
        assert answer.get("status", 200) == wanted[login], (login, answer)
        with city_database.reading() as session:
            assert session.get_one(Problem, own).version == before + offered


def test_the_moves_of_an_import_are_nobodys_alone(program, city_database, city):
    with city_database.writing() as session:
        problem_id = make_problem(session, city, State.LISTED).id

    for login in ("sysadmin", "reviewer", "hw_admin"):
        shown = {each["id"] for each in program(login).get(f"/problems/{problem_id}")["moves"]}
        assert shown.isdisjoint(BY_IMPORT)
        for move_id in sorted(BY_IMPORT):
            assert program(login).post(f"/problems/{problem_id}/moves/{move_id}", {}, status=409)


def test_only_a_reporter_reports(program, city):
    for login in LOGINS:
        may = login in {"zhanqian", "fumin", "dongzhou"}
        answer = program(login).post("/problems", {"description": "短"}, status=None)
        assert answer["status"] == (422 if may else 403), login


def test_a_report_has_addresses_of_its_own(program, city_database, city):
    with city_database.writing() as session:
        draft = make_problem(session, city, State.DRAFT).id

    answer = program("zhanqian").post(f"/problems/{draft}/moves/report", {}, status=404)

    assert answer["code"] == "move.by_report"


def test_an_unknown_move_and_an_unknown_problem_are_not_found(program, city_database, city):
    with city_database.writing() as session:
        problem_id = make_problem(session, city, State.POOLED).id

    assert program("reviewer").post(f"/problems/{problem_id}/moves/burn", status=404)
    assert program("reviewer").post("/problems/999999/moves/void", status=404)
    assert program("reviewer").post(f"/problems/{10**30}/moves/void", status=404)
