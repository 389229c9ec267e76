"""Finds rows of an import that are probably the same problem as another section's."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select
from sqlalchemy.orm import Session

from app.domain.calendars import local_date, start_of
from app.domain.roles import Actor
from app.domain.states import State
from app.models import Photo, Problem
from app.services.imports.comparing.alike import Grid, Likeness, Rule, Spot, likeness
from app.services.imports.comparing.scanning import AT_ONCE, Seen, in_turn
from app.services.imports.reading.vocabulary import Knowledge
from app.services.imports.work.places import Place
from app.services.scope import visible_to
from app.services.world import load_rules

MOST = 3  # twins told of one row
MANY = 3  # rows that share a picture: then it is a sign or a logo, and says nothing
_MOST_STREETS = 200
_GONE = (State.DRAFT.value, State.VOID.value)
P = Problem


@dataclass(frozen=True, slots=True)
class Ground:
    """What is known of a run before its new rows are looked at.

    `claimed` are the problems that its rows are, `known` those of earlier imports by section.
    """

    places: Mapping[int, Place]
    claimed: Collection[int]
    known: Mapping[int, Collection[int]]


@dataclass(slots=True)
class _Twin:
    """Another row of the run, or a problem of the pool; without a likeness it is the picture."""

    row_id: int | None
    problem_id: int | None
    likeness: Likeness | None

    @property
    def weight(self) -> tuple[bool, float, float]:
        """The surest first: the picture, then the words, then the days."""
        found = self.likeness
        return (found is not None, -found.words, found.days or 0) if found else (False, 0, 0)


@dataclass(slots=True)
class _Row:
    """A new row where it stands, and its twins."""

    seen: Seen
    place: Place
    spot: Spot
    twins: list[_Twin] = field(default_factory=list)


class _Search:
    """The new rows of a run, to be met by each other and by the problems of the pool."""

    def __init__(self, ground: Ground, knowledge: Knowledge, rule: Rule) -> None:
        self._ground = ground
        self._rule = rule
        names = {re.escape(place.name) for place in knowledge.vocabulary.places.all}
        longest_first = sorted(names, key=len, reverse=True)
        self._prefix = re.compile(rf"(?:(?:{'|'.join(longest_first)})\s*)+(?=.)") if names else None
        self.grid = Grid(rule)
        self.rows: dict[int, _Row] = {}
        self.by_picture: dict[str, list[int]] = {}
        self._several = len({place.file_id for place in ground.places.values()}) > 1

    def add(self, seen: Seen) -> None:
        """Take in a row, and meet it with those of other files before it."""
        values = seen.values
        spot = Spot(
            seen.id, _id(values.get("category")), _id(values.get("street")),
            _day(values.get("reported_at")), values.get("lat"), values.get("lng"),
            self.within(str(values.get("point", ""))), str(values.get("description", "")),
        )  # fmt: skip
        mine = _Row(seen, self._ground.places[seen.sheet_id], spot)
        if self._several:
            self._meet_rows(mine)
        for sha256 in seen.pictures:
            for other_id in self.by_picture.setdefault(sha256, [])[:MANY]:
                if self.rows[other_id].place.file_id != mine.place.file_id:
                    mine.twins.append(_Twin(other_id, None, None))
            self.by_picture[sha256].append(seen.id)
        self.rows[seen.id] = mine
        self.grid.add(spot)

    def _meet_rows(self, mine: _Row) -> None:
        for other in self.grid.near(mine.spot):
            if self.rows[other.ref].place.file_id == mine.place.file_id:
                continue
            found = likeness(mine.spot, other, self._rule)
            if found is not None:
                mine.twins.append(_Twin(other.ref, None, found))

    def within(self, point: str) -> str:
        """The point without the names of district and street in front of it."""
        found = self._prefix.match(point) if self._prefix else None
        return point[found.end() :] if found else point

    def meet(self, row: Any) -> None:
        """Meet a problem of the pool with the rows near it."""
        spot = Spot(
            row.id, row.category_id, row.street_id,
            local_date(row.pooled_at).toordinal() if row.pooled_at else None, row.lat, row.lng,
            self.within(row.address), row.description,
        )  # fmt: skip
        for other in self.grid.near(spot):
            mine = self.rows[other.ref]
            if row.id in self._ground.known.get(mine.place.section_id or 0, ()):
                continue
            found = likeness(other, spot, self._rule)
            if found is not None:
                mine.twins.append(_Twin(None, row.id, found))

    def meet_picture(self, problem_id: int, sha256: str) -> None:
        """Meet the problem that has a picture with the rows that have it."""
        for row_id in self.by_picture.get(sha256, ()):
            twins = self.rows[row_id].twins
            twins[:] = [one for one in twins if one.problem_id != problem_id]
            twins.append(_Twin(None, problem_id, None))

    def surest(self) -> dict[int, list[_Twin]]:
        """The twins to be told, by row id; each problem and each row once."""
        found = {}
        for row_id, row in self.rows.items():
            each_once: dict[tuple[int | None, int | None], _Twin] = {}
            for one in sorted(row.twins, key=lambda twin: twin.weight):
                each_once.setdefault((one.row_id, one.problem_id), one)
            if each_once:
                found[row_id] = list(each_once.values())[:MOST]
        return found


def find_twins(
    session: Session, actor: Actor, knowledge: Knowledge, ground: Ground, new: Sequence[Seen]
) -> dict[int, dict[str, Any]]:
    """The outcomes of those `new` rows that are probably another's problem, by row id.

    Near by the city's settings and of one kind, or with the same picture. Of a problem that the
    actor may not see no more is told than that there is one.
    """
    if not new or _is_alone(session, ground):
        return {}
    rules = load_rules(session)
    search = _Search(ground, knowledge, Rule(rules.nearby_metres, rules.nearby_days))
    for seen in new:
        search.add(seen)
    _meet_pool(session, search, ground.claimed, rules.nearby_days)
    few = [sha256 for sha256, rows in search.by_picture.items() if len(rows) <= MANY]
    for some in in_turn(few):
        pictures = select(P.id, Photo.sha256).join(Photo, Photo.problem_id == P.id)
        pictures = pictures.where(Photo.sha256.in_(some), P.state.not_in(_GONE))
        for problem_id, sha256 in session.execute(pictures):
            search.meet_picture(problem_id, sha256)
    twins = search.surest()
    wanted = {one.problem_id for some in twins.values() for one in some if one.problem_id}
    pool = _told(session, actor, sorted(wanted))
    return {
        row_id: {"twins": [_tell(one, search.rows, pool) for one in some]}
        for row_id, some in twins.items()
    }


def _is_alone(session: Session, ground: Ground) -> bool:
    """Whether a city's first rows come in one file: there is nobody whom they could meet."""
    if len({place.file_id for place in ground.places.values()}) > 1:
        return False
    return session.scalar(select(P.id).where(P.state.not_in(_GONE)).limit(1)) is None


def _meet_pool(session: Session, search: _Search, claimed: Collection[int], days: int) -> None:
    """Meet the problems that may be near; where positions decide, theirs are looked at first."""
    around = _around(search, days)
    columns = (
        P.id, P.category_id, P.street_id, P.address, P.description, P.lat, P.lng, P.pooled_at,
    )  # fmt: skip
    query = select(*columns).where(*around)
    if not search.grid.asks_words():
        near = select(P.id, P.lat, P.lng).where(*around, P.lat.is_not(None), P.lng.is_not(None))
        ids = [
            problem_id
            for problem_id, lat, lng in session.execute(_streamed(near))
            if search.grid.around(lat, lng) and problem_id not in claimed
        ]
        for some in in_turn(ids):
            for row in session.execute(select(*columns).where(P.id.in_(some))):
                search.meet(row)
        query = query.where(or_(P.lat.is_(None), P.lng.is_(None)))
    for row in session.execute(_streamed(query)):
        if row.id not in claimed:
            search.meet(row)


def _streamed(query: Any) -> Any:
    return query.execution_options(yield_per=AT_ONCE)


def _around(search: _Search, days: int) -> list[ColumnElement[bool]]:
    """What no problem far from all rows fulfils: their time, and their streets if they are few."""
    spots = [row.spot for row in search.rows.values()]
    dated = [spot.day for spot in spots if spot.day is not None]
    where: list[ColumnElement[bool]] = [P.state.not_in(_GONE)]
    if len(dated) == len(spots):
        first = start_of(date.fromordinal(min(dated)) - timedelta(days=days))
        last = start_of(date.fromordinal(max(dated)) + timedelta(days=days + 1))
        where.append(or_(P.pooled_at.is_(None), and_(P.pooled_at >= first, P.pooled_at < last)))
    streets = {spot.street for spot in spots if spot.lat is None}
    if None not in streets and all(spot.lat is None for spot in spots):
        few = len(streets) <= _MOST_STREETS
        where += [or_(P.street_id.in_(streets), P.street_id.is_(None))] if few else []
    return where


def _told(session: Session, actor: Actor, ids: Sequence[int]) -> dict[int, Any]:
    """What may be told of problems, by id."""
    seen = case((visible_to(actor), 1), else_=0).label("seen")
    query = select(P.id, P.version, P.number, P.lead_section_id, seen)
    return {
        row.id: row for some in in_turn(ids) for row in session.execute(query.where(P.id.in_(some)))
    }


def _tell(twin: _Twin, rows: Mapping[int, _Row], pool: Mapping[int, Any]) -> dict[str, Any]:
    if twin.row_id is not None:
        other = rows[twin.row_id]
        where = f"本次导入的“{other.place.file}”{other.place.rows([other.seen.row])}"
        return {"row_id": twin.row_id} | _reasons(where, twin.likeness)
    row = pool[twin.problem_id or 0]
    told = {"problem_id": row.id, "version": row.version, "seen": bool(row.seen)}
    if not row.seen:
        return told | _reasons("另一科室已有的问题", twin.likeness)
    return told | _reasons(f"问题 {row.number}" if row.number else "一个问题", twin.likeness)


def _reasons(where: str, found: Likeness | None) -> dict[str, Any]:
    if found is None:
        why = f"照片与{where}的相同。"
        return {"why": why, "distance_m": None, "days": None, "picture": True}
    metres = None if found.metres is None else round(found.metres)
    place = "点位的写法相近" if metres is None else f"相距 {metres} 米"
    kind = "类别相同" if found.same_kind else "描述相近"
    days: Iterable[str] = ()
    if found.days is not None:
        days = (f"相差 {found.days} 天" if found.days else "同一天",)
    reasons = "，".join((place, kind, *days))
    return {
        "why": f"与{where}可能是同一个：{reasons}。", "distance_m": metres, "days": found.days,
        "picture": False,
    }  # fmt: skip


def _id(value: Any) -> int | None:
    return value if type(value) is int else None


def _day(value: Any) -> int | None:
    return date.fromisoformat(str(value)[:10]).toordinal() if value else None
