"""Incoming rows against rows that are there: by what they are known again, and what changed."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Values = Mapping[str, Any]
Key = tuple[Any, ...]
Same = Callable[[str, Any, Any], bool]

FILLED = 0.9  # a field that fewer rows fill tells too few of them apart


@dataclass(frozen=True, slots=True)
class Keys:
    """The fields by which rows are known again; rows are named by their place, counted from 0.

    `keyless` rows hold nothing in the fields that tell; `repeated` leads from a row to the first
    one with the same key. Without `fields` nothing could be proposed.
    """

    fields: tuple[str, ...]
    keyless: tuple[int, ...] = ()
    repeated: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_unique(self) -> bool:
        """Whether every row has a key, and no other row has it."""
        return bool(self.fields) and not self.keyless and not self.repeated


@dataclass(slots=True)
class RowDiff:
    """What a row says against what is there; pairs are (there, in the row).

    Blank cells of the row stand nowhere. `behind` are those of `unchanged` where the row says
    less than what was reached already.
    """

    changed: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    unchanged: list[str] = field(default_factory=list)
    conflicting: dict[str, tuple[Any, Any]] = field(default_factory=dict)
    behind: list[str] = field(default_factory=list)

    @property
    def is_same(self) -> bool:
        """Whether the row says nothing new."""
        return not self.changed and not self.conflicting


def is_blank(value: Any) -> bool:
    """Whether a cell says nothing."""
    return value is None or value == ""


def equal(_field_id: str, one: Any, other: Any) -> bool:
    """Two values are the same when they are equal."""
    return bool(one == other)


def key_of(values: Values, fields: Sequence[str], telling: Collection[str] = ()) -> Key | None:
    """The key of a row; None where all of it is blank, or all of its `telling` fields are.

    Telling are fields that say which row it is, where others only narrow it down.
    """
    key = tuple(values.get(each) for each in fields)
    if all(is_blank(value) for value in key):
        return None
    tells = [value for each, value in zip(fields, key, strict=True) if each in telling]
    if tells and all(is_blank(value) for value in tells):
        return None
    return key


def keys_over(rows: Iterable[Values], fields: Sequence[str], telling: Collection[str] = ()) -> Keys:
    """How well these fields tell rows apart."""
    first: dict[Key, int] = {}
    keyless, repeated = [], {}
    for at, row in enumerate(rows):
        key = key_of(row, fields, telling)
        if key is None:
            keyless.append(at)
        elif (earlier := first.setdefault(key, at)) != at:
            repeated[at] = earlier
    return Keys(tuple(fields), tuple(keyless), repeated)


def propose_keys(
    rows: Sequence[Values],
    candidates: Sequence[Sequence[str]],
    *,
    telling: Collection[str] = (),
    known: Sequence[Values] = (),
) -> Keys:
    """The first candidate, best first, that tells all rows apart; else the one that does best.

    A candidate of one field, a number for instance, counts only where every row has it. Of others
    the fields that hardly any row fills are left out. `known` rows, already there, must be told
    apart too as far as they fill the fields, so that what comes back in turn is not mixed up.
    """
    best: tuple[int, Keys] | None = None
    tried = set()
    for candidate in candidates:
        fields = _worth_using(rows, candidate)
        if not fields or fields in tried or (telling and not set(fields) & set(telling)):
            continue
        tried.add(fields)
        keys = keys_over(rows, fields, telling)
        doubled = len(keys_over(known, fields, telling).repeated)
        if keys.is_unique and not doubled:
            return keys
        trouble = len(keys.keyless) + len(keys.repeated) + doubled
        if best is None or trouble < best[0]:
            best = (trouble, keys)
    return best[1] if best else Keys((), tuple(range(len(rows))))


def _worth_using(rows: Sequence[Values], candidate: Sequence[str]) -> tuple[str, ...]:
    """The fields of a candidate that enough rows fill."""
    enough = len(rows) * (1.0 if len(candidate) == 1 else FILLED)
    return tuple(
        each
        for each in candidate
        if rows and sum(not is_blank(row.get(each)) for row in rows) >= enough
    )


def compare(
    new: Values,
    base: Values | None,
    pool: Values,
    *,
    same: Same = equal,
    ranks: Mapping[str, Mapping[Any, int]] | None = None,
    written: Values | None = None,
) -> RowDiff:
    """A row against what is there (`pool`), and what the row said the last time (`base`).

    A blank never overwrites. What the row says already stands there, or is what it said the last
    time: unchanged. Nobody touched what is there since, or it is blank, or there was no last time:
    changed. Else both moved: conflicting. Fields that `pool` lacks are not compared. `written` is
    what was made of the row's words the last time, where it was something else than they say.
    `same(field, in the row, other)` may be laxer than equality. A field with `ranks` only goes
    up: a lower or unknown rank than what is there is unchanged, and told in `behind`.
    """
    diff = RowDiff()
    for each, value in new.items():
        if value is None or value == "" or each not in pool:
            continue
        now = pool[each]
        if value == now or same(each, value, now):
            diff.unchanged.append(each)
            continue
        was = None if base is None else base.get(each)
        if not is_blank(was) and same(each, value, was):
            diff.unchanged.append(each)
        elif ranks and each in ranks and not _goes_up(ranks[each], now, value):
            diff.unchanged.append(each)
            if _rank(ranks[each], value) != _rank(ranks[each], now):
                diff.behind.append(each)
        elif (
            base is None
            or is_blank(now)
            or _untouched(each, now, was, same)
            or (written and _untouched(each, now, written.get(each), same))
        ):
            diff.changed[each] = (now, value)
        else:
            diff.conflicting[each] = (now, value)
    return diff


def _untouched(field_id: str, now: Any, was: Any, same: Same) -> bool:
    """Whether what is there is what the row said the last time, as precisely as it said it."""
    return not is_blank(was) and same(field_id, was, now)


def _goes_up(ranks: Mapping[Any, int], now: Any, value: Any) -> bool:
    if is_blank(now):
        return True
    reached, wanted = _rank(ranks, now), _rank(ranks, value)
    return reached is not None and wanted is not None and wanted > reached


def _rank(ranks: Mapping[Any, int], value: Any) -> int | None:
    return ranks.get(value)
