"""Which columns a sheet has: frozen descriptions that queries, pages and workbooks read."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, FromClause
from sqlalchemy.types import NullType

from sheets.fields import field_type
from sheets.fields.base import ExcelCell, FieldError, FieldType, Lookup, Operator
from sheets.fields.single_choice import choices
from sheets.searching.index import TextIndex
from sheets.when import When

FIELD_ID = re.compile(r"[a-z][a-z0-9_]{0,59}")


class UnknownField(KeyError):
    """A sheet has no field of this id, or none that may be seen."""

    def __init__(self, field_id: str) -> None:
        super().__init__(field_id)
        self.field_id = field_id


@dataclass(frozen=True, eq=False)
class Field:
    """A column people see.  ``type`` is the key of a field type, ``column`` what it selects.

    ``sort`` replaces the expression to sort by, for instance a joined unit's position.
    ``hidden`` only means not shown at first: a field that someone may not see is left out of
    that person's sheet altogether.

    A field that is computed has the type of its result: ``made_by`` is the key of the type that
    computes it, ``sources`` are the ids of all fields it tells something of (who may not see one
    of them may not see it either), ``trouble`` says why it shows blank, ``size`` is how much SQL
    it takes.
    """

    id: str
    caption: str
    type: str
    column: ColumnElement[Any]
    options: Mapping[str, object] = field(default_factory=dict)
    required: bool = False
    default: object = None
    help: str = ""
    readonly: bool = False
    section: str | None = None
    hidden: bool = False
    sort: ColumnElement[Any] | None = None
    searchable: bool | None = None
    made_by: str = ""
    sources: frozenset[str] = frozenset()
    trouble: str = ""
    size: int = 1

    def __post_init__(self) -> None:
        """Refuse an id that could not stand in a URL, and a type that is not there."""
        if not FIELD_ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} cannot be the id of a field")
        sorted_by = self.column if self.sort is None else self.sort
        if field_type(self.type).sortable and isinstance(sorted_by.type, NullType):
            raise ValueError(f"{self.id} is sorted by an untyped expression: give it an SQL type")

    @cached_property
    def kind(self) -> FieldType:
        """The type itself."""
        return field_type(self.type)

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """Labels of a choice by key; empty for other types."""
        return MappingProxyType(dict(choices(self.options)))

    @cached_property
    def sort_key(self) -> ColumnElement[Any]:
        """The expression to sort by."""
        if self.sort is not None:
            return self.sort
        return self.kind.sort_key(self.column, self.options)

    @property
    def is_searched(self) -> bool:
        """Whether the search box looks into it; not into what is computed, which no index holds."""
        if self.searchable is not None:
            return self.searchable
        return self.kind.searchable and not self.made_by

    def parse(self, raw: object) -> Any:
        """The value that ``raw`` means; FieldError names the field and says what to do."""
        if self.made_by:
            raise FieldError(f"{self.caption}：这一列由系统计算，不能填写。")
        try:
            value = self.kind.parse(raw, self.options)
        except FieldError as error:
            raise FieldError(f"{self.caption}：{error.sentence}") from None
        if value is None and self.required:
            raise FieldError(f"{self.caption}：此项必填，请填写。")
        return value

    def show(self, value: Any, lookup: Lookup) -> str:
        """The value as people read it."""
        return self.kind.show(value, self, lookup)

    def excel_cell(self, value: Any, lookup: Lookup) -> ExcelCell:
        """The value as a workbook keeps it."""
        return self.kind.excel_cell(value, self, lookup)


@dataclass(frozen=True, eq=False)
class Sheet:
    """Fields over something to select from; ``key`` tells its rows apart and is never NULL.

    Joins in ``from_`` must not multiply rows.  ``default_sort`` is written as in the URL.
    Without ``when`` nothing can be asked that is told from today; without ``index`` a search
    reads every row.
    """

    name: str
    fields: tuple[Field, ...]
    from_: FromClause
    key: ColumnElement[Any]
    default_sort: str = ""
    when: When | None = None
    index: TextIndex | None = None

    def __post_init__(self) -> None:
        """Two fields of one id are a programming error."""
        object.__setattr__(self, "fields", tuple(self.fields))
        if len(self.by_id) != len(self.fields):
            raise ValueError(f"sheet {self.name} has two fields of one id")

    @cached_property
    def by_id(self) -> Mapping[str, Field]:
        """The fields by id."""
        return MappingProxyType({field.id: field for field in self.fields})

    def field(self, field_id: str) -> Field:
        """The field of this id; raises UnknownField."""
        try:
            return self.by_id[field_id]
        except KeyError:
            raise UnknownField(field_id) from None

    def operators(self, field_id: str) -> list[Operator]:
        """What may be asked of a field here; raises UnknownField."""
        known = self.field(field_id).kind.operators
        return [each for each in known if each.told is None or self.when is not None]

    def operator(self, field_id: str, key: str) -> Operator | None:
        """One of them, if it may be asked; raises UnknownField."""
        found = self.field(field_id).kind.operator(key)
        return None if found is None or (found.told and self.when is None) else found

    def only(self, field_ids: Iterable[str]) -> "Sheet":
        """The same sheet with these fields alone, in this order; raises UnknownField."""
        return replace(self, fields=tuple(self.field(field_id) for field_id in field_ids))

    def with_fields(self, fields: Iterable[Field]) -> "Sheet":
        """The same sheet with more fields after its own."""
        return replace(self, fields=(*self.fields, *fields))
