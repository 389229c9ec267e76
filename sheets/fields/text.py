"""Text: one line, as numbers, names and addresses are."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, cast, func, or_
from sqlalchemy.types import TypeEngine

from sheets.fields.base import NO_OPTIONS, FieldError, FieldType, Lookup, Operator, Options
from sheets.fields.operators import IN, IS, IS_NOT
from sheets.text import clean_text, like_pattern, one_line, shortened

if TYPE_CHECKING:
    from sheets.catalogue import Field

LIMIT = 500
NEEDLE_LIMIT = 100  # a longer LIKE pattern is a mistake, and SQLite refuses one of 50,000 bytes


def read_needle(raw: str, _options: Options) -> str:
    """A piece of text to look for; raises FieldError when it is blank or very long."""
    needle = one_line(raw)
    if not needle:
        raise FieldError("请填写要查找的文字。")
    if len(needle) > NEEDLE_LIMIT:
        raise FieldError(f"查找的文字请不要超过 {NEEDLE_LIMIT} 个字。")
    return needle


def contains(column: ColumnElement[Any], needle: str) -> ColumnElement[bool]:
    """The column holds the needle somewhere, whatever the case of its Latin letters."""
    return column.ilike(like_pattern(needle), escape="\\")


def _lacks(column: ColumnElement[Any], needle: str) -> ColumnElement[bool]:
    return or_(column.is_(None), ~contains(column, needle))


def _starts(column: ColumnElement[Any], needle: str) -> ColumnElement[bool]:
    return column.ilike(like_pattern(needle)[1:], escape="\\")


def _blank(column: ColumnElement[Any], _operand: object) -> ColumnElement[bool]:
    return or_(column.is_(None), column == "")


def _filled(column: ColumnElement[Any], _operand: object) -> ColumnElement[bool]:
    return column != ""  # never true of NULL either


CONTAINS = Operator("contains", "包含", 1, contains, read_needle)
LACKS = Operator("lacks", "不包含", 1, _lacks, read_needle)
STARTS = Operator("starts", "开头是", 1, _starts, read_needle)
BLANK = Operator("empty", "为空", 0, _blank)
FILLED = Operator("not_empty", "不为空", 0, _filled)


class TextType(FieldType):
    """One line of up to 500 characters; ``max_length`` may ask for fewer."""

    key = "text"
    label = "单行文字"
    order = ("按升序", "按降序")
    searchable = True
    value_kind = "text"
    operators: tuple[Operator, ...] = (CONTAINS, LACKS, STARTS, IS, IS_NOT, IN, BLANK, FILLED)

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> str | None:
        """The text on one line; None when blank."""
        if raw is None:
            return None
        text = one_line(str(raw))
        limit = options.get("max_length")
        check_length(text, limit if isinstance(limit, int) else LIMIT)
        return text or None

    def show_operand(self, value: Any, field: "Field", context: Lookup) -> str:
        """The words in quotation marks."""
        return f"“{shortened(value)}”"

    def formula_value(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """The text; an empty one is blank."""
        return cast(func.nullif(column, ""), Text())

    def sql_type(self) -> TypeEngine[Any]:
        """Text without a length: the limit is the parser's, so that it can change."""
        return Text()

    def check_options(self, options: Options) -> dict[str, object]:
        """Only ``max_length``, 1 to 500."""
        unknown = options.keys() - {"max_length"}
        limit = options.get("max_length", LIMIT)
        if unknown or not isinstance(limit, int) or not 1 <= limit <= LIMIT:
            raise FieldError(f"单行文字只可设置最多字数，请填 1 到 {LIMIT} 之间的整数。")
        return dict(options)


def check_length(text: str, limit: int) -> None:
    """Refuse a text over the limit with a sentence that says by how much."""
    if len(text) > limit:
        raise FieldError(f"最多 {limit} 个字，现在有 {len(text)} 个，请删减后再保存。")


def clean_lines(raw: object) -> str:
    """A cleaned text of several lines without blank ends."""
    return clean_text(str(raw)).strip()
