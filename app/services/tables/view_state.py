"""A view and an address together: which parts of the state the address says anew.

The state has parts (filter, sort, search, groups, columns, colours, kind). An address that says
anything of a part replaces the view's whole part; a blank value says that there is none.
"""

from collections.abc import Iterable
from urllib.parse import parse_qsl, urlencode

from sheets.text import clean_text

Pairs = list[tuple[str, str]]
FILTER, SORT, SEARCH, GROUPS, COLUMNS, COLOURS, KIND = (
    "filter", "sort", "search", "groups", "columns", "colours", "kind",
)  # fmt: skip
_BY_NAME = {
    "any": FILTER, "sort": SORT, "q": SEARCH, "group": GROUPS, "sum": GROUPS, "cols": COLUMNS,
    "freeze": COLUMNS, "hue": COLOURS, "as": KIND, "board": KIND, "day": KIND,
}  # fmt: skip
BLANKS = {
    FILTER: "any", SORT: "sort", SEARCH: "q", GROUPS: "group", COLUMNS: "cols", COLOURS: "hue",
    KIND: "as",
}  # fmt: skip
"""The parameter of each part that, left blank, says the part is empty."""


def part_of(name: str) -> str | None:
    """The part of the state a parameter belongs to; None for a page's own."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    head, _, rest = name.partition(".")
    if head == "f" and rest:
        return FILTER
    if head == "hue" and rest:
        return COLOURS
    is_group = len(head) > 1 and head[0] == "g" and head[1:].isascii() and head[1:].isdigit()
    return FILTER if is_group and rest else None


def state_of(pairs: Iterable[tuple[str, str]], *parts: str) -> Pairs:
    """The pairs of these parts, of all parts when none is named; blank ones are left out."""
    wanted = parts or tuple(BLANKS)
    return [(name, raw) for name, raw in pairs if raw.strip() and part_of(name) in wanted]


def merged(base: Iterable[tuple[str, str]], own: Iterable[tuple[str, str]]) -> Pairs:
    """The view's pairs with the parts that the address says anew, then the address's own."""
    own = list(own)
    said = {part_of(name) for name, _ in own}
    return [pair for pair in base if part_of(pair[0]) not in said] + own


def difference(base: Iterable[tuple[str, str]], wanted: Iterable[tuple[str, str]]) -> Pairs:
    """The shortest pairs that, merged with the view's, give the wanted state."""
    base, wanted = list(base), list(wanted)
    found: Pairs = []
    for part, blank in BLANKS.items():
        ours, theirs = state_of(wanted, part), state_of(base, part)
        if ours != theirs:
            found += ours or [(blank, "")]
    return found


def whole(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """All of the state, blank parts said to be so: a view beneath it changes nothing."""
    pairs = list(pairs)
    parts = ((state_of(pairs, part), blank) for part, blank in BLANKS.items())
    return [pair for own, blank in parts for pair in own or [(blank, "")]]


def written(pairs: Iterable[tuple[str, str]]) -> str:
    """The state among these pairs as the part of an address after the question mark."""
    return urlencode([(name, clean_text(raw)) for name, raw in state_of(pairs)])


def read(query: str) -> Pairs:
    """The pairs of a kept query."""
    return parse_qsl(query)
