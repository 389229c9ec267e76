"""Problems an import is about to change, held against everybody else and as they were compared."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select, text, update
from sqlalchemy.orm import Session

from app.domain.facts import Facts
from app.domain.states import Priority, State
from app.models import ImportOrigin, ImportRow, ImportRun, NumberCounter, Problem
from app.services.imports.comparing.against_pool import compare_run
from app.services.imports.reading.own_fields import with_sections
from app.services.imports.reading.vocabulary import load_knowledge
from app.services.imports.settling.choosing import Plan, Work, decided, in_turn, rows_of
from app.services.imports.work.runs import CONFLICTING, UNCHANGED

IDS_AT_ONCE = 1_000
ONE_AFTER_ANOTHER = 7_219_004  # the key under which imports wait for each other on PostgreSQL
MOVED_ON = "比较之后有人改过这个问题，没有写入；请看过现在的差异再决定。"
BUSY = "写入时正有人办理这个问题，没有写入；请稍后再写入这一行。"


def one_after_another(session: Session) -> None:
    """Only one import writes at a time, so that none misses what another has just entered.

    On SQLite the write lock does that.
    """
    if _is_postgres(session):
        session.execute(select(func.pg_advisory_xact_lock(ONE_AFTER_ANOTHER)))


def hold_numbers(session: Session) -> None:
    """Let nobody else give numbers until the transaction ends.

    Who dispatches takes a counter, then the problem. Who changes many problems and gives numbers
    too must begin in the same way, or the two wait for each other. A row is not enough: the first
    number of a district and year makes it.
    """
    if _is_postgres(session):
        table = NumberCounter.__tablename__
        session.execute(text(f"LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE"))


def _is_postgres(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"


def lock(session: Session, problem_ids: Collection[int]) -> dict[int, Facts]:
    """The facts of these problems, which stay so until the transaction ends.

    Those that somebody works on at this moment are left out rather than waited for.
    """
    P = Problem  # noqa: N806
    columns = (
        P.id, P.version, P.state, P.priority, P.reporter_id, P.reporter_org_id, P.street_id,
        P.lead_section_id, P.responsible_org_id,
    )  # fmt: skip
    found = {}
    for some in in_turn(sorted(problem_ids), IDS_AT_ONCE):
        statement = select(*columns).where(P.id.in_(some)).order_by(P.id)
        for row in session.execute(statement.with_for_update(skip_locked=True, of=P)).mappings():
            states = {"state": State(row["state"]), "priority": Priority(row["priority"])}
            found[row["id"]] = Facts(**{**row, **states})
    return found


def keep_true(
    session: Session, now: datetime, run: ImportRun, plan: Plan, twins: str
) -> tuple[dict[int, Facts], int]:
    """Hold what the plan changes, and take out of it what is not as it was compared.

    Such rows are compared anew and left for a person to look at again. Gives the facts of the
    problems held, and how many rows are left so: those another import has written by now are not.
    """
    out: set[int] = set()
    if _others_since(session, run, plan):
        out |= _compared_anew(session, now, run, plan.new, twins)
    wanted = [work for work in (*plan.changed, *plan.merged) if work.problem_id is not None]
    rows = lock(session, {work.problem_id for work in wanted if work.problem_id is not None})
    busy = [work for work in wanted if work.problem_id not in rows]
    moved = [
        work
        for work in plan.changed
        if work.problem_id in rows and rows[work.problem_id].version != work.version
    ]
    _say(session, [work.row_id for work in busy], BUSY)
    out |= {work.row_id for work in busy}
    out |= _compared_anew(session, now, run, moved, twins)
    plan.new = [work for work in plan.new if work.row_id not in out]
    plan.changed = [work for work in plan.changed if work.row_id not in out]
    plan.merged = [
        work for work in plan.merged if work.row_id not in out and work.twin_row_id not in out
    ]
    return rows, len(out) - _settled(session, run, out)


def _others_since(session: Session, run: ImportRun, plan: Plan) -> bool:
    """Whether another import of these sections wrote something after this one was handed in."""
    if not plan.new:
        return False
    sections = {plan.places[work.sheet_id].section_id for work in plan.new}
    return bool(
        session.scalar(
            select(
                exists().where(
                    ImportOrigin.section_id.in_(sections),
                    ImportOrigin.run_id != run.id,
                    ImportOrigin.updated_at >= run.created_at,
                )
            )
        )
    )


def _compared_anew(
    session: Session, now: datetime, run: ImportRun, works: Iterable[Work], twins: str
) -> set[int]:
    """Compare rows once more; gives those of which something else would come now."""
    by_id = {work.row_id: work for work in works}
    if not by_id:
        return set()
    before = {row["id"]: row for row in rows_of(session, run.id, by_id)}
    session.flush()
    knowledge = with_sections(session, now, load_knowledge(session, now))
    compare_run(session, run, knowledge, only=set(by_id))
    session.flush()
    out = set()
    for row in rows_of(session, run.id, by_id):
        if not _comes_to_the_same(by_id[row["id"]], before[row["id"]], row, twins):
            out.add(row["id"])
    differing = [row["id"] for row in rows_of(session, run.id, out) if row["status"] != UNCHANGED]
    _say(session, differing, MOVED_ON)
    return out


def _settled(session: Session, run: ImportRun, row_ids: Collection[int]) -> int:
    """How many of these rows say nothing any more that is not there."""
    return sum(row["status"] == UNCHANGED for row in rows_of(session, run.id, row_ids))


def _comes_to_the_same(work: Work, before: dict[str, Any], now: dict[str, Any], twins: str) -> bool:
    again = decided(now, twins)
    if again is None or before["outcome"].get("changes") != now["outcome"].get("changes"):
        return False
    return replace(again, version=None) == replace(work, version=None) and (
        before["outcome"].get("conflicts") == now["outcome"].get("conflicts")
    )


def _say(session: Session, row_ids: Collection[int], why: str) -> None:
    """Leave rows for a person to look at, with the reason."""
    for some in in_turn(sorted(row_ids), IDS_AT_ONCE):
        query = select(ImportRow.id, ImportRow.outcome).where(ImportRow.id.in_(some))
        for row_id, outcome in session.execute(query).all():
            session.execute(
                update(ImportRow)
                .where(ImportRow.id == row_id)
                .values(status=CONFLICTING, outcome=outcome | {"why": why})
                .execution_options(synchronize_session=False)
            )
