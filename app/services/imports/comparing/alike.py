"""Whether two problems of different ledgers are likely the same: by place, kind, day and words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from math import cos, hypot, radians

from app.domain.distances import DEGREE_M
from app.services.imports.comparing.canonical import plain

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_CLUTTER = re.compile(r"[,，.。;；:：、“”\"'/·…!！?？()\[\]【】]+")
_AROUND = re.compile(r"(?:附近|一带|周边|周围|旁边|左右|区域|处|旁|边)$")
_ROAD = re.compile(r"[\u4e00-\u9fff]{1,6}?(?:大街|胡同|路|街|巷|道|桥|线)")
_JOINED = re.compile(r"^[与和及至到近、]")
_HOUSE = re.compile(r"\d+(?:[-—－~至]\d+)?(?=号|#|栋|幢|楼|$)")
_NUMERALS = re.compile(r"\d+")
_PREAMBLE = re.compile(
    r"^(?:巡查发现|经现场查看|现场查看|群众反映|居民反映|市民反映|接群众反映|经查)[:：,，]?"
)
_SAME_POINT = 0.7  # shares of common pairs of letters
_SAME_WORDS, _LIKE_WORDS, _ABOUT = 0.75, 0.5, 0.3
_SHORTEST = 4
_HALF = 0.5
_ANY = -1  # stands for every period
_NARROW = cos(radians(54))  # the length of a degree of longitude in the far north of the country
_Words = tuple[str, str, int | None]


@dataclass(slots=True)
class Rule:
    """The city's settings: how near in metres and in days."""

    metres: int
    days: int


@dataclass
class Spot:
    """A problem as far as twins are told by it; `day` is an ordinal, `kind` a catalogue's id."""

    ref: int
    kind: int | None
    street: int | None
    day: int | None
    lat: float | None
    lng: float | None
    point: str
    description: str

    @cached_property
    def place(self) -> str:
        """The point without what is said loosely."""
        return bare_point(self.point)

    @cached_property
    def house(self) -> str:
        """The number of the house, "" where none is told."""
        found = _HOUSE.search(self.place)
        return found.group() if found else ""

    @cached_property
    def roads(self) -> tuple[str, ...]:
        """The roads named, two at most; the beginning of the point where there are none."""
        found = [_JOINED.sub("", road) for road in _ROAD.findall(self.place)[:2]]
        return tuple(dict.fromkeys(found)) or ((self.place[:_SHORTEST],) if self.place else ())

    @cached_property
    def words(self) -> frozenset[str]:
        """The description as pairs of letters."""
        return pairs(bare_words(self.description))


@dataclass(frozen=True, slots=True)
class Likeness:
    """Why two are likely one: metres apart where both positions are known, days, common words."""

    metres: float | None
    days: int | None
    words: float
    same_kind: bool


def bare_point(text: str) -> str:
    """A point without blanks, brackets, punctuation and words such as 附近."""
    bare = _CLUTTER.sub("", _BRACKETS.sub("", plain(text)))
    while (shorter := _AROUND.sub("", bare)) != bare and len(shorter) >= _SHORTEST:
        bare = shorter
    return bare


def bare_words(text: str) -> str:
    """A description without who said it, blanks and punctuation."""
    return _CLUTTER.sub("", _PREAMBLE.sub("", plain(text)))


def pairs(text: str) -> frozenset[str]:
    """The pairs of neighbouring letters."""
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


def within(one: frozenset[str], other: frozenset[str]) -> float:
    """0..1: how much of the shorter text stands in the longer one."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0


def metres_apart(one: Spot, other: Spot) -> float | None:
    """The distance of two positions, good for a few kilometres; None where one is not known."""
    if one.lat is None or one.lng is None or other.lat is None or other.lng is None:
        return None
    across = (one.lng - other.lng) * cos(radians(one.lat))
    return hypot(one.lat - other.lat, across) * DEGREE_M


def likeness(one: Spot, other: Spot, rule: Rule) -> Likeness | None:
    """Why two are likely the same problem; None where they are not."""
    days = None if one.day is None or other.day is None else abs(one.day - other.day)
    if days is not None and days > rule.days:
        return None
    differ = one.kind is not None and other.kind is not None and one.kind != other.kind
    metres = metres_apart(one, other)
    if metres is None:
        if not same_point(one, other):
            return None
    elif metres > rule.metres:
        return None
    words = within(one.words, other.words)
    if words < _needed(one, other, differ=differ, dated=days is not None):
        return None
    return Likeness(metres, days, words, same_kind=one.kind is not None and one.kind == other.kind)


def _needed(one: Spot, other: Spot, *, differ: bool, dated: bool) -> float:
    """How much of the words must agree, by what else is known."""
    if differ or not dated:
        return _SAME_WORDS
    return _LIKE_WORDS if one.kind is None or other.kind is None else _ABOUT


def same_point(one: Spot, other: Spot) -> bool:
    """Whether two points are one by their words; not on two streets, not at two houses."""
    if one.street is not None and other.street is not None and one.street != other.street:
        return False
    if not one.place or not other.place or one.house != other.house:
        return False
    if one.place == other.place:
        return True
    if not set(one.roads) & set(other.roads):
        return False
    if _NUMERALS.findall(one.place) != _NUMERALS.findall(other.place):
        return False
    mine, theirs = pairs(one.place), pairs(other.place)
    common = 2 * len(mine & theirs) / (len(mine) + len(theirs)) if mine or theirs else 0.0
    return common >= _SAME_POINT


class Grid:
    """Spots to be found again near others: by position where both have one, else by their words."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self._side = 2 * rule.metres / DEGREE_M  # of a cell: what is near lies in four of them
        self._cells: dict[tuple[int, int], list[Spot]] = {}
        self._placed: list[Spot] = []
        self._by_words: dict[_Words, list[Spot]] = {}
        self._unplaced_by_words: dict[_Words, list[Spot]] = {}

    def add(self, spot: Spot) -> None:
        """Keep a spot."""
        if spot.lat is None or spot.lng is None:
            for key in self._words(spot):
                self._by_words.setdefault(key, []).append(spot)
                self._unplaced_by_words.setdefault(key, []).append(spot)
            return
        row, column = self._cell(spot.lat, spot.lng)
        self._cells.setdefault((int(row), int(column)), []).append(spot)
        self._placed.append(spot)

    def near(self, spot: Spot) -> Iterable[Spot]:
        """Those kept that may be the same problem, each once."""
        found: dict[int, Spot] = {}
        if spot.lat is None or spot.lng is None:
            for each in self._placed:  # their words are looked at only when somebody asks
                for key in self._words(each):
                    self._by_words.setdefault(key, []).append(each)
            self._placed.clear()
            kept = self._by_words
        else:
            kept = self._unplaced_by_words
            for each in self.around(spot.lat, spot.lng):
                found[each.ref] = each
        if kept:
            for key in self._near_words(spot):
                for each in kept.get(key, ()):
                    found[each.ref] = each
        return found.values()

    def around(self, lat: float, lng: float) -> list[Spot]:
        """Those kept whose positions may be near this one."""
        row, column = self._cell(lat, lng)
        found: list[Spot] = []
        for at in (int(row), int(row) + (1 if row % 1 >= _HALF else -1)):
            for beside in (int(column), int(column) + (1 if column % 1 >= _HALF else -1)):
                found += self._cells.get((at, beside), ())
        return found

    def asks_words(self) -> bool:
        """Whether a spot with a position may be near one that has none."""
        return bool(self._unplaced_by_words)

    def _cell(self, lat: float, lng: float) -> tuple[float, float]:
        """In cells; degrees of longitude are counted as long as they are in our latitudes."""
        return lat / self._side, lng / self._side * _NARROW

    def _words(self, spot: Spot) -> Iterable[_Words]:
        periods = (self._period(spot.day), _ANY)
        return ((road, spot.house, period) for road in spot.roads for period in periods)

    def _near_words(self, spot: Spot) -> Iterable[_Words]:
        period = self._period(spot.day)
        near = (_ANY,) if period is None else (period - 1, period, period + 1, None)
        return ((road, spot.house, at) for road in spot.roads for at in near)

    def _period(self, day: int | None) -> int | None:
        return None if day is None else day // max(self._rule.days, 1)
