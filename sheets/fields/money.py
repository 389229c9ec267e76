"""Money: an amount in yuan, kept exactly as a whole number of fen."""

import re
import unicodedata
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, ColumnElement, Dialect, Double, cast, type_coerce
from sqlalchemy.types import TypeDecorator, TypeEngine

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
from sheets.fields.number import written
from sheets.fields.operators import EMPTY, NOT_EMPTY

if TYPE_CHECKING:
    from sheets.catalogue import Field

FEN, CENT = 100, Decimal("0.01")
MOST = Decimal(10) ** 13  # fen of it are a whole number that a double keeps too
TEN_THOUSAND = 10_000
ADVICE = "请填写金额，例如 1234.50。"
_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)[¥$]?(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?)(?P<unit>万?元?)",
    re.ASCII,
)


class Fen(TypeDecorator[Any]):
    """Takes a Decimal of yuan, or an int that is fen already; gives fen back."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Fen."""
        return int(value * FEN) if isinstance(value, Decimal) else value


def _between(column: ColumnElement[Any], ends: tuple[Decimal, Decimal]) -> ColumnElement[bool]:
    return column.between(min(ends), max(ends))


class MoneyType(FieldType):
    """At most two decimals; option ``unit`` is 元 or left out."""

    key = "money"
    label = "金额"
    control = "number"
    order = ("从小到大", "从大到小")
    value_kind = "number"
    aggregates = frozenset({"sum", "avg", "min", "max", "filled"})
    operators = (
        Operator("is", "等于", 1, lambda column, value: column == value),
        Operator("is_not", "不等于", 1, lambda c, value: c.is_distinct_from(value)),
        Operator("gt", "大于", 1, lambda column, value: column > value),
        Operator("gte", "不小于", 1, lambda column, value: column >= value),
        Operator("lt", "小于", 1, lambda column, value: column < value),
        Operator("lte", "不大于", 1, lambda column, value: column <= value),
        Operator("between", "在 … 之间", 2, _between),
        EMPTY,
        NOT_EMPTY,
    )

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> Decimal | None:
        """Yuan with two decimals, from 1,234.5, ￥12 or 1.2万元."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        value = _read(raw)
        if abs(value) >= MOST:
            raise FieldError("金额太大，请核对位数。")
        rounded = value.quantize(CENT)
        if rounded != value:
            raise FieldError("金额最多两位小数，请四舍五入到分后再填。")
        return rounded + 0  # no -0.00

    def load(self, value: Any) -> Any:
        """Yuan of fen, also of a sum or an average of them."""
        if value is None:
            return None
        return (Decimal(str(value)) / FEN).quantize(CENT)

    def write_operand(self, operator: Operator, value: Any) -> str:
        """The amount in plain digits."""
        return written(value)

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """With commas and two decimals, as 1,234.50 元."""
        if value is None:
            return ""
        return f"{value:,.2f} {field.options.get('unit', '')}".rstrip()

    def plain(self, value: Any, shown: str) -> str:
        """The amount without commas and unit."""
        return written(value)

    def sql_type(self) -> TypeEngine[Any]:
        """A whole number of fen."""
        return Fen()

    def check_options(self, options: Options) -> dict[str, object]:
        """Only the unit."""
        if options.keys() - {"unit"} or options.get("unit") not in {None, "", "元"}:
            raise FieldError("金额只可设置单位“元”。")
        return {"unit": "元"} if options.get("unit") else {}

    def excel_cell(self, value: Any, field: "Field", context: Lookup) -> ExcelCell:
        """A number with two decimals, so that a spreadsheet can add it up."""
        return BLANK_CELL if value is None else ExcelCell("number", float(value), "#,##0.00")

    def sort_key(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """Fen, as a place in the order keeps them."""
        return type_coerce(column, BigInteger())

    def formula_value(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """Yuan."""
        return cast(type_coerce(column, BigInteger()), Double()) / 100.0

    def from_json(self, kept: Any) -> Any:
        """The Decimal again."""
        return None if kept is None else Decimal(str(kept))


def _read(raw: object) -> Decimal:
    if isinstance(raw, bool):
        raise FieldError(ADVICE)
    if isinstance(raw, Decimal) and raw.is_finite():
        return raw
    text = repr(raw) if isinstance(raw, float) else str(raw)
    text = unicodedata.normalize("NFKC", text[:60]).replace("−", "-").replace(" ", "")
    found = _AMOUNT.fullmatch(text)
    if found is None or not any(letter.isdigit() for letter in found["digits"]):
        raise FieldError(ADVICE)
    value = Decimal(found["sign"] + found["digits"].replace(",", ""))
    return value * TEN_THOUSAND if found["unit"].startswith("万") else value
