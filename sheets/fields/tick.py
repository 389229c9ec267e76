"""Tick: yes or no, where blank counts as no."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import Boolean, ColumnElement, or_
from sqlalchemy.types import TypeEngine

from sheets.fields.base import (
    BLANK_CELL,
    NO_OPTIONS,
    ExcelCell,
    FieldError,
    FieldType,
    Lookup,
    Operator,
    Options,
)

if TYPE_CHECKING:
    from sheets.catalogue import Field

YES = frozenset({"1", "true", "on", "yes", "y", "是", "有", "√", "✓", "✔"})
NO = frozenset({"0", "false", "off", "no", "n", "否", "无", "×", "✗"})


def _ticked(column: ColumnElement[Any], _operand: object) -> ColumnElement[bool]:
    return column.is_(True)


def _unticked(column: ColumnElement[Any], _operand: object) -> ColumnElement[bool]:
    return or_(column.is_(None), column.is_(False))


class TickType(FieldType):
    """是 or 否."""

    key = "tick"
    label = "勾选"
    value_kind = "boolean"
    control = "checkbox"
    order = ("否在前", "是在前")
    operators = (
        Operator("yes", "为“是”", 0, _ticked),
        Operator("no", "不为“是”", 0, _unticked),
    )

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> bool | None:
        """True or False from what forms, spreadsheets and JSON write."""
        if raw is None or isinstance(raw, bool):
            return raw
        text = str(raw).strip().lower()
        if not text:
            return None
        if text in YES or text in NO:
            return text in YES
        raise FieldError("请填“是”或“否”。")

    def load(self, value: Any) -> Any:
        """A bool, also where the database keeps 0 and 1."""
        return None if value is None else bool(value)

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """是, 否 or nothing."""
        return "" if value is None else "是" if value else "否"

    def sql_type(self) -> TypeEngine[Any]:
        """Boolean."""
        return Boolean()

    def excel_cell(self, value: Any, field: "Field", context: Lookup) -> ExcelCell:
        """是 or 否 as text, as ledgers have it."""
        return BLANK_CELL if value is None else ExcelCell("text", "是" if value else "否")
