"""Cells changed on top of what stands there: compared first, written where nobody was quicker."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, bindparam, column, select, table, update

from sheets.catalogue import Field
from sheets.fields.base import Lookup
from sheets.storage import COLUMN_NAME

AT_ONCE = 1_000  # keys in one statement: far below what either database takes


class _Unknown:
    """What a cell held is not known, or does not matter."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = _Unknown()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person saw in a cell, where the value behind it is not known."""

    text: str


@dataclass(frozen=True, slots=True)
class CellEdit:
    """A wish: a parsed value for a cell.

    `was` is what the cell held when the wish was made: a value, a `Shown` text, or UNKNOWN where
    the wish stands whatever the cell holds now.
    """

    key: int
    field: Field
    value: Any
    was: object = UNKNOWN


@dataclass(frozen=True, slots=True)
class CellChange:
    """A cell that gets another value."""

    key: int
    field: Field
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class CellConflict:
    """A wish that came too late: the cell holds `now`, which is neither `was` nor the wish."""

    edit: CellEdit
    now: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What comes of wishes; a cell that holds its value already stands in none of the lists."""

    changed: list[CellChange] = field(default_factory=list)
    conflicts: list[CellConflict] = field(default_factory=list)
    missing: list[CellEdit] = field(default_factory=list)


def compare_edits(
    conn: Connection,
    table_name: str,
    key_column: str,
    edits: Sequence[CellEdit],
    lookup: Lookup,
) -> Outcome:
    """What would come of the wishes; their rows stay locked until the transaction ends."""
    wanted = {edit.field.id: edit.field for edit in edits}
    if len({(edit.key, edit.field.id) for edit in edits}) != len(edits):
        raise ValueError("a cell is named twice")
    keys = {edit.key for edit in edits}
    held = read_cells(conn, table_name, key_column, keys, wanted.values(), lock=True)
    _ask_names(edits, held, lookup)
    outcome = Outcome()
    for edit in edits:
        row = held.get(edit.key)
        if row is None:
            outcome.missing.append(edit)
            continue
        now = row[edit.field.id]
        if now == edit.value:
            continue
        if _is_as_it_was(edit, now, lookup):
            outcome.changed.append(CellChange(edit.key, edit.field, now, edit.value))
        else:
            outcome.conflicts.append(CellConflict(edit, now))
    return outcome


def read_cells(
    conn: Connection,
    table_name: str,
    key_column: str,
    keys: Collection[int],
    fields: Collection[Field],
    *,
    lock: bool = False,
) -> dict[int, dict[str, Any]]:
    """The values of fields by key and field id; rows that are not there are left out.

    With `lock` PostgreSQL keeps others from the rows, taken in the order of their keys; on
    SQLite the write lock of the transaction does.
    """
    source = _target(table_name, key_column, fields)
    columns = [source.c[own_column(each)] for each in fields]
    found = {}
    for some in _in_turn(sorted(keys)):
        statement = select(source.c[key_column], *columns).where(source.c[key_column].in_(some))
        if lock:
            statement = statement.order_by(source.c[key_column]).with_for_update(key_share=True)
        for row in conn.execute(statement):
            values = zip(fields, row[1:], strict=True)
            found[row[0]] = {each.id: each.kind.load(value) for each, value in values}
    return found


def write_changes(
    conn: Connection, table_name: str, key_column: str, changes: Sequence[CellChange]
) -> None:
    """Write new values: one statement for each set of columns, executed for all its rows.

    Raises LookupError when a row is not there.
    """
    rows: dict[int, dict[str, Any]] = defaultdict(dict)
    fields = {change.field.id: change.field for change in changes}
    for change in changes:
        rows[change.key][own_column(change.field)] = change.new
    target = _target(table_name, key_column, fields.values())
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for key, values in rows.items():
        bound = {f"new_{name}": value for name, value in values.items()}
        alike[tuple(sorted(values))].append({"row_key": key, **bound})
    for names, bindings in alike.items():
        statement = (
            update(target)
            .where(target.c[key_column] == bindparam("row_key"))
            .values({name: bindparam(f"new_{name}") for name in names})
        )
        if conn.execute(statement, bindings).rowcount != len(bindings):
            raise LookupError(f"{table_name} lost a row while it was written")


def own_column(of: Field) -> str:
    """The name of a field's own column; asking one that has none is a bug (ValueError)."""
    if not has_own_column(of):
        raise ValueError(f"{of.id} has no column of its own")
    return str(of.column.name)


def has_own_column(of: Field) -> bool:
    """Whether people write this field, not a workflow or a formula."""
    return bool(COLUMN_NAME.fullmatch(str(getattr(of.column, "name", ""))))


def _is_as_it_was(edit: CellEdit, now: Any, lookup: Lookup) -> bool:
    if edit.was is UNKNOWN:
        return True
    if isinstance(edit.was, Shown):
        return edit.field.show(now, lookup) == edit.was.text
    return bool(now == edit.was)


def _ask_names(
    edits: Sequence[CellEdit], held: Mapping[int, Mapping[str, Any]], lookup: Lookup
) -> None:
    """Ask for all names that comparing needs, once a kind."""
    ids: dict[str, set[int]] = defaultdict(set)
    for edit in edits:
        kind = edit.field.kind.names_kind(edit.field.options)
        if kind and edit.key in held:
            values = (edit.value, held[edit.key][edit.field.id])
            ids[kind] |= {each for each in values if isinstance(each, int)}
    for kind, wanted in ids.items():
        lookup.names(kind, wanted)


def _target(table_name: str, key_column: str, fields: Collection[Field]) -> Any:
    typed = [column(own_column(each), each.kind.sql_type()) for each in fields]
    return table(table_name, column(key_column), *typed)


def _in_turn(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), AT_ONCE):
        yield keys[start : start + AT_ONCE]
