"""A field turned into another type and back: the old column stays until nobody wants it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    and_,
    column,
    func,
    insert,
    select,
    table,
    text,
    update,
)

from sheets.catalogue import Field
from sheets.conversion_values import (
    AT_ONCE,
    Lost,
    Sample,
    Tally,
    Turned,
    Turning,
    fill_table,
    temporary_table,
    turning,
)
from sheets.fields import NoNames, field_type
from sheets.fields.base import FieldError, Lookup
from sheets.storage.changing import FieldMovedOn, in_use
from sheets.storage.columns import make_column
from sheets.storage.loading import FieldRecord, field_record, record_of
from sheets.storage.surroundings import field_of
from sheets.storage.tables import (
    Executor,
    connected,
    found_row,
    sheet_conversion,
    sheet_field,
)

NOBODY = NoNames()


@dataclass(frozen=True, slots=True)
class Plan:
    """What a conversion would do: of ``rows`` filled ones some ``survive``, the others are lost.

    ``options`` are those the new type would get, ``samples`` lost values, most frequent first.
    """

    rows: int
    survive: int
    lost: int
    samples: tuple[Sample, ...]
    options: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Conversion:
    """A conversion that was done; ``undoable`` while nothing was built on top of it."""

    id: int
    field_id: str
    from_type: str
    to_type: str
    rows: int
    lost: int
    at: datetime
    undone_at: datetime | None
    undoable: bool


def plan_conversion(
    conn: Executor,
    field_id: str,
    to_type: str,
    options: Mapping[str, object] | None = None,
    lookup: Lookup = NOBODY,
) -> Plan:
    """What would become of the values of a field; writes nothing.

    Each distinct value is shown and read by the new type once.  Without ``options`` a choice is
    made of what is there.  Raises FieldError where there can be no such conversion.
    """
    connection = connected(conn)
    row = found_row(connection, field_id)
    turn = turning(connection, _field(row), field_type(to_type), options or {}, lookup)
    tally = Tally()
    for each in turn.all(connection):
        tally.add(each)
    rows = tally.survive + tally.lost
    return Plan(rows, tally.survive, tally.lost, tally.samples, turn.options)


def convert_field(
    conn: Executor,
    field_id: str,
    to_type: str,
    options: Mapping[str, object] | None,
    now: datetime,
    *,
    lookup: Lookup = NOBODY,
    version: int | None = None,
) -> Conversion:
    """Turn a field in use into another type, in the caller's transaction.

    The values go into a new column; those that do not survive become blank.  The old column
    stays as it is, so that ``undo_conversion`` can bring every cell back.  On PostgreSQL the
    table is taken first and nobody reads or writes it until commit.  Raises FieldMovedOn when
    ``version`` is an old one, else FieldError.
    """
    connection = connected(conn)
    row = _taken(connection, field_id)
    if version not in {None, row.version}:
        raise FieldMovedOn(record_of(row))
    source, kind = _field(row), field_type(to_type)
    turn = turning(connection, source, kind, options or {}, lookup)
    named = f"f_{row.id}_{_conversions(connection, row.id) + 1}"
    name = make_column(connection, row.table_name, kind, named)
    tally = _write(connection, row, turn, name)
    written = {
        "field_id": row.id,
        "from_type": row.type,
        "from_options": row.options,
        "from_default": row.default_value,
        "from_column": row.column_name,
        "to_type": kind.key,
        "to_options": dict(turn.options),
        "to_column": name,
        "rows": tally.survive + tally.lost,
        "lost": tally.lost,
        "at": now,
        "undone_at": None,
    }
    made = insert(sheet_conversion).values(written).returning(sheet_conversion.c.id)
    conversion_id = connection.execute(made).scalar_one()
    become = {"type": kind.key, "options": dict(turn.options), "column_name": name}
    _become(connection, row, {**become, "default_value": _default(turn)})
    return next(each for each in conversions_of(connection, field_id) if each.id == conversion_id)


def undo_conversion(
    conn: Executor, conversion_id: int, now: datetime, *, lookup: Lookup = NOBODY
) -> FieldRecord:
    """Bring a field back to the type it had, and every cell to what it held.

    A cell that was edited since is turned back where the old type can keep it, else its old
    value returns; one that was emptied since stays empty.  Raises FieldError with a sentence.
    """
    connection = connected(conn)
    here = sheet_conversion.c.id == conversion_id
    done = connection.execute(select(sheet_conversion).where(here)).first()
    if done is None:
        raise FieldError("没有这次转换，请刷新页面后重新选择。")
    field_id = f"f_{done.field_id}"
    row = _taken(connection, field_id)
    done = connection.execute(select(sheet_conversion).where(here)).one()
    if done.undone_at is not None:
        raise FieldError("这次转换已经撤销过了。")
    if row.column_name != done.to_column:
        raise FieldError("这个字段之后又转换过，请先撤销最近的一次。")
    _turn_back(connection, row, done, lookup)
    connection.execute(update(sheet_conversion).where(here).values(undone_at=now))
    _become(
        connection,
        row,
        {
            "type": done.from_type,
            "options": done.from_options,
            "default_value": done.from_default,
            "column_name": done.from_column,
        },
    )
    return field_record(connection, field_id)


def conversions_of(conn: Executor, field_id: str) -> list[Conversion]:
    """What a field was converted from, the last conversion first."""
    connection = connected(conn)
    row = found_row(connection, field_id)
    rows = connection.execute(
        select(sheet_conversion)
        .where(sheet_conversion.c.field_id == row.id)
        .order_by(sheet_conversion.c.id.desc())
    )
    return [
        Conversion(
            each.id, field_id, each.from_type, each.to_type, each.rows, each.lost,
            each.at, each.undone_at,
            each.undone_at is None and row.retired_at is None
            and row.column_name == each.to_column,
        )
        for each in rows
    ]  # fmt: skip


def _taken(connection: Connection, field_id: str) -> Row[Any]:
    """The row of a field in use, its table and itself kept from others, in that order."""
    name = found_row(connection, field_id).table_name
    if connection.dialect.name == "postgresql":
        quoted = connection.dialect.identifier_preparer.quote(name)
        connection.execute(text(f"LOCK TABLE {quoted} IN ACCESS EXCLUSIVE MODE"))
    return in_use(connection, field_id)


def _field(row: Row[Any]) -> Field:
    if row.column_name is None:
        raise FieldError(f"“{row.caption}”由系统计算，没有可以转换的内容。")
    return field_of(row, table(row.table_name, column(row.column_name)))


def _conversions(connection: Connection, number: int) -> int:
    here = sheet_conversion.c.field_id == number
    count = select(func.count()).select_from(sheet_conversion).where(here)
    return int(connection.execute(count).scalar_one())


def _become(connection: Connection, row: Row[Any], values: Mapping[str, Any]) -> None:
    here = sheet_field.c.id == row.id
    connection.execute(
        update(sheet_field).where(here).values({**values, "version": row.version + 1})
    )


def _default(turn: Turning) -> Any:
    """The default as the new type keeps it; none where it cannot."""
    default = turn.source.default
    shown = "" if default is None else turn.source.show(default, turn.lookup)
    try:
        value = turn.kind.convert(default, turn.source, shown, turn.options) if shown else None
    except FieldError:
        value = None
    return turn.kind.to_json(value)


def _write(connection: Connection, row: Row[Any], turn: Turning, name: str) -> Tally:
    """Every value into the new column, by way of a table of what each distinct one becomes."""
    old, new = turn.source.kind.sql_type(), turn.kind.sql_type()
    pairs = temporary_table(connection, f"turned_{row.id}", {"old": old, "new": new}, key="old")
    tally = Tally()
    fill_table(connection, pairs, _counted(turn.all(connection), tally))
    target = table(row.table_name, column(row.column_name, old), column(name, new))
    connection.execute(
        update(target).values({name: pairs.c.new}).where(target.c[row.column_name] == pairs.c.old)
    )
    pairs.drop(connection, checkfirst=False)
    return tally


def _counted(turned: Iterable[Turned], tally: Tally) -> Iterable[dict[str, Any]]:
    for each in turned:
        tally.add(each)
        if not each.reason:
            yield {"old": each.stored, "new": each.value}


def _turn_back(connection: Connection, row: Row[Any], done: Row[Any], lookup: Lookup) -> None:
    """What was edited since goes into the old column; all else stands there still."""
    now = _field(row)
    was_kind = field_type(done.from_type)
    was = Field(
        now.id, now.caption, was_kind.key,
        column(done.from_column, was_kind.sql_type(), _selectable=now.column.table),
        done.from_options,
    )  # fmt: skip
    there = Turning(was, now.kind, done.to_options, lookup)
    back = Turning(now, was_kind, done.from_options, lookup)
    types = {"old": was_kind.sql_type(), "new": now.kind.sql_type(), "value": was_kind.sql_type()}
    edits = temporary_table(connection, f"edited_{row.id}", types)
    pairs = select(was.column, now.column).distinct()
    found = connection.execute(pairs.execution_options(yield_per=AT_ONCE)).partitions()
    fill_table(connection, edits, _edited(found, there, back))
    target = table(
        row.table_name,
        column(done.from_column, types["old"]),
        column(done.to_column, types["new"]),
    )
    old, new = target.c[done.from_column], target.c[done.to_column]
    for same in (
        and_(old.is_(None), edits.c.old.is_(None), new == edits.c.new),
        and_(new.is_(None), edits.c.new.is_(None), old == edits.c.old),
        and_(old == edits.c.old, new == edits.c.new),
    ):
        connection.execute(update(target).values({done.from_column: edits.c.value}).where(same))
    edits.drop(connection, checkfirst=False)


def _edited(
    found: Iterable[Iterable[Any]], there: Turning, back: Turning
) -> Iterable[dict[str, Any]]:
    """The pairs of an old and a new value that the conversion did not make, with the way back."""
    for some in found:
        rows = list(some)
        there.ask_names(old for old, _ in rows)
        back.ask_names(new for _, new in rows)
        for old, new in rows:
            try:
                expected, _ = (None, "") if old is None else there.turned(old)
            except Lost:
                expected = None
            if expected == back.source.kind.load(new):
                continue
            try:
                value, _ = (None, "") if new is None else back.turned(new)
            except Lost:
                continue
            yield {"old": old, "new": new, "value": value}
