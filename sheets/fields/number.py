"""Number: a count or a measure, kept in double precision."""

import math
import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Double, cast, literal
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
from sheets.fields.operators import EMPTY, NOT_EMPTY

if TYPE_CHECKING:
    from sheets.catalogue import Field

Number = int | float
MOST_DECIMALS, LONGEST_UNIT = 6, 10
DIGITS = 15  # what double precision and Excel both keep exactly
SMALLEST = Decimal("1e-15")
_PLAIN = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?", re.ASCII)


def _bound(value: Number) -> ColumnElement[Any]:
    # A whole number stays whole, else an integer column would be cast row by row.
    return literal(value, BigInteger() if isinstance(value, int) else Double())


def _between(column: ColumnElement[Any], ends: tuple[Number, Number]) -> ColumnElement[bool]:
    return column.between(_bound(min(ends)), _bound(max(ends)))


class NumberType(FieldType):
    """Options: ``min``, ``max``, ``decimals`` (0 to 6) and ``unit``, shown after the number."""

    key = "number"
    label = "数字"
    control = "number"
    aggregates = frozenset({"sum", "avg", "min", "max", "filled"})
    value_kind = "number"
    operators: tuple[Operator, ...] = (
        Operator("is", "等于", 1, lambda column, value: column == _bound(value)),
        Operator("is_not", "不等于", 1, lambda c, value: c.is_distinct_from(_bound(value))),
        Operator("gt", "大于", 1, lambda column, value: column > _bound(value)),
        Operator("gte", "不小于", 1, lambda column, value: column >= _bound(value)),
        Operator("lt", "小于", 1, lambda column, value: column < _bound(value)),
        Operator("lte", "不大于", 1, lambda column, value: column <= _bound(value)),
        Operator("between", "在 … 之间", 2, _between),
        EMPTY,
        NOT_EMPTY,
    )

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> Number | None:
        """An int where the number is whole, else a float; at most 15 digits."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        value = _read(raw)
        low, high = options.get("min"), options.get("max")
        if isinstance(low, int | float) and value < low:
            raise FieldError(f"请填写不小于 {written(low)} 的数。")
        if isinstance(high, int | float) and value > high:
            raise FieldError(f"请填写不大于 {written(high)} 的数。")
        return value

    def parse_operand(self, operator: Operator, raw: str, options: Options) -> Any:
        """Any number may be compared with, also one beyond the field's own limits."""
        return super().parse_operand(operator, raw, NO_OPTIONS)

    def write_operand(self, operator: Operator, value: Any) -> str:
        """The number in plain digits."""
        return written(value)

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """The number with its decimals and unit."""
        if value is None:
            return ""
        if field.made_by:  # a third has no end
            value = round(value, MOST_DECIMALS)
        decimals, unit = field.options.get("decimals"), field.options.get("unit", "")
        text = f"{value:.{decimals}f}" if isinstance(decimals, int) else written(value)
        return f"{text} {unit}".rstrip()

    def plain(self, value: Any, shown: str) -> str:
        """The number without its unit."""
        return written(value)

    def convert(self, value: Any, source: "Field", shown: str, options: Options) -> Any:
        """A tick counts as 1, no tick as 0."""
        raw = str(int(value)) if isinstance(value, bool) else source.kind.plain(value, shown)
        return self.parse(raw, options)

    def formula_value(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """Double precision, also of a whole column."""
        return column if isinstance(column.type, Double) else cast(column, Double())

    def sql_type(self) -> TypeEngine[Any]:
        """Double precision on both databases."""
        return Double()

    def check_options(self, options: Options) -> dict[str, object]:
        """The four options, in range."""
        if options.keys() - {"min", "max", "decimals", "unit"}:
            raise FieldError("数字只可设置最小值、最大值、小数位数和单位。")
        low, high = (self.parse(options.get(name)) for name in ("min", "max"))
        if low is not None and high is not None and low > high:
            raise FieldError("最小值不能大于最大值，请改正其中一个。")
        decimals = options.get("decimals")
        if decimals is not None and (
            not isinstance(decimals, int) or not 0 <= decimals <= MOST_DECIMALS
        ):
            raise FieldError(f"小数位数请填 0 到 {MOST_DECIMALS} 之间的整数。")
        unit = str(options.get("unit") or "").strip()
        if len(unit) > LONGEST_UNIT:
            raise FieldError(f"单位请不要超过 {LONGEST_UNIT} 个字。")
        checked = {"min": low, "max": high, "decimals": decimals, "unit": unit or None}
        return {name: value for name, value in checked.items() if value is not None}

    def excel_cell(self, value: Any, field: "Field", context: Lookup) -> ExcelCell:
        """A number, so that a spreadsheet can add it up."""
        if value is None:
            return BLANK_CELL
        decimals = field.options.get("decimals")
        if isinstance(decimals, int):
            return ExcelCell("number", value, "0." + "0" * decimals if decimals else "0")
        return ExcelCell("number", value)


def written(value: Number | Decimal) -> str:
    """The shortest plain notation: 3, 3.5, never 3.0 or 3e+20."""
    text = f"{Decimal(repr(value)) if isinstance(value, float) else value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _read(raw: object) -> Number:
    if isinstance(raw, bool):
        raise FieldError("请填写数字。")
    if isinstance(raw, float):
        if not math.isfinite(raw) or abs(raw) >= 10**DIGITS or 0 < abs(raw) < SMALLEST:
            raise FieldError(f"请填写不超过 {DIGITS} 位的数字。")
        return int(raw) if raw.is_integer() else raw
    text = unicodedata.normalize("NFKC", str(raw)[:100]).strip().replace("−", "-")
    if not any(letter.isdigit() for letter in text) or not _PLAIN.fullmatch(text):
        raise FieldError(f"请填写数字，例如 12 或 3.5（至多 {DIGITS} 位）。")
    number = Decimal(text.replace(",", ""))
    if len(number.as_tuple().digits) > DIGITS or 0 < abs(number) < SMALLEST:
        raise FieldError(f"请填写不超过 {DIGITS} 位的数字。")
    return int(number) if number == number.to_integral_value() else float(number)
