"""One move on many problems: which moves fit a selection, and asking for one to be made."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.facts import Facts, Given
from app.domain.needs import Need, optional_text
from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.domain.roles import Actor, Role
from app.domain.workflow import Move, Option, apply, find, options
from app.models import BulkMove, Category, Problem
from app.services import idempotency, job_queue
from app.services.problems.bulk_given import as_json, filled, given_from, leads_of_categories
from app.services.scope import visible_to
from app.services.workflow.facts import facts_of_many
from app.services.workflow.moves import PHASES
from app.services.world import circumstances

JOB = "bulk_move"
MOST = 500
LISTED = 20
WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"
AT_WORK = frozenset({WAITING, RUNNING})
MOVERS = (
    Role.UNIT_USER, Role.REVIEWER, Role.CHECKER, Role.LEAD_ADMIN, Role.LEADER,
    Role.BRIGADE_USER, Role.BRIGADE_ADMIN,
)  # fmt: skip


def moves_in_bulk(actor: Actor) -> bool:
    """责任单位、审核、核查、科室、大队和领导"""
    return actor.has(*MOVERS) or bool(actor.leads)


@dataclass(frozen=True, slots=True)
class Offer:
    """A move and the selected problems on which it is allowed now."""

    move: Move
    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What can be done with the selected problems that exist for this actor.

    `missing` counts those that do not. `wants_photos` are moves that need pictures of each
    problem and so are not made in bulk.
    """

    ids: tuple[int, ...]
    missing: int
    on_all: tuple[Offer, ...]
    on_some: tuple[Offer, ...]
    wants_photos: tuple[Offer, ...]


def allowed_moves(
    session: Session, actor: Actor, now: datetime, ids: Sequence[int]
) -> dict[int, tuple[Option, ...]]:
    """The moves open to this actor on each visible problem; a few questions for 500 rows."""
    at = circumstances(session, now)
    facts = _facts(session, actor, ids)
    return {problem_id: options(each, actor, at) for problem_id, each in facts.items()}


def selection(session: Session, actor: Actor, now: datetime, ids: Sequence[int]) -> Selection:
    """Sort the moves by whether all, some or none of the selected problems allow them.

    Raises Invalid for nothing, or more than 500 selected.
    """
    wanted = checked(ids)
    allowed = allowed_moves(session, actor, now, wanted)
    seen = tuple(problem_id for problem_id in wanted if problem_id in allowed)
    found: dict[str, list[int]] = {}
    for problem_id in seen:
        for option in allowed[problem_id]:
            found.setdefault(option.move.id, []).append(problem_id)
    offers = [Offer(find(move_id), tuple(own)) for move_id, own in found.items()]
    plain = [offer for offer in offers if not wants_photos(offer.move)]
    return Selection(
        ids=seen,
        missing=len(wanted) - len(seen),
        on_all=tuple(offer for offer in plain if len(offer.ids) == len(seen)),
        on_some=tuple(offer for offer in plain if len(offer.ids) < len(seen)),
        wants_photos=tuple(offer for offer in offers if wants_photos(offer.move)),
    )


def checked(ids: Sequence[int]) -> tuple[int, ...]:
    """Each id once, in order; Invalid for none or too many."""
    wanted = tuple(dict.fromkeys(ids))
    if not wanted:
        raise Invalid("bulk.nothing", "请先在表格中勾选问题，再办理。")
    if len(wanted) > MOST:
        raise Invalid(
            "bulk.too_many", f"一次最多办理 {MOST} 条，现在选了 {len(wanted)} 条，请分批。"
        )
    return wanted


def wants_photos(move: Move) -> bool:
    """Whether each problem needs pictures of its own for this move."""
    return any(need.key in PHASES for need in move.needs)


def needs_of(move: Move) -> tuple[Need, ...]:
    """What the form asks for; one text serves all problems, urgent or not."""
    if move.id == "refer_to_leader":
        return (*move.needs, optional_text("紧急理由"))
    return move.needs


def versions_of(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, int]:
    """Visible problem id -> its version, in the order of the ids."""
    rows = session.execute(
        select(Problem.id, Problem.version).where(Problem.id.in_(ids), visible_to(actor))
    )
    known = {problem_id: version for problem_id, version in rows}
    return {problem_id: known[problem_id] for problem_id in ids if problem_id in known}


def problems_of(session: Session, actor: Actor, ids: Sequence[int]) -> list[Problem]:
    """The visible ones of these problems, in the order of the ids."""
    rows = session.scalars(select(Problem).where(Problem.id.in_(ids), visible_to(actor)))
    known = {row.id: row for row in rows}
    return [known[problem_id] for problem_id in ids if problem_id in known]


def start(
    session: Session,
    actor: Actor,
    now: datetime,
    move_id: str,
    seen: Mapping[int, int],
    given: Given,
    *,
    key: str | None = None,
) -> BulkMove:
    """Ask for a move on many problems; row and job are written in the caller's transaction.

    `seen` are the versions the person was looking at, by problem. Raises Invalid with a
    sentence for each field that is missing or wrong, NotAllowed for a move not made in bulk.
    """
    move = find(move_id)
    if wants_photos(move):
        raise NotAllowed("bulk.photos", f"“{move.label}”每条都要拍照片，请逐条办理。")
    wanted = checked(list(seen))
    parts = {"bulk": move_id, "problems": list(seen.items()), "given": asdict(given)}
    claimed = idempotency.claim(session, actor, key, parts, now)
    if claimed.earlier is not None:
        return session.get_one(BulkMove, claimed.earlier["bulk_id"])
    _rehearse(session, actor, now, move, wanted, given)
    bulk = BulkMove(
        user_id=actor.user_id,
        move=move.id,
        given=as_json(given),
        problems=[[problem_id, seen[problem_id]] for problem_id in wanted],
        results=[],
        status=WAITING,
        created_at=now,
    )
    session.add(bulk)
    session.flush()
    job_queue.enqueue(session, now, JOB, str(bulk.id), {"bulk_id": bulk.id})
    claimed.keep({"bulk_id": bulk.id})
    return bulk


def again(session: Session, actor: Actor, now: datetime, bulk_id: int) -> BulkMove:
    """Ask anew for what was not done, with the problems as they stand now.

    Raises Conflict while the first is at work or where all was done.
    """
    bulk = own(session, actor, bulk_id)
    if bulk.status in AT_WORK:
        raise Conflict("bulk.at_work", "这一批还在办理，请等它完成后再重试。")
    done = {result["id"] for result in bulk.results if result["done"]}
    left = [problem_id for problem_id, _ in bulk.problems if problem_id not in done]
    if not left:
        raise Conflict("bulk.all_done", "这一批已全部办成，没有需要重试的。")
    seen = versions_of(session, actor, left)
    return start(session, actor, now, bulk.move, seen, given_from(bulk.given))


def own(session: Session, actor: Actor, bulk_id: int) -> BulkMove:
    """One's own bulk move; NotFound for anybody else's."""
    bulk = session.get(BulkMove, bulk_id)
    if bulk is None or bulk.user_id != actor.user_id:
        raise NotFound("bulk.not_found", "没有找到这次批量办理，或者不是您办的。")
    return bulk


def latest(session: Session, actor: Actor) -> list[BulkMove]:
    """One's own last 20, newest first."""
    return list(
        session.scalars(
            select(BulkMove)
            .where(BulkMove.user_id == actor.user_id)
            .order_by(BulkMove.created_at.desc(), BulkMove.id.desc())
            .limit(LISTED)
        )
    )


def _facts(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, Facts]:
    """Facts of the visible ones; their categories are loaded together, not one by one."""
    rows = list(session.scalars(select(Problem).where(Problem.id.in_(ids), visible_to(actor))))
    kinds = {row.category_id for row in rows if row.category_id is not None}
    held = list(session.scalars(select(Category).where(Category.id.in_(kinds))))
    facts = facts_of_many(session, rows)
    del held  # until here the session kept them
    return facts


def _rehearse(
    session: Session,
    actor: Actor,
    now: datetime,
    move: Move,
    ids: Sequence[int],
    given: Given,
) -> None:
    """Say what is missing before anything is done; who was quicker is told in the report."""
    at, leads = circumstances(session, now), leads_of_categories(session)
    wrong: dict[str, list[str]] = {}
    for facts in _facts(session, actor, ids).values():
        lead = leads.get(given.category_id or facts.category_id or 0)
        try:
            apply(move, facts, actor, filled(move, given, facts, lead), at)
        except Invalid as refusal:
            for name, sentence in (refusal.fields or {"": refusal.sentence}).items():
                wrong.setdefault(name, []).append(sentence)
        except (Conflict, NotAllowed):
            continue
    if wrong:
        told = {name: _told(sentences, len(ids)) for name, sentences in wrong.items()}
        fields = {name: sentence for name, sentence in told.items() if name}
        raise Invalid("bulk.incomplete", " ".join(told.values()), fields=fields)


def _told(sentences: Sequence[str], of: int) -> str:
    share = "" if len(sentences) == of else f"（所选 {of} 条中有 {len(sentences)} 条）"
    return f"{sentences[0]}{share}"
