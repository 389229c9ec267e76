"""What the toolbar's forms send, made into the state of an address."""

import re
from collections.abc import Iterable
from dataclasses import replace

from app.services.super_table.section_sheets import OpenSheet
from app.services.tables import view_state
from app.web.table_views import conditions
from app.web.table_views.conditions import Pair, Row
from sheets.catalogue import Sheet
from sheets.query import COLOURS

NUMBERED = re.compile(r"s([0-9]{1,2})\.([fd])", re.ASCII)
MOST_SORTED = 5
Pairs = list[Pair]


def compose(opened: OpenSheet, sent: Iterable[Pair]) -> tuple[Pairs, Pairs]:
    """The state that a form asks for, and what the page must show again of it (drafts).

    Parameters of the address itself pass through; rows of the form become such parameters.
    """
    sent = list(sent)
    kept = view_state.state_of(sent)
    rows = conditions.of_form(sent, "c")
    made = [*_filter(opened.sheet, rows), *_hues(opened.sheet, sent)]
    made += _sort(sent) + _groups(sent) + _columns(opened, sent)
    own = [("draft", row.draft) for row in rows if conditions.pair_of(opened.sheet, row) is None]
    if any(name == "more" for name, _ in sent):
        own.append(("draft", f"{_next_group(rows)}."))
    return _tidy([*kept, *made]), own


def _filter(sheet: Sheet, rows: Iterable[Row]) -> Pairs:
    return [pair for row in rows if (pair := conditions.pair_of(sheet, replace(row, colour="")))]


def _hues(sheet: Sheet, sent: Pairs) -> Pairs:
    rows = conditions.of_form(sent, "h")
    fit = [replace(row, group="") for row in rows if row.colour in COLOURS]
    return [pair for row in fit if (pair := conditions.pair_of(sheet, row))]


def _next_group(rows: Iterable[Row]) -> int:
    used = {int(row.group) for row in rows if row.group}
    return next(
        (n for n in range(1, conditions.MOST_GROUPS + 1) if n not in used), conditions.MOST_GROUPS
    )


def _sort(sent: Pairs) -> Pairs:
    rows: dict[int, dict[str, str]] = {}
    for name, raw in sent:
        if found := NUMBERED.fullmatch(name):
            rows.setdefault(int(found[1]), {})[found[2]] = raw.strip()
    chosen = [row for _, row in sorted(rows.items()) if row.get("f")]
    terms = [f"{'-' if row.get('d') else ''}{row['f']}" for row in chosen]
    terms = list({term.removeprefix("-"): term for term in reversed(terms)}.values())[::-1]
    for name, raw in sent:
        if name in {"up", "down"} and raw.startswith("s"):
            _move(terms, raw[1:], up=name == "up")
    return [("sort", ",".join(terms[:MOST_SORTED]))] if terms else []


def _groups(sent: Pairs) -> Pairs:
    fields = [raw.strip() for name, raw in sent if name == "by" and raw.strip()]
    sums = list(dict.fromkeys(raw for name, raw in sent if name == "total" and raw.strip()))
    made = [("group", ",".join(dict.fromkeys(fields)))] if fields else []
    return [*made, ("sum", ",".join(sums))] if fields and sums else made


def _columns(opened: OpenSheet, sent: Pairs) -> Pairs:
    """The columns in the order of the form; nothing where they are the sheet's own."""
    chosen = [raw for name, raw in sent if name == "col" and raw in opened.sheet.by_id]
    chosen = list(dict.fromkeys(chosen))
    for name, raw in sent:
        if name in {"up", "down"} and raw.startswith("col:") and raw[4:] in chosen:
            _move(chosen, str(chosen.index(raw[4:])), up=name == "up")
    if not chosen or tuple(chosen) == opened.shown:
        return []
    return [("cols", ",".join(chosen))]


def _move(items: list[str], place: str, *, up: bool) -> None:
    here = int(place) if place.isascii() and place.isdigit() and len(place) <= len("999") else -1
    there = here + (-1 if up else 1)
    if 0 <= here < len(items) and 0 <= there < len(items):
        items[here], items[there] = items[there], items[here]


def _tidy(state: Pairs) -> Pairs:
    """Without any/all of groups that have no condition left, and without what stands twice."""
    groups = {name.partition(".")[0] for name, _ in state if name.startswith("g") and ".f." in name}
    top = any(name.startswith("f.") for name, _ in state) or groups
    kept = []
    for name, raw in dict.fromkeys(state):
        is_any = name == "any" or name.endswith(".any")
        if is_any and (raw != "1" or not top):
            continue
        if name.endswith(".any") and name.partition(".")[0] not in groups:
            continue
        kept.append((name, raw))
    return kept
