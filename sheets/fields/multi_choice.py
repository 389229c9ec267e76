"""Multiple choice: any number of a list of keys, each with a label."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, and_, case, cast, func, literal, or_, type_coerce
from sqlalchemy.types import TypeEngine

from sheets.fields.base import MANY, NO_OPTIONS, FieldError, Lookup, Operator, Options
from sheets.fields.marked import Marked, holds, holds_any, keys_of
from sheets.fields.single_choice import SingleChoiceType, choices, choices_taken_over
from sheets.fields.text import BLANK, FILLED
from sheets.sql_words import Spelled, spelled
from sheets.text import one_line

if TYPE_CHECKING:
    from sheets.catalogue import Field

BETWEEN = "、"
UNLISTED = "999"  # after every place in the list
_SEPARATOR = re.compile(r"[、，,;；\n|]")


@cache
def all_of(number: int) -> type[Spelled]:
    """So many texts one after the other, flat, since a list of choices may be long."""
    template = " || ".join(f"{{{place}}}" for place in range(number))
    return spelled(f"all_of_{number}", Text(), template)


def _has_all(column: ColumnElement[Any], keys: tuple[str, ...]) -> ColumnElement[bool]:
    return and_(*(holds(column, key) for key in keys))


def _has_none(column: ColumnElement[Any], keys: tuple[str, ...]) -> ColumnElement[bool]:
    return or_(column.is_(None), ~holds_any(column, keys))


def _is_exactly(column: ColumnElement[Any], keys: tuple[str, ...]) -> ColumnElement[bool]:
    exactly: ColumnElement[bool] = column == tuple(sorted(keys))
    return exactly


class MultiChoiceType(SingleChoiceType):
    """The keys are stored in the order of the keys, so that equal sets are equal texts."""

    key = "multi_choice"
    label = "多选"
    control = "multi"
    operators = (
        Operator("has_any", "含有其中之一：", MANY, holds_any),
        Operator("has_all", "同时含有：", MANY, _has_all),
        Operator("has_none", "不含其中任何一个：", MANY, _has_none),
        Operator("is_exactly", "正好是：", MANY, _is_exactly),
        BLANK,
        FILLED,
    )

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> Any:
        """A tuple of keys, from a list or a text with separators, by key or by label."""
        if raw is None or isinstance(raw, bool):
            return None
        if isinstance(raw, list | tuple | set | frozenset):
            parts = [one_line(str(each)) for each in raw]
        else:
            parts = self._parts(one_line(str(raw)), options)
        one = super().parse
        keys = {one(part, options) for part in parts if part}
        return tuple(sorted(keys)) or None

    def _parts(self, text: str, options: Options) -> list[str]:
        """The text cut at its separators, unless it is a label that has some itself."""
        if any(text in pair for pair in choices(options)):
            return [text]
        return [one_line(part) for part in _SEPARATOR.split(text)]

    def parse_operand(self, operator: Operator, raw: str, options: Options) -> Any:
        """One key."""
        value = SingleChoiceType.parse(self, raw, options)
        if value is None:
            raise FieldError("请选择要比较的选项。")
        return value

    def load(self, value: Any) -> Any:
        """The keys."""
        return keys_of(value)

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """The labels in the order of the choices; a key no longer listed shows as itself."""
        if not value:
            return ""
        if isinstance(value, str):  # one of them, as a group or an operand names it
            return field.labels.get(value, value)
        listed = [label for key, label in field.labels.items() if key in value]
        return BETWEEN.join([*listed, *(key for key in value if key not in field.labels)])

    def sql_type(self) -> TypeEngine[Any]:
        """The keys between bars."""
        return Marked()

    def sort_key(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """The places of the choices in the list, so that the same set is one place."""
        places = [
            case((holds(column, key), literal(f"{place:03}", Text())), else_="")
            for place, (key, _) in enumerate(choices(options))
        ]
        if not places:
            return type_coerce(column, Text())
        listed = func.coalesce(func.nullif(all_of(len(places))(*places), ""), UNLISTED)
        return cast(case((column != "", listed)), Text())

    def formula_value(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """The labels with 、 between them."""
        labels = [
            case((holds(column, key), literal(BETWEEN + label, Text())), else_="")
            for key, label in choices(options)
        ]
        text = all_of(len(labels))(*labels) if labels else literal("", Text())
        return cast(func.nullif(func.substr(text, 1 + len(BETWEEN)), ""), Text())

    def from_json(self, kept: Any) -> Any:
        """The tuple again."""
        return tuple(kept) if isinstance(kept, list) else kept

    def convert(self, value: Any, source: "Field", shown: str, options: Options) -> Any:
        """A choice of one is a choice of several."""
        if isinstance(value, str) and source.labels:
            return self.parse([shown], options)
        return super().convert(value, source, shown, options)

    def options_from(
        self, source: "Field", shown: Sequence[str], options: Options
    ) -> dict[str, object]:
        """The choices asked for, or every part of what is there."""
        parts = [part for text in shown for part in self._parts(one_line(text), {}) if part]
        return self.check_options(choices_taken_over(source, parts, options))

    def losing(
        self, column: ColumnElement[Any], options: Options, wanted: Options
    ) -> Iterable[tuple[str, ColumnElement[bool]]]:
        """Choices that are listed no more."""
        left = {key for key, _ in choices(wanted)}
        for key, label in choices(options):
            if key not in left:
                yield f"“{label}”", holds(column, key)
