"""Finds rows of an import that are probably the same problem as another section's."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, or_, select, true
from sqlalchemy.orm import Session

from app.domain.calendars import local_date, start_of
from app.domain.roles import Actor
from app.domain.states import State
from app.models import ImportRow, Photo, Problem
from app.services.import_alike import Grid, Likeness, Rule, Spot, likeness
from app.services.import_canonical import values_of
from app.services.import_scanning import AT_ONCE, Place, in_turn
from app.services.import_vocabulary import Knowledge
from app.services.scope import visible_to
from app.services.world import load_rules

MOST = 3  # twins told of one row
MANY = 3  # rows that share a picture: then it is a sign or a logo, and says nothing
_MOST_STREETS = 200
_GONE = (State.DRAFT.value, State.VOID.value)
P = Problem


@dataclass(slots=True)
class Ground:
    """What is known of a run before its new rows are looked at.

    `claimed` are the problems that its rows are, `known` those of earlier imports by section.
    """

    places: Mapping[int, Place]
    claimed: Collection[int]
    known: Mapping[int, Collection[int]]


@dataclass(slots=True)
class _Twin:
    """A twin as an outcome tells it, and how surely it is one."""

    told: dict[str, Any]
    weight: tuple[bool, float, float]


@dataclass(slots=True)
class _Row:
    """A new row: where it stands, its spot and its pictures."""

    place: Place
    row: int
    spot: Spot
    pictures: tuple[str, ...]
    twins: list[_Twin] = field(default_factory=list)

    @property
    def section(self) -> int:
        """The section whose ledger it stands in; rows without one are not compared."""
        return self.place.section_id or 0


class _Search:
    """The new rows of a run, to be met by each other and by the problems of the pool."""

    def __init__(self, ground: Ground, knowledge: Knowledge, rule: Rule) -> None:
        self._ground = ground
        self._rule = rule
        names = {place.name for place in knowledge.vocabulary.places.all}
        self._names = tuple(sorted(names, key=len, reverse=True))
        self._grid = Grid(rule)
        self._rows: dict[int, _Row] = {}
        self.by_picture: dict[str, list[int]] = {}

    def add(self, row_id: int, sheet_id: int, row: int, record: Mapping[str, Any]) -> None:
        """Take in a row, and meet it with those of other files before it."""
        values = values_of(record)
        spot = Spot(
            row_id, _id(values.get("category")), _id(values.get("street")),
            _day(values.get("reported_at")), values.get("lat"), values.get("lng"),
            self._within(str(values.get("point", ""))), str(values.get("description", "")),
        )  # fmt: skip
        pictures = tuple({sha256 for _, sha256, *_ in record.get("p", ())})
        mine = _Row(self._ground.places[sheet_id], row, spot, pictures)
        for other in self._grid.near(spot):
            theirs = self._rows[other.ref]
            if theirs.place.file_id != mine.place.file_id:
                found = likeness(spot, other, self._rule)
                if found is not None:
                    self._meet(mine, theirs, found)
        for sha256 in pictures:
            for other_id in self.by_picture.setdefault(sha256, [])[:MANY]:
                if self._rows[other_id].place.file_id != mine.place.file_id:
                    self._meet(mine, self._rows[other_id], None)
            self.by_picture[sha256].append(row_id)
        self._rows[row_id] = mine
        self._grid.add(spot)

    def _within(self, point: str) -> str:
        """The point without the names of district and street in front of it."""
        for name in self._names:
            if len(point) > len(name) and point.startswith(name):
                point = point[len(name) :].lstrip()
        return point

    def _meet(self, mine: _Row, theirs: _Row, found: Likeness | None) -> None:
        where = f"本次导入的“{theirs.place.file}”第 {theirs.row} 行"
        told = {"row_id": theirs.spot.ref} | _reasons(where, found)
        mine.twins.append(_Twin(told, _weight(found)))

    def problem(self, row: Any) -> None:
        """Meet a problem of the pool with the rows near it."""
        if row.id in self._ground.claimed:
            return
        spot = Spot(
            row.id, row.category_id, row.street_id,
            local_date(row.pooled_at).toordinal() if row.pooled_at else None, row.lat, row.lng,
            self._within(row.address), row.description,
        )  # fmt: skip
        for other in self._grid.near(spot):
            mine = self._rows[other.ref]
            if row.id in self._ground.known.get(mine.section, ()):
                continue
            found = likeness(other, spot, self._rule)
            if found is not None:
                mine.twins.append(_Twin(_of_pool(row, found), _weight(found)))

    def picture(self, row: Any) -> None:
        """Meet a problem of the pool with the rows that have its picture."""
        for row_id in self.by_picture.get(row.sha256, ())[:MANY]:
            twins = self._rows[row_id].twins
            known = [one for one in twins if one.told.get("problem_id") == row.id]
            for one in known:
                twins.remove(one)
            twins.append(_Twin(_of_pool(row, None), _weight(None)))

    def shared_pictures(self) -> list[str]:
        """The pictures that say something: few rows have them."""
        return [sha256 for sha256, rows in self.by_picture.items() if len(rows) <= MANY]

    def spots(self) -> Iterator[Spot]:
        """Where the rows are."""
        return (row.spot for row in self._rows.values())

    def outcomes(self) -> dict[int, dict[str, Any]]:
        """What is told of the rows that have twins, by row id."""
        return {
            row_id: {"twins": [one.told for one in _surest(row.twins)]}
            for row_id, row in self._rows.items()
            if row.twins
        }


def find_twins(
    session: Session,
    actor: Actor,
    run_id: int,
    knowledge: Knowledge,
    ground: Ground,
    new: Collection[int],
) -> dict[int, dict[str, Any]]:
    """The outcomes of those `new` rows that are probably another's problem, by row id.

    Near by the city's settings, of one kind, or with the same picture. Of a problem that the
    actor may not see only its section is told.
    """
    if not new:
        return {}
    rules = load_rules(session)
    search = _Search(ground, knowledge, Rule(rules.nearby_metres, rules.nearby_days))
    rows = session.execute(
        select(ImportRow.id, ImportRow.sheet_id, ImportRow.row, ImportRow.record)
        .where(ImportRow.run_id == run_id)
        .order_by(ImportRow.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for row_id, sheet_id, row, record in rows:
        if row_id in new:
            search.add(row_id, sheet_id, row, record)
    pool = _pool(actor).where(*_around(search, rules.nearby_days))
    for found in session.execute(pool.execution_options(yield_per=AT_ONCE)):
        search.problem(found)
    pictures = _pool(actor).add_columns(Photo.sha256).join(Photo, Photo.problem_id == P.id)
    for some in in_turn(search.shared_pictures()):
        for found in session.execute(pictures.where(Photo.sha256.in_(some))):
            search.picture(found)
    return search.outcomes()


def _pool(actor: Actor) -> Any:
    seen = case((visible_to(actor), 1), else_=0).label("seen")
    columns = (
        P.id, P.version, P.number, P.lead_section_id, P.category_id, P.street_id, P.address,
        P.description, P.lat, P.lng, P.pooled_at, seen,
    )  # fmt: skip
    return select(*columns).where(P.state.not_in(_GONE))


def _around(search: _Search, days: int) -> list[ColumnElement[bool]]:
    """What no problem far from all rows fulfils: their time, and their streets if they are few."""
    known: set[int] = set()
    dates: list[int] = []
    all_dated = all_placed = True
    for spot in search.spots():
        if spot.day is None:
            all_dated = False
        else:
            dates.append(spot.day)
        if spot.street is None or spot.lat is not None:
            all_placed = False
        else:
            known.add(spot.street)
    where: list[ColumnElement[bool]] = []
    if all_dated and dates:
        first = start_of(date.fromordinal(min(dates)) - timedelta(days=days))
        last = start_of(date.fromordinal(max(dates)) + timedelta(days=days + 1))
        where.append(and_(P.pooled_at >= first, P.pooled_at < last))
    if all_placed and len(known) <= _MOST_STREETS:
        where.append(or_(P.street_id.in_(known), P.street_id.is_(None)))
    return where or [true()]


def _of_pool(row: Any, found: Likeness | None) -> dict[str, Any]:
    where = (f"问题 {row.number}" if row.number else "系统里的一个问题") if row.seen else "另一科室"
    told = {"problem_id": row.id, "version": row.version, "section_id": row.lead_section_id}
    return told | {"seen": bool(row.seen)} | _reasons(where, found, has="" if row.seen else "已有")


def _reasons(where: str, found: Likeness | None, has: str = "") -> dict[str, Any]:
    """What is told of a likeness; None stands for the same picture."""
    if found is None:
        why = f"照片与{where}{has}的相同。" if has else f"照片与{where}的照片相同。"
        return {"why": why, "distance_m": None, "days": None, "picture": True}
    metres = None if found.metres is None else round(found.metres)
    place = "点位的写法相近" if metres is None else f"相距 {metres} 米"
    kind = "，类别相同" if found.same_kind else "，描述相近"
    day = "" if found.days is None else "，同一天" if not found.days else f"，相差 {found.days} 天"
    why = f"{where}已有一个：" if has else f"与{where}可能是同一个问题："
    return {
        "why": f"{why}{place}{kind}{day}。", "distance_m": metres, "days": found.days,
        "picture": False,
    }  # fmt: skip


def _weight(found: Likeness | None) -> tuple[bool, float, float]:
    """The picture first, then the words, then the days."""
    if found is None:
        return (False, 0.0, 0.0)
    return (True, -found.words, float(found.days or 0))


def _surest(twins: list[_Twin]) -> list[_Twin]:
    ranked = sorted(twins, key=lambda one: one.weight)
    seen: set[tuple[Any, Any]] = set()
    kept = []
    for one in ranked:
        key = (one.told.get("problem_id"), one.told.get("row_id"))
        if key not in seen:
            seen.add(key)
            kept.append(one)
    return kept[:MOST]


def _id(value: Any) -> int | None:
    return value if type(value) is int else None


def _day(value: Any) -> int | None:
    return date.fromisoformat(str(value)[:10]).toordinal() if value else None
