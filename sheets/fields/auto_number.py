"""Auto number: every row's own number, given by the table itself."""

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Text, case, cast, func, literal

from sheets.fields.around import Around, Resolved
from sheets.fields.base import FieldError, FieldType, Lookup, Operator, Options
from sheets.fields.operators import IN, IS, IS_NOT
from sheets.text import one_line

if TYPE_CHECKING:
    from sheets.catalogue import Field

LONGEST_PREFIX, MOST_DIGITS = 10, 10
_DIGITS = re.compile(r"\d{1,18}", re.ASCII)


def _between(column: ColumnElement[Any], ends: tuple[int, int]) -> ColumnElement[bool]:
    return column.between(min(ends), max(ends))


class AutoNumberType(FieldType):
    """The key of the row; ``prefix`` and ``digits`` are put on where it is shown."""

    key = "auto_number"
    label = "自动编号"
    control = "none"
    groupable = False
    virtual = True
    convertible = False
    value_kind = "text"
    operators = (IS, IS_NOT, IN, Operator("between", "在 … 之间", 2, _between))

    def parse_operand(self, operator: Operator, raw: str, options: Options) -> Any:
        """The number, written with or without its prefix."""
        text = one_line(raw).removeprefix(str(options.get("prefix", "")))
        if not _DIGITS.fullmatch(text):
            raise FieldError(f"请填写编号，例如 {_written(1, options)}。")
        return int(text)

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """As BH-0012."""
        return "" if value is None else _written(value, field.options)

    def check_options(self, options: Options) -> dict[str, object]:
        """``prefix`` of up to 10 characters, ``digits`` 1 to 10."""
        prefix, digits = one_line(str(options.get("prefix") or "")), options.get("digits", 1)
        wrong = isinstance(digits, bool) or not isinstance(digits, int)
        if options.keys() - {"prefix", "digits"} or wrong or not 1 <= digits <= MOST_DIGITS:  # type: ignore[operator]
            raise FieldError(f"自动编号只可设置前缀和位数，位数请填 1 到 {MOST_DIGITS}。")
        if len(prefix) > LONGEST_PREFIX or "," in prefix:
            raise FieldError(f"编号前缀请不要超过 {LONGEST_PREFIX} 个字，也不要用逗号。")
        return {"prefix": prefix, "digits": digits} if prefix else {"digits": digits}

    def resolve(self, options: Options, around: Around) -> Resolved:
        """The key itself, so that the table's own index finds a number."""
        if around.key is None:
            raise ValueError("an auto number needs to be told the key of its rows")
        return Resolved(self.key, around.key, options)

    def formula_value(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """The number as it is shown."""
        digits = int(str(options.get("digits", 1)))
        text = cast(cast(column, BigInteger()), Text())
        padded = func.substr(literal("0" * digits, Text()).concat(text), func.length(text) + 1)
        long = case((func.length(text) >= digits, text), else_=padded)
        return literal(str(options.get("prefix", "")), Text()).concat(cast(long, Text()))


def _written(value: int, options: Options) -> str:
    return f"{options.get('prefix', '')}{value:0{int(str(options.get('digits', 1)))}d}"
