"""Pictures of an import on their way to problems: kept as photos first, attached in the end."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict
from app.domain.roles import Actor
from app.domain.states import Phase, State
from app.models import ImportPicture, ImportRow, Photo, Problem
from app.services.evidence import intake, signals
from app.services.evidence.photos import Received, Shot
from app.services.imports.reading.pictures import pictures_of
from app.services.imports.settling.choosing import Work, in_turn
from app.services.imports.work.hands import Hands
from app.services.long_work import TakenAway

AT_ONCE = 50  # photos in one short transaction
IDS_AT_ONCE = 1_000
NO_POSITION = "随台账导入，没有拍摄位置"
USED = "图片“{name}”已用于 {problem}，没有再次导入。"
TWICE = "图片“{name}”在本次导入的另一行已经用过，没有再次导入。"
BUSY = "图片“{name}”正被用于其他问题，没有导入。"
HANDED_IN = frozenset({State.SUBMITTED, State.PRE_SIGNED_OFF, State.SIGNED_OFF})


@dataclass(frozen=True, slots=True)
class Wanted:
    """A picture a row brings along."""

    row_id: int
    problem_id: int | None
    phase: Phase
    sha256: str
    name: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture as the photo it became."""

    phase: Phase
    photo_id: str


@dataclass(slots=True)
class Allotted:
    """Which photos each row gets, and what could not be given to it, in sentences."""

    photos: dict[int, list[Shown]] = field(default_factory=dict)
    notes: dict[int, list[str]] = field(default_factory=dict)


def wanted_of(session: Session, run_id: int, works: Iterable[Work]) -> list[Wanted]:
    """The pictures of these rows, in the order of the rows."""
    by_row = {work.row_id: work for work in works}
    found: list[Wanted] = []
    any_picture = select(ImportPicture.sha256).where(ImportPicture.run_id == run_id).limit(1)
    if session.scalar(any_picture) is None:
        return found
    for some in in_turn(sorted(by_row), IDS_AT_ONCE):
        query = select(ImportRow.id, ImportRow.record["p"]).where(ImportRow.id.in_(some))
        for row_id, pictures in session.execute(query.order_by(ImportRow.id)):
            work = by_row[row_id]
            for phase, sha256, name in pictures or ():
                if work.pictures is None or sha256 in work.pictures:
                    told = Phase(phase) if phase else Phase.BEFORE
                    found.append(Wanted(row_id, work.problem_id, told, sha256, name))
    return found


def keep(hands: Hands, actor: Actor, run_id: int, wanted: Sequence[Wanted]) -> dict[str, str]:
    """Make photos of pictures that are nobody's evidence yet; gives `key` -> photo id.

    Each few in a transaction of their own: a photo no problem takes is swept away later, and
    whoever comes again after a kill finds them. Raises TakenAway.
    """
    if not wanted:
        return {}
    with hands.sessions.reading() as session:
        received = pictures_of(session, run_id)
    kept: dict[str, str] = {}
    each_once = {key(one): one for one in wanted if one.sha256 in received}
    for some in in_turn(list(each_once.values()), AT_ONCE):
        with hands.sessions.writing() as session:
            if not hands.hold(session):
                raise TakenAway
            used = _used(session, {one.sha256 for one in some})
            for one in some:
                if one.sha256 not in used:
                    photo_id = _keep(hands, session, actor, received[one.sha256], one.phase)
                    kept |= {key(one): photo_id} if photo_id else {}
    return kept


def key(one: Wanted) -> str:
    """A picture and what it shows."""
    return f"{one.phase.value} {one.sha256}"


def _keep(
    hands: Hands, session: Session, actor: Actor, received: Received, phase: Phase
) -> str | None:
    shot = Shot(phase, coord_source="import", no_position_reason=NO_POSITION, imported=True)
    try:
        return intake.keep(session, actor, hands.now(), hands.room, received, shot).id
    except Conflict:  # somebody uses the very picture at this moment
        return None


def allot(session: Session, wanted: Sequence[Wanted], kept: Mapping[str, str]) -> Allotted:
    """Give each picture to the first row that brings it, and hold it until the transaction ends.

    On PostgreSQL a picture that somebody else is using at this moment is left out rather than
    waited for, so that nobody who holds a problem waits for this and this for him.
    """
    hashes = {one.sha256 for one in wanted}
    mine, found = _held(session, hashes), Allotted()
    used = _used(session, hashes)
    given: set[str] = set()
    for one in wanted:
        place = used.get(one.sha256)
        if place is not None and place[0] == one.problem_id:
            continue  # it came with an earlier import of this row
        photo_id = kept.get(key(one))
        why = (
            USED.format(name=one.name, problem=place[1]) if place
            else TWICE.format(name=one.name) if one.sha256 in given
            else BUSY.format(name=one.name) if photo_id is None or photo_id not in mine
            else ""
        )  # fmt: skip
        if why or photo_id is None:
            found.notes.setdefault(one.row_id, []).append(why)
            continue
        given.add(one.sha256)
        found.photos.setdefault(one.row_id, []).append(Shown(one.phase, photo_id))
    return found


def _held(session: Session, hashes: Collection[str]) -> set[str]:
    """The ids of the photos of these originals that nobody else is at; they stay so."""
    found: set[str] = set()
    for some in in_turn(sorted(hashes), IDS_AT_ONCE):
        rows = session.scalars(
            select(Photo.id)
            .where(Photo.sha256.in_(some), Photo.problem_id.is_(None))
            .with_for_update(skip_locked=True, key_share=True)
        )
        found |= set(rows)
    return found


def _used(session: Session, hashes: Collection[str]) -> dict[str, tuple[int, str]]:
    """Original -> the problem it is evidence of, and what that is called."""
    found: dict[str, tuple[int, str]] = {}
    for some in in_turn(sorted(hashes), IDS_AT_ONCE):
        rows = session.execute(
            select(Photo.sha256, Problem.id, Problem.number)
            .join(Problem, Problem.id == Photo.problem_id)
            .where(Photo.sha256.in_(some))
        )
        found |= {sha: (pid, number or f"待编号问题 {pid}") for sha, pid, number in rows}
    return found


def attach(session: Session, now: datetime, allotted: Allotted, problems: Mapping[int, int]) -> int:
    """Make the allotted photos evidence of the problems of their rows; gives how many.

    After photos go into the round that was handed in, or else into the one to come. `problems`
    is row id -> problem id.
    """
    rows = [row_id for row_id in allotted.photos if row_id in problems]
    if not rows:
        return 0
    ids = {problems[row_id] for row_id in rows}
    rounds, taken = _rounds(session, ids), _taken(session, ids)
    bindings: list[dict[str, Any]] = []
    for row_id in rows:
        problem_id = problems[row_id]
        for one in allotted.photos[row_id]:
            round_ = rounds[problem_id] if one.phase is Phase.AFTER else 0
            place = (problem_id, one.phase.value, round_)
            bindings.append(
                {"photo": one.photo_id, "problem": problem_id, "round": round_, "at": now,
                 "position": taken[place]}
            )  # fmt: skip
            taken[place] += 1
    P = Photo.__table__.c  # noqa: N806
    statement = (
        update(Photo.__table__)  # type: ignore[arg-type]
        .where(P.id == bindparam("photo"), P.problem_id.is_(None))
        .values(
            problem_id=bindparam("problem"), round=bindparam("round"),
            position=bindparam("position"), attached_at=bindparam("at"),
        )
    )  # fmt: skip
    done = session.connection().execute(statement, bindings)
    if done.rowcount != len(bindings):
        raise Conflict("import.photos", "有图片刚刚被清理或用于其他问题，请再写入一次。")
    return len(bindings)


def _rounds(session: Session, problem_ids: Collection[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for some in in_turn(sorted(problem_ids), IDS_AT_ONCE):
        rows = session.execute(
            select(Problem.id, Problem.state, Problem.round).where(Problem.id.in_(some))
        )
        for problem_id, state, round_ in rows:
            handed_in = State(state) in HANDED_IN and round_
            found[problem_id] = round_ if handed_in else round_ + 1
    return found


def _taken(session: Session, problem_ids: Collection[int]) -> Counter[tuple[int, str, int]]:
    """How many photos there are by problem, phase and round: positions are counted on."""
    found: Counter[tuple[int, str, int]] = Counter()
    for some in in_turn(sorted(problem_ids), IDS_AT_ONCE):
        rows = session.execute(
            select(Photo.problem_id, Photo.phase, Photo.round, func.max(Photo.position))
            .where(Photo.problem_id.in_(some))
            .group_by(Photo.problem_id, Photo.phase, Photo.round)
        )
        for problem_id, phase, round_, last in rows:
            found[int(problem_id or 0), phase, round_] = last + 1
    return found


def free(session: Session, photos: Sequence[tuple[str, int]]) -> None:
    """Take photos off the problems an undone import gave them to, so that they may come again."""
    P = Photo.__table__.c  # noqa: N806
    statement = (
        update(Photo.__table__)  # type: ignore[arg-type]
        .where(P.id == bindparam("photo"), P.problem_id == bindparam("problem"))
        .values(problem_id=None, attached_at=None, position=0, round=0)
    )
    if photos:
        bound = [{"photo": photo, "problem": problem_id} for photo, problem_id in photos]
        session.connection().execute(statement, bound)
        signals.forget(session, [photo for photo, _ in photos])
