"""Rows of ledgers as problems, and the same problems brought there by people."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, datetime, timedelta

from app.domain.calendars import LOCAL
from app.domain.importing import Entry
from app.domain.states import State
from app.models import Problem
from app.services.imports.writing.moves import ChangedRow, write_changes
from app.services.imports.writing.new_rows import NewRow, drafting_now
from tests.builders import MONDAY, move, remedy, report, route

REPORTED = datetime(2026, 9, 21, 9, 5, tzinfo=LOCAL)
LISTED = REPORTED + timedelta(hours=2)
FINISHED = REPORTED + timedelta(days=4)
LATE = REPORTED + timedelta(days=40)
UNTIL = date(2026, 12, 20)
HANDED_IN = (State.SUBMITTED, State.PRE_SIGNED_OFF, State.SIGNED_OFF)
COURSE = (
    "state", "priority", "pooled_at", "listed_at", "due_at", "due_provisional", "clock_amount",
    "clock_unit", "clock_consumed", "clock_since", "clock_paused_at", "stage_due_at",
    "submitted_at", "pre_signed_off_at", "signed_off_at", "on_time", "came_from", "round",
    "returned_count", "deferral_due", "deferrals_approved", "deferral_expired", "void_reason",
)  # fmt: skip


def an_entry(city, state=State.LISTED, **changes):
    """Rubbish in 站前街道, in the ledger of 环境卫生科."""
    plain = Entry(
        state=state, description="路口东侧堆放生活垃圾", address="中央大街 5 号",
        district_id=city.orgs["210402"], street_id=city.orgs["210402001"],
        category_id=city.categories["rubbish"], category_name="暴露垃圾",
        lead_section_id=city.orgs["HW"], responsible_org_id=city.orgs["210402001"],
        reported_at=REPORTED, listed_at=LISTED,
    )  # fmt: skip
    return replace(plain, **changes)


def insert_new(session, actor, now, run_id, rows):
    """Make a problem of each row at once; their ids, in order."""
    drafting = drafting_now(session, actor, now, run_id)
    return drafting.insert(session, drafting.drafts(rows))


def enter(session, city, entry, by="hw_admin", now=MONDAY, origin=None):
    """The problem that an import makes of an entry."""
    (problem_id,) = insert_new(
        session, city.actors[by], now, 1, [NewRow(entry, 7, origin or {"file": "台账.xlsx"})]
    )
    return session.get_one(Problem, problem_id)


def change(session, city, problem, entry, *fields, by="hw_admin", now=MONDAY):
    """Bring a problem up to these fields of an entry; the new version by id."""
    row = ChangedRow(problem.id, problem.version, entry, frozenset(fields), 8)
    return write_changes(session, city.actors[by], now, 2, [row])


def by_moves(session, city, state, finished=FINISHED, deferred=False):
    """The same problem, brought to the state by people on those days."""
    problem_id = report(session, city, REPORTED).problem_id
    move(session, city, problem_id, "dispatch", "reviewer", LISTED, **route(city))
    if deferred or state is State.DEFERRED:
        move(
            session, city, problem_id, "request_deferral", "zhanqian", LISTED,
            reason_code="season", text="冬季不宜栽种", target_date=UNTIL, interim_measure="围挡",
        )  # fmt: skip
        move(session, city, problem_id, "approve_deferral", "hw_admin", LISTED, target_date=UNTIL)
    steps = (("submit", "zhanqian", remedy()), ("pass_check", "checker", {}),
             ("sign_off", "hw_admin", {}))  # fmt: skip
    wanted = HANDED_IN.index(state) + 1 if state in HANDED_IN else 0
    for day, (move_id, by, given) in enumerate(steps[:wanted]):
        move(
            session, city, problem_id, move_id, by, finished + timedelta(days=day),
            photos=int(move_id == "submit"), **given,
        )  # fmt: skip
    return session.get_one(Problem, problem_id)


def dated(finished=FINISHED):
    """The days of an entry that was done, checked and signed off."""
    return {
        "finished_at": finished,
        "checked_at": finished + timedelta(days=1),
        "signed_off_at": finished + timedelta(days=2),
    }


def course(problem):
    """State, clocks and dates of a problem."""
    return {name: getattr(problem, name) for name in COURSE}


def counted(problems, last=date(2026, 12, 31)):
    """What the rates of §2.5 count."""
    found = Counter()
    for one in problems:
        if one.listed_at is None or one.state == "void":
            continue
        found["scope"] += 1
        found["excluded"] += one.state == "deferred" and one.deferral_due >= last
        found["closed"] += one.state == "signed_off"
        found["in_time"] += one.state == "signed_off" and bool(one.on_time)
        found["deferred"] += one.deferrals_approved > 0
        found["submitted"] += one.round > 0
        found["returned"] += one.returned_count > 0
    return found
