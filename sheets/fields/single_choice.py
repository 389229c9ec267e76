"""Single choice: one of a list of keys, each with a label."""

import re
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Text, case, cast, func, literal, or_, type_coerce
from sqlalchemy.types import TypeEngine

from sheets.fields.base import NO_OPTIONS, FieldError, FieldType, Lookup, Operator, Options
from sheets.fields.operators import IN, IS, IS_NOT, NOT_IN
from sheets.fields.text import BLANK, FILLED
from sheets.text import one_line, shortened

if TYPE_CHECKING:
    from sheets.catalogue import Field

MOST, LONGEST = 300, 50
MOST_MADE = 50  # choices made of what stands in a column
COLOURS = {
    "red": "红",
    "orange": "橙",
    "yellow": "黄",
    "green": "绿",
    "blue": "蓝",
    "purple": "紫",
    "grey": "灰",
}
PAIR, TRIPLE = 2, 3
KEY = re.compile(r"[A-Za-z0-9_.-]{1,40}")  # no comma: a list of keys is written with commas


def choices(options: Options) -> Iterator[tuple[str, str]]:
    """Key and label of each choice, in order.

    Options are ``{"choices": [[key, label], [key, label, colour], …]}``.
    """
    for each in _listed(options):
        yield str(each[0]), str(each[1])


def colours(options: Options) -> dict[str, str]:
    """The colour of each choice that has one, by key: a name among ``COLOURS``."""
    return {str(each[0]): str(each[2]) for each in _listed(options) if len(each) == TRIPLE}


def choices_for(labels: Iterable[str], kept: Options = NO_OPTIONS) -> dict[str, object]:
    """Options with a choice for each label, in this order.

    A label that ``kept`` has already keeps its key and colour; others get keys never used there.
    """
    known = {str(each[1]): list(each) for each in _listed(kept)}
    taken = {key for key, _ in choices(kept)}
    free = (f"c{number}" for number in range(1, MOST * 4) if f"c{number}" not in taken)
    wanted = dict.fromkeys(one_line(each) for each in labels)
    return {"choices": [known.get(each) or [next(free), each] for each in wanted]}


def _listed(options: Options) -> Sequence[Sequence[object]]:
    listed = options.get("choices")
    return listed if isinstance(listed, list | tuple) else ()


def choices_taken_over(
    source: "Field", labels: Iterable[str], options: Options
) -> dict[str, object]:
    """The choices that were asked for, else those of ``source``, else one a label; FieldError."""
    if options.get("choices"):
        return dict(options)
    if any(True for _ in choices(source.options)):
        return {"choices": [list(each) for each in _listed(source.options)]}
    found = list(dict.fromkeys(one_line(each) for each in labels))
    if len(found) > MOST_MADE:
        raise FieldError(f"这一列的内容超过 {MOST_MADE} 种，不能都作选项；请先自己列出选项。")
    long = next((each for each in found if len(each) > LONGEST), None)
    if long is not None:
        raise FieldError(f"“{shortened(long)}”超过 {LONGEST} 个字，不能作选项；请先自己列出选项。")
    return choices_for(found or ["选项"])


class SingleChoiceType(FieldType):
    """The key is stored, so that a label can be reworded without touching a row."""

    key = "single_choice"
    label = "单选"
    control = "select"
    order = ("按选项顺序", "按选项倒序")
    value_kind = "text"
    operators: tuple[Operator, ...] = (IS, IS_NOT, IN, NOT_IN, BLANK, FILLED)

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
        pairs = [_checked(each) for each in listed]
        if not all(KEY.fullmatch(key) and 0 < len(label) <= LONGEST for key, label, *_ in pairs):
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

    def formula_value(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """The label."""
        named = [(column == key, literal(label, Text())) for key, label in choices(options)]
        kept = func.nullif(cast(column, Text()), "")
        return case(*named, else_=kept) if named else type_coerce(kept, Text())

    def options_from(
        self, source: "Field", shown: Sequence[str], options: Options
    ) -> dict[str, object]:
        """The choices asked for, or those that are there."""
        return self.check_options(choices_taken_over(source, shown, options))

    def losing(
        self, column: ColumnElement[Any], options: Options, wanted: Options
    ) -> Iterable[tuple[str, ColumnElement[bool]]]:
        """Choices that are listed no more."""
        left = {key for key, _ in choices(wanted)}
        for key, label in choices(options):
            if key not in left:
                yield f"“{label}”", column == key


def _checked(each: object) -> list[str]:
    if not isinstance(each, list | tuple) or len(each) not in {PAIR, TRIPLE}:
        raise FieldError("每个选项要有代码和名称两项。")
    key, label, *colour = each
    if colour and colour[0] and str(colour[0]) not in COLOURS:
        raise FieldError(f"选项颜色请从这些中选择：{'、'.join(COLOURS.values())}。")
    return [str(key), one_line(str(label)), *(str(name) for name in colour if name)]
