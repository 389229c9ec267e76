"""Single choice: one of a list of keys, each with a label."""

import re
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, case, or_
from sqlalchemy.types import TypeEngine

from sheets.fields.base import NO_OPTIONS, FieldError, FieldType, Lookup, Options
from sheets.fields.operators import IN, IS, IS_NOT, NOT_IN
from sheets.fields.text import BLANK, FILLED
from sheets.text import one_line, shortened

if TYPE_CHECKING:
    from sheets.catalogue import Field

MOST, LONGEST = 300, 50
KEY = re.compile(r"[A-Za-z0-9_.-]{1,40}")  # no comma: a list of keys is written with commas


def choices(options: Options) -> Iterator[tuple[str, str]]:
    """Key and label of each choice, in order; options are ``{"choices": [[key, label], …]}``."""
    listed = options.get("choices")
    for pair in listed if isinstance(listed, list | tuple) else ():
        yield str(pair[0]), str(pair[1])


class SingleChoiceType(FieldType):
    """The key is stored, so that a label can be reworded without touching a row."""

    key = "single_choice"
    label = "单选"
    control = "select"
    order = ("按选项顺序", "按选项倒序")
    operators = (IS, IS_NOT, IN, NOT_IN, BLANK, FILLED)

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> str | None:
        """The key of a choice, found by key or by label."""
        text = one_line(str(raw.value if isinstance(raw, Enum) else raw or ""))
        if not text:
            return None
        for key, label in choices(options):
            if text in (key, label):
                return key
        known = shortened("、".join(label for _, label in choices(options)), 60)
        raise FieldError(f"没有“{shortened(text)}”这个选项，请从这些中选择：{known}。")

    def load(self, value: Any) -> Any:
        """The key, also where the column is an enumeration of Python's."""
        return value.value if isinstance(value, Enum) else value

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """The label; a key that is no longer listed shows as itself."""
        return "" if value is None else field.labels.get(value, str(value))

    def sql_type(self) -> TypeEngine[Any]:
        """Text."""
        return Text()

    def check_options(self, options: Options) -> dict[str, object]:
        """A list of 1 to 300 choices with distinct keys and labels."""
        listed = options.get("choices")
        if options.keys() != {"choices"} or not isinstance(listed, list | tuple):
            raise FieldError("请列出选项，每行一个。")
        if not 1 <= len(listed) <= MOST:
            raise FieldError(f"请列出 1 到 {MOST} 个选项。")
        try:
            pairs = [[str(key), one_line(str(label))] for key, label in listed]
        except (TypeError, ValueError):
            raise FieldError("每个选项要有代码和名称两项。") from None
        if not all(KEY.fullmatch(key) and 0 < len(label) <= LONGEST for key, label in pairs):
            raise FieldError(f"每个选项请写 1 到 {LONGEST} 个字。")
        if any(len({pair[side] for pair in pairs}) < len(pairs) for side in (0, 1)):
            raise FieldError("有两个选项相同，请删去一个。")
        return {"choices": pairs}

    def sort_key(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """The place of the choice in the list; unlisted ones after them, blanks stay blank."""
        ranks = [(column == key, rank) for rank, (key, _) in enumerate(choices(options))]
        if not ranks:
            return column
        return case((or_(column.is_(None), column == ""), None), *ranks, else_=len(ranks))
