"""File: attachments of a row, by their ids; the files themselves are the application's."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Integer, or_
from sqlalchemy.types import TypeEngine

from sheets.fields.base import (
    NO_OPTIONS,
    ExcelCell,
    FieldError,
    FieldType,
    Lookup,
    Operator,
    Options,
)
from sheets.fields.marked import Marked, keys_of, number_of_keys

if TYPE_CHECKING:
    from sheets.catalogue import Field

ID = re.compile(r"[A-Za-z0-9]{8,32}")
MOST = 50


def some(column: ColumnElement[Any], _operand: object) -> ColumnElement[bool]:
    """Rows with an attachment, be the column a count or the ids."""
    filled: ColumnElement[bool] = column > 0 if is_count(column) else column != ""
    return filled


def none(column: ColumnElement[Any], _operand: object) -> ColumnElement[bool]:
    """Rows without one."""
    return or_(column.is_(None), column == (0 if is_count(column) else ""))


def is_count(column: ColumnElement[Any]) -> bool:
    """Whether the column only says how many there are."""
    return isinstance(column.type, Integer)


class FileType(FieldType):
    """The ids in the order they were given; a value is a tuple of them."""

    key = "file"
    label = "文件"
    control = "file"
    order = ("从少到多", "从多到少")
    groupable = False
    convertible = False
    counter = "{} 个文件"
    how = "文件请用上传的方式添加。"
    operators: tuple[Operator, ...] = (
        Operator("some", "有文件", 0, some),
        Operator("none", "没有文件", 0, none),
    )

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> Any:
        """A tuple of ids, each once, of a list of them; nothing can be typed here."""
        if raw is None or raw in ("", ()):
            return None
        if not isinstance(raw, list | tuple):
            raise FieldError(self.how)
        ids = tuple(dict.fromkeys(str(each) for each in raw))
        if not all(ID.fullmatch(each) for each in ids):
            raise FieldError(self.how)
        if len(ids) > MOST:
            raise FieldError(f"一格最多放 {MOST} 个，请分几次上传或删去一些。")
        return ids or None

    def load(self, value: Any) -> Any:
        """The ids, or the count where the column is one."""
        return value if isinstance(value, int) else keys_of(value)

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """How many there are."""
        number = _count(value)
        return self.counter.format(number) if number else ""

    def sql_type(self) -> TypeEngine[Any]:
        """The ids between bars."""
        return Marked()

    def excel_cell(self, value: Any, field: "Field", context: Lookup) -> ExcelCell:
        """How many there are."""
        return ExcelCell("number", _count(value), "0")

    def sort_key(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """By their number."""
        return column if is_count(column) else number_of_keys(column)

    def from_json(self, kept: Any) -> Any:
        """The tuple again."""
        return tuple(kept) if isinstance(kept, list) else kept


def _count(value: int | Iterable[str] | None) -> int:
    if value is None:
        return 0
    return value if isinstance(value, int) else len(tuple(value))
