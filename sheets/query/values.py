"""Single parameters of a query read from text, each refused with a sentence."""

from collections.abc import Callable

from sheets.catalogue import Field
from sheets.fields.base import MANY, FieldError, Operator
from sheets.text import one_line

MOST_ROWS, MOST_TERMS, MOST_SKIPPED = 500, 5, 1_000
MOST_CONDITIONS, MOST_VALUES, LONGEST = 40, 200, 4_000
LONGEST_SEARCH, MOST_WORDS = 100, 8
MOST_GROUPED, MOST_SUMS, MOST_COLUMNS, MOST_FROZEN = 2, 20, 200, 20
LONGEST_LIST = 16_000  # characters; two hundred ids of sixty letters are fewer


def parts_of(raw: str) -> list[str]:
    """The parts between commas, cleaned, without blank ones; what is far too long is cut."""
    parts = (one_line(part) for part in raw[:LONGEST_LIST].split(","))
    return [part for part in parts if part]


def read_operand(field: Field, operator: Operator, raw: str) -> object:
    """The operand, the tuple of them, or None, as the operator's arity wants; FieldError."""

    def one(text: str) -> object:
        return field.kind.parse_operand(operator, text, field.options)

    if operator.arity == 0:
        return None
    if operator.arity == 1:
        return one(raw)
    parts = [part for part in raw.split(",") if part.strip()]
    if operator.arity == MANY:
        if not 1 <= len(parts) <= MOST_VALUES:
            raise FieldError(f"请选择 1 到 {MOST_VALUES} 个值。")
        return tuple(dict.fromkeys(one(part) for part in parts))
    if len(parts) != operator.arity:
        raise FieldError("请填写起止两个值，用英文逗号隔开。")
    return tuple(one(part) for part in parts)


def read_search(raw: str) -> str:
    """The words to search for, cleaned; FieldError when there are too many."""
    text = one_line(raw)
    if len(text) > LONGEST_SEARCH or len(text.split()) > MOST_WORDS:
        raise FieldError(f"搜索内容请不要超过 {LONGEST_SEARCH} 个字、{MOST_WORDS} 个词。")
    return text


def read_flag(raw: str) -> bool:
    """1 for yes, 0 for no; FieldError for anything else."""
    flags = {"1": True, "0": False}
    try:
        return flags[raw.strip()]
    except KeyError:
        raise FieldError("请填 1（满足任一条件）或 0（满足全部条件）。") from None


def read_whole(low: int, high: int, what: str) -> Callable[[str], int]:
    """A reader of a whole number in this range; it raises FieldError."""

    def read(raw: str) -> int:
        text = raw.strip()
        plain = text.isascii() and text.isdigit() and len(text) <= len(str(high))
        if not plain or not low <= int(text) <= high:
            raise FieldError(f"{what}请填 {low} 到 {high} 之间的整数。")
        return int(text)

    return read


read_limit = read_whole(1, MOST_ROWS, "每页行数")
