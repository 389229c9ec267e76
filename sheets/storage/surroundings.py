"""The fields around a virtual one: fixed ones, and those of the catalogue it may use."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, Text, cast, column, null, select
from sqlalchemy.types import NullType

from sheets.catalogue import Field
from sheets.fields import field_type, field_types
from sheets.fields.around import FormulaContext, Resolved, Unusable
from sheets.fields.base import FieldError, FieldType
from sheets.fields.vanished import VANISHED
from sheets.storage.tables import field_id_of, number_of, sheet_field


class Cycle(Unusable):
    """Fields that name each other."""


class Surroundings:
    """The fields in use of a table as fields over ``source``; virtual ones are made on demand."""

    def __init__(
        self,
        connection: Connection,
        table_name: str,
        source: FromClause,
        base: Sequence[Field] = (),
        key: ColumnElement[Any] | None = None,
        context: FormulaContext | None = None,
    ) -> None:
        self.context = context or FormulaContext()
        self.key = key
        self._connection = connection
        self._source = source
        self._base = {field.id: field for field in base}
        in_use = (sheet_field.c.table_name == table_name, sheet_field.c.retired_at.is_(None))
        rows = connection.execute(
            select(sheet_field).where(*in_use).order_by(sheet_field.c.position, sheet_field.c.id)
        )
        self._rows = {field_id_of(row): row for row in rows}
        self._made: dict[str, Field] = {}
        self._making: list[str] = []

    def fields(self, section: str | None = None) -> list[Field]:
        """The fields in order; with ``section`` those of one section only."""
        return [
            self.shown(row)
            for row in self._rows.values()
            if section is None or row.section_code == section
        ]

    def shown(self, row: Row[Any]) -> Field:
        """The field of a row; one that cannot be made says why and shows blank."""
        try:
            return self.made(row)
        except Unusable as error:
            return _blank(row, error.sentence)

    def made(self, row: Row[Any]) -> Field:
        """The field of a row; raises Cycle."""
        field_id = field_id_of(row)
        if field_id not in self._made:
            with self.making(field_id):
                self._made[field_id] = field_of(row, self._source, self.beside(row.section_code))
        return self._made[field_id]

    @contextmanager
    def making(self, field_id: str) -> Iterator[None]:
        """While a field is made, none that it uses may use it; raises Cycle."""
        if field_id in self._making:
            round_trip = [*self._making[self._making.index(field_id) :], field_id]
            captions = "→".join(f"“{self._caption(each)}”" for each in round_trip)
            raise Cycle(f"字段之间循环引用：{captions}，请改掉其中一个公式。")
        self._making.append(field_id)
        try:
            yield
        finally:
            self._making.pop()

    def beside(self, section: str | None) -> "Beside":
        """What a field of this section may look at: nothing of another section's."""
        return Beside(self, section)

    def base(self) -> Mapping[str, Field]:
        """The fixed fields by id."""
        return self._base

    def row(self, field_id: str) -> Row[Any] | None:
        """The row of a field in use."""
        return self._rows.get(field_id)

    def rows(self) -> Mapping[str, Row[Any]]:
        """The rows of the fields in use by id."""
        return self._rows

    def gone(self, field_id: str) -> str:
        """Why a field is not there."""
        named = sheet_field.c.id == number_of(field_id)
        caption = self._connection.execute(select(sheet_field.c.caption).where(named)).scalar()
        if caption is None:
            return f"没有“{field_id}”这个字段。"
        return f"所用的字段“{caption}”已停用；恢复它，或改掉公式。"

    def _caption(self, field_id: str) -> str:
        row = self.row(field_id)
        return row.caption if row is not None else "这个字段"


class Beside:
    """The surroundings of a field of one section."""

    def __init__(self, all_of: Surroundings, section: str | None) -> None:
        self._all = all_of
        self._section = section
        self.context = all_of.context
        self.key = all_of.key

    def base(self) -> Mapping[str, Field]:
        """The fixed fields by id."""
        return self._all.base()

    def captions(self) -> dict[str, str]:
        """The captions of the fields that may be named, by id."""
        own = {key: row.caption for key, row in self._all.rows().items() if self._may_use(row)}
        return {**{key: field.caption for key, field in self.base().items()}, **own}

    def used(self, field_id: str) -> Field:
        """A field to make something of; raises Unusable for one that is gone or in trouble."""
        if field_id in self.base():
            return self.base()[field_id]
        row = self._all.row(field_id)
        if row is None:
            raise Unusable(self._all.gone(field_id))
        if not self._may_use(row):
            raise Unusable(f"“{row.caption}”是别的科室的字段，这里不能使用。")
        field = self._all.made(row)
        if field.trouble:
            raise Unusable(f"所用的“{row.caption}”无法计算：{field.trouble}")
        return field

    def _may_use(self, row: Row[Any]) -> bool:
        return row.section_code is None or row.section_code == self._section


def field_of(row: Row[Any], source: FromClause, beside: Beside | None = None) -> Field:
    """A row of the catalogue as a field over ``source``; raises Cycle.

    Only a virtual one needs to know what is beside it.
    """
    kind = kind_of(row)
    if kind.virtual and beside is not None:
        try:
            return _virtual(row, kind.resolve(options_of(row), beside))
        except Cycle:
            raise
        except FieldError as error:
            return _blank(row, error.sentence)
    if row.column_name is None:
        return _blank(row, "这一列的类型已停用，没有内容可以显示。")
    known = kind.key != VANISHED
    written = kind.sql_type() if known else NullType()
    selected: ColumnElement[Any] = column(row.column_name, written, _selectable=source)
    options = options_of(row)
    return Field(
        id=field_id_of(row),
        caption=row.caption,
        type=kind.key,
        column=selected,
        options=options,
        required=row.required and known,
        default=default_of(kind, row.default_value, options),
        help=row.help,
        readonly=not known,
        section=row.section_code,
    )


def _virtual(row: Row[Any], made: Resolved) -> Field:
    return Field(
        id=field_id_of(row),
        caption=row.caption,
        type=made.type,
        column=made.column,
        options=made.options,
        help=row.help,
        readonly=True,
        section=row.section_code,
        sort=made.sort,
        searchable=made.searchable,
        made_by=row.type,
        sources=made.sources,
        size=made.size,
    )


def _blank(row: Row[Any], trouble: str) -> Field:
    blank = Resolved("text", cast(null(), Text()), searchable=False)
    return replace(_virtual(row, blank), trouble=trouble)


def kind_of(row: Row[Any]) -> FieldType:
    """The type of a row's field, or what stands in for one that is no longer there."""
    return field_type(row.type if row.type in field_types() else VANISHED)


def options_of(row: Row[Any]) -> Mapping[str, object]:
    """The options, none for a type that is no longer there."""
    known = row.type in field_types() and isinstance(row.options, dict)
    return row.options if known else {}


def default_of(kind: FieldType, kept: object, options: Mapping[str, object]) -> Any:
    """The default that is kept in the catalogue, None where the options left it behind."""
    try:
        return kind.parse(kind.from_json(kept), options)
    except (FieldError, ValueError):
        return None
