"""Runs over the rows of an import, and of a section's earlier imports, for what tells them apart.

Of a row only little is kept: fifty thousand of them are to fit in memory.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Text, cast, select
from sqlalchemy.orm import Session

from app.models import ImportOrigin, ImportRow
from app.services.imports.comparing.canonical import (
    COMPARED,
    ENTERED,
    NUMBER,
    PICTURES,
    key_parts,
    origin_values,
    plain,
)
from app.services.imports.comparing.identity import PROPOSED, our_number
from app.services.imports.work.runs import NEW
from sheets.merging import Key, key_of

AT_ONCE = 1_000
_WORDS = frozenset(
    {NUMBER, *(key for key, one in COMPARED.items() if one.kind not in {"moment", "degrees"})}
)
_NOTHING = ("{}", "null")
Watch = Callable[[int], None]
T = TypeVar("T")


@dataclass(slots=True)
class Seen:
    """A row of the run: the values that keys and twins are found by, and all it says as a number.

    `says` is False for a row without a description and a point, `done` is True for a written one,
    `is_new` for one of which nothing else has been said yet.
    """

    id: int
    sheet_id: int
    row: int
    values: dict[str, Any]
    print: int
    pictures: tuple[str, ...]
    says: bool
    done: bool
    is_new: bool

    @property
    def ours(self) -> str | None:
        """One of our own numbers."""
        return our_number(self.values.get(NUMBER))


@dataclass(slots=True)
class Origins:
    """What a section's earlier imports said, a row a problem."""

    problems: list[int] = field(default_factory=list)
    values: list[dict[str, Any]] = field(default_factory=list)
    prints: dict[int, int] = field(default_factory=dict)

    def by_key(self, fields: Sequence[str], telling: frozenset[str]) -> dict[Key, int]:
        """The problem of each key; a key that two rows had leads nowhere."""
        found: dict[Key, int] = {}
        doubled = set()
        for problem_id, values in zip(self.problems, self.values, strict=True):
            key = key_of(key_parts(values, fields), fields, telling) if fields else None
            if key is not None and found.setdefault(key, problem_id) != problem_id:
                doubled.add(key)
        for key in doubled:
            del found[key]
        return found


def rows_of(session: Session, run_id: int, fields: Sequence[str], watch: Watch) -> list[Seen]:
    """The rows of a run in their order, with the values of `fields`."""
    query = (
        select(
            ImportRow.id, ImportRow.sheet_id, ImportRow.row, ImportRow.record,
            cast(ImportRow.applied, Text), ImportRow.status == NEW,
        )
        .where(ImportRow.run_id == run_id)
        .order_by(ImportRow.id)
        .execution_options(yield_per=AT_ONCE)
    )  # fmt: skip
    found: list[Seen] = []
    for row_id, sheet_id, row, record, applied, is_new in session.execute(query):
        values = origin_values(record)
        pictures = tuple(values.get(PICTURES, ()))
        says = "description" in values or "point" in values
        kept = {key: values[key] for key in fields if key in values}
        done = applied not in _NOTHING
        found.append(
            Seen(row_id, sheet_id, row, kept, print_of(values), pictures, says, done, bool(is_new))
        )
        if len(found) % AT_ONCE == 0:
            watch(len(found))
    return found


def origins_of(session: Session, section_id: int, fields: Sequence[str]) -> Origins:
    """What this section's earlier imports said; withdrawn ones are left out."""
    found = Origins()
    rows = session.execute(
        select(ImportOrigin.problem_id, ImportOrigin.values)
        .where(*_of_section(section_id))
        .order_by(ImportOrigin.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for problem_id, values in rows:
        found.problems.append(problem_id)
        found.values.append({key: values[key] for key in fields if key in values})
        found.prints[problem_id] = print_of(values)
    return found


def corrected_words(session: Session, section_id: int) -> dict[int, int]:
    """By print of its texts: the problem of a row that people corrected before it was written.

    The file says it the old way the next time. Two problems with the same texts lead nowhere.
    """
    found: dict[int, int] = {}
    doubled = set()
    # Corrected rows are few; asked the other way round SQLite reads a run's rows once for each.
    runs = select(ImportOrigin.run_id).where(*_of_section(section_id)).distinct()
    fixed = session.execute(
        select(ImportRow.problem_id, ImportRow.run_id).where(
            ImportRow.run_id.in_(runs),
            ImportRow.problem_id.is_not(None),
            cast(ImportRow.fixes, Text).not_in(_NOTHING),
        )
    )
    corrected = {(problem_id or 0, run_id) for problem_id, run_id in fixed}
    for some in in_turn(sorted({problem_id for problem_id, _ in corrected})):
        rows = session.execute(
            select(ImportOrigin.problem_id, ImportOrigin.run_id, ImportOrigin.texts).where(
                *_of_section(section_id), ImportOrigin.problem_id.in_(some)
            )
        )
        for problem_id, run_id, texts in rows:
            words = words_of(texts)
            if (problem_id, run_id) in corrected and found.setdefault(
                words, problem_id
            ) != problem_id:
                doubled.add(words)
    for words in doubled:
        del found[words]
    return found


def words_of_rows(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """The prints of the texts of rows, by row id."""
    found = {}
    for some in in_turn(ids):
        rows = session.execute(select(ImportRow.id, ImportRow.record).where(ImportRow.id.in_(some)))
        found.update({row_id: words_of(record.get("t", {})) for row_id, record in rows})
    return found


def _of_section(section_id: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ImportOrigin.section_id == section_id, ImportOrigin.withdrawn_at.is_(None)


def fields_needed(wanted: Iterable[str] = ()) -> tuple[str, ...]:
    """The fields that keys and twins are found by, with those a person chose."""
    return tuple(dict.fromkeys((*PROPOSED, "lat", "lng", *wanted)))


def print_of(values: Mapping[str, Any]) -> int:
    """All that a row says as one number, for this process only."""
    if ENTERED in values:
        values = {key: value for key, value in values.items() if key != ENTERED}
    if PICTURES in values:
        values = {**values, PICTURES: tuple(values[PICTURES])}
    return hash(frozenset(values.items()))


def words_of(texts: Mapping[str, str]) -> int:
    """What stood in the cells as one number: blanks and the look of dates do not count."""
    return hash(frozenset((key, plain(text)) for key, text in texts.items() if key in _WORDS))


def in_turn(items: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """The items, some at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
