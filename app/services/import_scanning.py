"""Runs over the rows of an import, and of a section's earlier imports, for what tells them apart.

Of a row only its keys and two numbers are kept: fifty thousand of them fit in little memory.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ImportFile, ImportOrigin, ImportRow, ImportSheet
from app.services.import_canonical import (
    COMPARED,
    NUMBER,
    key_parts,
    origin_values,
    plain,
)
from app.services.import_identity import OFFERED, our_number
from sheets.merging import Key, key_of

AT_ONCE = 1_000
_WORDS = frozenset(
    {NUMBER, *(key for key, one in COMPARED.items() if one.kind not in {"moment", "degrees"})}
)
Watch = Callable[[int], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Place:
    """A sheet of a run: its section, the file's place in the run and both names."""

    section_id: int | None
    file_id: int
    file: str
    sheet: str


@dataclass(slots=True)
class Seen:
    """A row of the run. `print` is all it says as one number, `words` its texts but dates.

    `parts` are what keys are made of; `ours` is one of our own numbers.
    """

    id: int
    sheet_id: int
    row: int
    parts: dict[str, Any]
    print: int
    words: int
    ours: str | None
    says: bool
    done: bool


@dataclass(slots=True)
class Origins:
    """What a section's earlier imports said, a row a problem."""

    problems: list[int] = field(default_factory=list)
    parts: list[dict[str, Any]] = field(default_factory=list)
    prints: dict[int, int] = field(default_factory=dict)
    words: dict[int, int] = field(default_factory=dict)
    """By print of the texts: the one problem that had them; 0 where several had."""

    def by_key(self, fields: Sequence[str], telling: frozenset[str]) -> dict[Key, int]:
        """The problem of each key; a key that two rows had leads nowhere."""
        found: dict[Key, int] = {}
        doubled = set()
        for problem_id, parts in zip(self.problems, self.parts, strict=True):
            key = key_of(parts, fields, telling) if fields else None
            if key is not None and found.setdefault(key, problem_id) != problem_id:
                doubled.add(key)
        for key in doubled:
            del found[key]
        return found


def places_of(session: Session, run_id: int) -> dict[int, Place]:
    """Sheet id -> where its rows stand."""
    rows = session.execute(
        select(ImportSheet.id, ImportFile.section_id, ImportFile.id, ImportFile.name,
               ImportSheet.name)
        .join(ImportFile, ImportFile.id == ImportSheet.file_id)
        .where(ImportFile.run_id == run_id)
    )  # fmt: skip
    return {
        sheet: Place(section, file_id, file, name) for sheet, section, file_id, file, name in rows
    }


def rows_of(session: Session, run_id: int, fields: Sequence[str], watch: Watch) -> list[Seen]:
    """The rows of a run in their order; keys are made of `fields`."""
    query = (
        select(ImportRow.id, ImportRow.sheet_id, ImportRow.row, ImportRow.record, ImportRow.applied)
        .where(ImportRow.run_id == run_id)
        .order_by(ImportRow.id)
        .execution_options(yield_per=AT_ONCE)
    )
    found = []
    for row_id, sheet_id, row, record, applied in session.execute(query):
        found.append(_seen(row_id, sheet_id, row, record, fields, done=bool(applied)))
        if len(found) % AT_ONCE == 0:
            watch(len(found))
    return found


def _seen(
    row_id: int,
    sheet_id: int,
    row: int,
    record: Mapping[str, Any],
    fields: Sequence[str],
    *,
    done: bool,
) -> Seen:
    values = origin_values(record)
    number = values.get(NUMBER)
    return Seen(
        row_id, sheet_id, row, key_parts(values, fields), print_of(values),
        words_of(record.get("t", {})), our_number(number) if number else None,
        says=bool(values.get("description") or values.get("point")), done=done,
    )  # fmt: skip


def origins_of(session: Session, section_id: int, fields: Sequence[str]) -> Origins:
    """What this section's earlier imports said; withdrawn ones are left out."""
    found = Origins()
    rows = session.execute(
        select(ImportOrigin.problem_id, ImportOrigin.values, ImportOrigin.texts)
        .where(ImportOrigin.section_id == section_id, ImportOrigin.withdrawn_at.is_(None))
        .order_by(ImportOrigin.id)
        .execution_options(yield_per=AT_ONCE)
    )
    for problem_id, values, texts in rows:
        found.problems.append(problem_id)
        found.parts.append(key_parts(values, fields))
        found.prints[problem_id] = print_of(values)
        words = words_of(texts)
        found.words[words] = 0 if words in found.words else problem_id
    return found


def fields_needed(wanted: Iterable[str] = ()) -> tuple[str, ...]:
    """The fields that keys may be made of: those proposed, and what a person chose."""
    first = OFFERED[:6]
    return (
        *first,
        "unit",
        "due",
        *(each for each in wanted if each not in (*first, "unit", "due")),
    )


def print_of(values: Mapping[str, Any]) -> int:
    """All that a row says as one number, for this process only."""
    return hash(str(sorted(values.items())))


def words_of(texts: Mapping[str, str]) -> int:
    """What stood in the cells, but for dates and degrees that programs write as they like."""
    said = sorted((key, plain(text)) for key, text in texts.items() if key in _WORDS)
    return hash(tuple(said))


def in_turn(items: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    """The items, some at a time."""
    for start in range(0, len(items), size):
        yield items[start : start + size]
