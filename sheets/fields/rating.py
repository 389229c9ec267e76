"""Rating: a few stars."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Double, Integer, cast
from sqlalchemy.types import TypeEngine

from sheets.fields.base import (
    BLANK_CELL,
    NO_OPTIONS,
    ExcelCell,
    FieldError,
    Lookup,
    Operator,
    Options,
)
from sheets.fields.number import NumberType
from sheets.fields.operators import EMPTY, NOT_EMPTY

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sheets.catalogue import Field

STAR, HOLLOW = "★", "☆"
USUAL, FEWEST, MOST = 5, 3, 10
_STARS = re.compile(f"(?P<stars>{STAR}+){HOLLOW}*")
_NUMBER = re.compile(r"(\d{1,2})(?:\.0)?\s*(?:颗?星|分)?", re.ASCII)


def _between(column: ColumnElement[Any], ends: tuple[int, int]) -> ColumnElement[bool]:
    return column.between(min(ends), max(ends))


def highest(options: Options) -> int:
    """The most stars a field has."""
    most = options.get("max")
    return most if isinstance(most, int) else USUAL


class RatingType(NumberType):
    """One star to ``max`` of them, 3 to 10, else 5."""

    key = "rating"
    label = "评分"
    control = "rating"
    order = ("从低到高", "从高到低")
    value_kind = "number"
    operators = (
        Operator("is", "等于", 1, lambda column, value: column == value),
        Operator("gte", "不低于", 1, lambda column, value: column >= value),
        Operator("lte", "不高于", 1, lambda column, value: column <= value),
        Operator("between", "在 … 之间", 2, _between),
        EMPTY,
        NOT_EMPTY,
    )

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> int | None:
        """The number of stars, from 3, 3 星 or ★★★."""
        text = "" if raw is None else unicodedata.normalize("NFKC", str(raw)[:40]).strip()
        if not text:
            return None
        stars, number = _STARS.fullmatch(text), _NUMBER.fullmatch(text)
        value = len(stars["stars"]) if stars else int(number[1]) if number else 0
        if isinstance(raw, bool) or not 1 <= value <= highest(options):
            raise FieldError(f"请评 1 到 {highest(options)} 星，例如 3 或 {STAR * 3}。")
        return value

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """Full stars, then hollow ones."""
        if value is None:
            return ""
        return STAR * int(value) + HOLLOW * (highest(field.options) - int(value))

    def show_operand(self, value: Any, field: "Field", context: Lookup) -> str:
        """As 3 星."""
        return f"{value} 星"

    def parse_operand(self, operator: Operator, raw: str, options: Options) -> Any:
        """Any number of stars that a field can have."""
        value = self.parse(raw, {"max": MOST})
        if value is None:
            raise FieldError("请填写要比较的值。")
        return value

    def sql_type(self) -> TypeEngine[Any]:
        """Integer."""
        return Integer()

    def check_options(self, options: Options) -> dict[str, object]:
        """Only ``max``."""
        most = options.get("max", USUAL)
        wrong = isinstance(most, bool) or not isinstance(most, int) or not FEWEST <= most <= MOST
        if options.keys() - {"max"} or wrong:
            raise FieldError(f"评分只可设置最高星数，请填 {FEWEST} 到 {MOST} 之间的整数。")
        return {"max": most}

    def excel_cell(self, value: Any, field: "Field", context: Lookup) -> ExcelCell:
        """The number of stars."""
        return BLANK_CELL if value is None else ExcelCell("number", value, "0")

    def formula_value(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """The number of stars."""
        return cast(column, Double())

    def losing(
        self, column: ColumnElement[Any], options: Options, wanted: Options
    ) -> "Iterable[tuple[str, ColumnElement[bool]]]":
        """More stars than there would be."""
        if highest(wanted) < highest(options):
            yield f" {highest(wanted)} 星以上的评分", column > highest(wanted)
