"""Problems as years of work leave them, as plain tuples: the same rows for the same city and day.

Every row satisfies what the workflow keeps true: number, dates and clocks go with the state.
What it lacks is what moves would have written beside it: photos, events, requests.
"""

from collections.abc import Callable, Iterator
from typing import Any

from app.demo.chance import chance
from app.domain.numbers import format_number
from app.domain.states import State
from bench.plenty_way import Roll, Way
from bench.plenty_world import YEARS_OF_DAYS, Kind, Street, World

# A word, and how many rows hold it, whatever their number.
RARE, SCARCE = ("琥珀", 10), ("鹤鸣", 1_000)
NOWHERE, FREQUENT = "麒麟", "井盖"
COVERS, RETURNED, ELSEWHERE = 0.19, 0.08, 0.25  # shares
FIRST_MINUTE, MINUTES = 30, 540  # of UTC: 08:30 to 17:30 in the city
CLOCK_OF_DAY = tuple(f" {m // 60:02}:{m % 60:02}:00.000000" for m in range(24 * 60))
NEAR = 0.012  # degrees
DAYS_LIMIT, HOURS_LIMIT = (7, "work_day"), (24, "urgent_hour")
SOURCES = ("street_survey", "street_survey", "street_survey", "grid_patrol", "inspection")
FLAWS = (
    ("not_fixed", "现场仍有堆放，没有清理"),
    ("partly_fixed", "只处理了一半，南侧还没有动"),
    ("photo_unclear", "照片模糊，看不出整改情况"),
)
VOID_REASONS = ("duplicate", "untrue", "not_ours", "too_little")
NOTES = ("已电话告知商户", "已与社区对接，约定周五前完成", "需夜间施工，已报交管部门", "雨后复查")
WEATHER, ROADS = ("sun", "cloud", "rain", "snow"), ("a", "b", "c", "d")
UNTOUCHED: dict[str, Any] = {
    "version": 1, "number": None, "priority": "general", "urgent_reason": "", "urgent_denied": 0,
    "community": "", "accuracy_m": 12.0, "coord_source": "browser", "no_position_reason": "",
    "lead_section_id": None, "responsible_org_id": None, "pooled_at": None, "listed_at": None,
    "submitted_at": None, "pre_signed_off_at": None, "signed_off_at": None, "voided_at": None,
    "due_at": None, "due_provisional": 0, "stage_due_at": None, "stage_due_provisional": 0,
    "clock_amount": None, "clock_unit": None, "clock_consumed": 0, "clock_since": None,
    "clock_paused_at": None, "remedy": "", "handled_by": "", "submitted_by_id": None,
    "checked_by_id": None, "signed_off_by_id": None, "came_from": None, "round": 0,
    "on_time": None, "returned_count": 0, "send_back_reason": "", "send_back_text": "",
    "deferral_due": None, "deferral_expired": 0, "deferrals_approved": 0,
    "extensions_granted": 0, "reopened": 0, "void_reason": "",
}  # fmt: skip
WRITTEN = (
    "id", "state", "source", "category_id", "category_name", "category_major", "description",
    "district_id", "street_id", "address", "lat", "lng", "reporter_id", "reporter_org_id",
    "created_at", "updated_at",
)  # fmt: skip
FIXED = (*WRITTEN, *UNTOUCHED)


class Plenty:
    """`count` rows from `first_id` on, oldest first; `counters` are the numbers given so far."""

    def __init__(
        self, world: World, count: int, first_id: int, counters: dict[tuple[str, int], int]
    ) -> None:
        self.columns = (*FIXED, *(str(field.column.name) for field in world.fields))
        self.counters = counters
        self._world = world
        self._count = count
        self._first = first_id
        self._own = tuple(OWN[field.caption] for field in world.fields)
        self._words = {
            min(place * count // wanted + wanted % 7, count - 1): word
            for word, wanted in (SCARCE, RARE)
            for place in range(min(wanted, count // 20))
        }

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        """The rows."""
        roll = chance("plenty", self._count).random
        return (self._row(place, roll) for place in range(self._count))

    def _row(self, place: int, roll: Roll) -> tuple[Any, ...]:
        world = self._world
        street = _one_of(world.streets, roll)
        kind = _one_of(world.covers if roll() < COVERS else world.kinds, roll)
        way = Way(world.days, place * YEARS_OF_DAYS // self._count, roll)
        at = _Moments(world, CLOCK_OF_DAY[FIRST_MINUTE + int(roll() * MINUTES)])
        row = UNTOUCHED | _reported(way, street, kind, roll, at)
        row["id"] = self._first + place
        if place in self._words:
            row["address"] += f"（{self._words[place]}里小区）"
        if way.is_routed:
            elsewhere = roll() < ELSEWHERE
            row["lead_section_id"] = kind.section_id
            row["responsible_org_id"] = _one_of(world.units, roll) if elsewhere else street.id
        if way.is_numbered:
            row["number"] = self._number(street, world.days.years[way.listed])
            row |= _listed(way, kind, roll, at)
        own = (make(world, way, roll) for make in self._own)
        return (*map(row.__getitem__, FIXED), *own)

    def _number(self, street: Street, year: int) -> str:
        key = (street.district_code, year)
        self.counters[key] = self.counters.get(key, 0) + 1
        return format_number(*key, self.counters[key])


class _Moments:
    """Instants of one problem: all at the same time of day, so days keep them in order."""

    __slots__ = ("_dates", "_time", "world")

    def __init__(self, world: World, time: str) -> None:
        self.world = world
        self._dates = world.days.dates
        self._time = time

    def __call__(self, day: int) -> str:
        return self._dates[day] + self._time


def _one_of(values: Any, roll: Roll) -> Any:
    return values[int(roll() * len(values))]


def _reported(way: Way, street: Street, kind: Kind, roll: Roll, at: _Moments) -> dict[str, Any]:
    """What the report says, and what waits for the reviewer."""
    state, created, days = way.state, at(way.created), at.world.days
    row = {
        "state": state.value,
        "source": _one_of(SOURCES, roll),
        "category_id": kind.id,
        "category_name": kind.name,
        "category_major": kind.major,
        "description": _one_of(kind.observations, roll),
        "district_id": street.district_id,
        "street_id": street.id,
        "address": _one_of(street.addresses, roll),
        "lat": round(street.lat + (roll() - 0.5) * NEAR, 6),
        "lng": round(street.lng + (roll() - 0.5) * NEAR, 6),
        "reporter_id": street.staff_id,
        "reporter_org_id": street.id,
        "created_at": created,
        "updated_at": created,
    }
    if state is not State.DRAFT:
        row["pooled_at"] = created
    if way.urgent:
        row |= {"priority": "urgent", "urgent_reason": "有坠落危险，过往行人多"}
    if state is State.VOID:
        row |= {"voided_at": at(way.listed), "void_reason": _one_of(VOID_REASONS, roll)}
    if state in {State.POOLED, State.URGENT_REVIEW}:
        row["stage_due_at"] = days.stage_due[way.created]
    return row


def _listed(way: Way, kind: Kind, roll: Roll, at: _Moments) -> dict[str, Any]:
    """From the list on: the clock, and how far it was brought."""
    days, world, listed = at.world.days, at.world, at(way.listed)
    amount, unit = HOURS_LIMIT if way.urgent else DAYS_LIMIT
    due = at(way.listed + 1) if way.urgent else days.due[way.listed]
    row: dict[str, Any] = {
        "version": 3 + way.stage,
        "updated_at": listed,
        "listed_at": listed,
        "due_at": due,
        "clock_amount": amount,
        "clock_unit": unit,
        "clock_since": listed,
    }
    if way.deferral:
        row |= {
            "deferral_due": days.dates[way.deferral],
            "deferrals_approved": 1,
            "due_at": days.ends[way.deferral],
            "clock_paused_at": at(way.listed + 1),
        }
    if way.stage > 1:
        row |= _submitted(way, kind, roll, at, due)
    if way.stage > 2:
        passed = at(way.passed)
        checker = _one_of(world.checkers, roll)
        row |= {"pre_signed_off_at": passed, "checked_by_id": checker, "updated_at": passed}
        row["stage_due_at"] = days.stage_due[way.passed] if way.stage == 3 else None
    if way.stage > 3:
        signed = at(way.signed)
        row |= {"signed_off_at": signed, "signed_off_by_id": kind.admin_id, "updated_at": signed}
    return row


def _submitted(way: Way, kind: Kind, roll: Roll, at: _Moments, due: str) -> dict[str, Any]:
    submitted, came_from = at(way.submitted), State.URGENT_LISTED if way.urgent else State.LISTED
    row: dict[str, Any] = {
        "submitted_at": submitted,
        "submitted_by_id": _one_of(at.world.streets, roll).staff_id,
        "came_from": came_from.value,
        "remedy": _one_of(kind.remedies, roll),
        "handled_by": "示例养护班组",
        "round": 1,
        "on_time": int(submitted <= due),
        "clock_paused_at": submitted,
        "updated_at": submitted,
        "stage_due_at": at.world.days.stage_due[way.submitted],
    }
    if roll() < RETURNED:
        reason, text = _one_of(FLAWS, roll)
        row |= {"round": 2, "returned_count": 1, "send_back_reason": reason, "send_back_text": text}
    return row


def _sometimes(share: float, make: Callable[[World, Way, Roll], Any]) -> Any:
    """Blank in the other rows."""
    return lambda world, way, roll: make(world, way, roll) if roll() < share else None


OWN: dict[str, Callable[[World, Way, Roll], Any]] = {
    "现场编码": _sometimes(0.9, lambda _, way, roll: f"{way.created:04}-{int(roll() * 10_000):04}"),
    "处置备注": _sometimes(0.4, lambda _w, _y, roll: _one_of(NOTES, roll)),
    "面积": _sometimes(0.7, lambda _w, _y, roll: round(roll() * 60, 1)),
    "预算": _sometimes(0.5, lambda _w, _y, roll: round(roll() * 9_000, 2)),
    "点位数量": _sometimes(0.8, lambda _w, _y, roll: 1.0 + int(roll() * 8)),
    "计划日期": _sometimes(0.6, lambda world, way, _: world.days.dates[way.submitted]),
    "复核时间": _sometimes(
        0.3, lambda world, way, _: world.days.dates[way.passed] + CLOCK_OF_DAY[90]
    ),
    "路段等级": _sometimes(0.9, lambda _w, _y, roll: _one_of(ROADS, roll)),
    "天气": _sometimes(0.8, lambda _w, _y, roll: _one_of(WEATHER, roll)),
    "夜间": _sometimes(0.5, lambda _w, _y, roll: int(roll() < 0.3)),
    "巡查单位": _sometimes(0.7, lambda world, _, roll: _one_of(world.streets, roll).id),
    "巡查人": _sometimes(0.7, lambda world, _, roll: _one_of(world.people, roll)),
}
