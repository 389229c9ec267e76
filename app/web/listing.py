"""A page of a list in plain values: columns that sort, rows, filters, what could not be used."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.domain.states import State
from app.services.lists.pages import ListPage, ListRow
from app.web import cards
from app.web.problem_head import urgent_words
from sheets.catalogue import Field

DIRECTIONS = {False: "asc", True: "desc"}
SHORT_NAMES = {
    "due_at": "整改时限",
    "stage_due_at": "办理时限",
    "submitted_at": "提交时间",
    "pre_signed_off_at": "核查时间",
}
ON_TIME = {True: "按期", False: "超期"}
AS_CLOCK = frozenset({"due_at", "stage_due_at"})
MOST_FIGURE = 999
DESK_ONLY = frozenset({"street", "priority", "reporter_org", "lead_section", "major"})
"""Columns that a narrow screen leaves out: the place and the badge say the same."""
SPEAKS_FOR_ITSELF = frozenset({"address", "number", "description", "urgent_reason"})


@dataclass(frozen=True, slots=True)
class Filter:
    """A control above a list; `name` is the parameter of the address."""

    name: str
    label: str
    kind: str = "select"
    options: Sequence[tuple[str, str]] = ()
    wide: bool = False


@dataclass(frozen=True, slots=True)
class View:
    """Where a list's rows lead and where the list itself stands.

    `keep` are parameters of the page itself, `fixed` those filters that follow from it and
    need not stand in the address; `without` are columns that would say the same in each row;
    `actions` gives a row's buttons.
    """

    endpoint: str
    row_page: str = "problem.show"
    keep: Mapping[str, Any] | None = None
    fixed: frozenset[str] = frozenset()
    without: frozenset[str] = frozenset()
    actions: Callable[[ListRow], list[dict[str, str]]] | None = None


SEARCH = Filter("q", "搜索", "search", wide=True)


def listing(page: ListPage, view: View, filters: Sequence[Filter] = ()) -> dict[str, Any]:
    """What components/listing.html draws."""
    own = {"sort", "limit", "after"} | view.fixed
    has_filter = any(name not in own for name, _ in page.query.pairs())
    fields = _fields(page, view)
    return {
        "columns": [_column(page, view, field) for field in fields],
        "rows": [_row(page, view, row, fields) for row in page.rows],
        "filters": _controls(page, filters),
        "keep": _kept(page, view),
        "action": url_for(view.endpoint),
        "clear_href": url_for(view.endpoint, **(view.keep or {})) if has_filter else "",
        "sentence": page.sentence if has_filter else "",
        "errors": [error.sentence for error in page.errors],
        "empty": ("没有符合条件的问题", "换一个筛选条件，或清除筛选后再看。")
        if has_filter
        else (page.queue.empty, page.queue.empty_hint),
        "first": _href(page, view, {}) if page.query.after else None,
        "next": _href(page, view, {}, after=page.next) if page.next else None,
        "has_actions": view.actions is not None,
    }


def figure(count: int) -> str:
    """A count as a heading shows it; counting stops at 999."""
    return f"{count}＋" if count >= MOST_FIGURE else str(count)


# --- columns ---


def _fields(page: ListPage, view: View) -> list[Field]:
    """The queue's columns; a queue of waiting people ends with their own deadline."""
    wanted = [each for each in page.queue.columns if each not in view.without]
    if page.queue.stage and "stage_due_at" not in wanted:
        wanted.append("stage_due_at")
    if "category" in wanted:  # what one opens a row by comes first
        wanted = ["category", *(each for each in wanted if each != "category")]
    return [page.sheet.field(each) for each in wanted if each in page.sheet.by_id]


def _column(page: ListPage, view: View, field: Field) -> dict[str, Any]:
    terms = page.query.sort
    first = terms[0] if terms else None
    default = page.queue.sort
    direction = None
    if first and first.field_id == field.id:
        direction = DIRECTIONS[first.descending]
    elif not first and default.removeprefix("-") == field.id:
        direction = DIRECTIONS[default.startswith("-")]
    sortable = field.kind.sortable or field.sort is not None
    following = f"-{field.id}" if direction == "asc" else field.id
    return {
        "label": SHORT_NAMES.get(field.id, field.caption),
        "href": _href(page, view, {"sort": following}) if sortable else None,
        "sorted": direction,
        "numeric": field.type == "number",
        "desk_only": field.id in DESK_ONLY,
    }


def _href(
    page: ListPage, view: View, changes: Mapping[str, str], *, after: str | None = None
) -> str:
    """The address of this list with parameters replaced, from its first page on."""
    args = _pairs(page, view) | {name: [value] for name, value in changes.items()}
    return url_for(view.endpoint, **args, after=after)


def _pairs(page: ListPage, view: View) -> dict[str, Any]:
    args: dict[str, Any] = {name: [value] for name, value in (view.keep or {}).items()}
    for name, value in page.query.pairs():
        if name != "after" and name not in view.fixed:
            args.setdefault(name, []).append(value)
    return args


# --- rows ---


def _row(page: ListPage, view: View, row: ListRow, fields: Iterable[Field]) -> dict[str, Any]:
    args = {} if view.row_page == "problem.show" else _pairs(page, view)
    return {
        "href": url_for(view.row_page, problem_id=row.id, **args),
        "title": cards.title(row.values),
        "thumb_href": url_for("photos.thumb", photo_id=row.photo_id) if row.photo_id else "",
        "urgent": urgent_words(row.values["priority"], row.values["state"]),
        "state": str(row.values["state"]),
        "note": cards.came_back(row.values, row.shown) or returned(row),
        "cells": [_cell(row, field) for field in fields],
        "actions": view.actions(row) if view.actions else [],
    }


def returned(row: ListRow) -> str:
    """How often it has come back, beside a problem that is handed in again."""
    count = row.values["returned_count"]
    waiting = {State.SUBMITTED.value, State.PRE_SIGNED_OFF.value}
    return f"已退件 {count} 次" if count and row.values["state"] in waiting else ""


def _cell(row: ListRow, field: Field) -> dict[str, Any]:
    kind, text = "text", row.shown[field.id]
    if field.id == "category":
        kind = "title"
    elif field.id == "state":
        kind = "state"
    elif field.id in AS_CLOCK:
        kind = "clock"
    elif field.id in {"number", "address"}:
        kind = {"number": "number", "address": "place"}[field.id]
    elif field.type == "long_text":
        kind = "long"
    elif field.type == "number":
        kind, text = "figure", _figure(row, field)
    elif field.type in {"date_time", "organisation", "person"}:
        kind = "short"
    elif field.id == "on_time":
        text = ON_TIME.get(row.values[field.id], "")
    return {
        "label": "" if field.id in SPEAKS_FOR_ITSELF else SHORT_NAMES.get(field.id, field.caption),
        "kind": kind,
        "text": text,
        "desk_only": field.id in DESK_ONLY,
        "clock": row.reading if kind == "clock" else None,
    }


def _figure(row: ListRow, field: Field) -> str:
    """A number; none is said of what never happened."""
    return row.shown[field.id] if row.values[field.id] else ""


# --- filters ---


def _controls(page: ListPage, filters: Sequence[Filter]) -> list[dict[str, Any]]:
    typed = dict(page.query.typed)
    return [
        {
            "name": each.name,
            "label": each.label,
            "kind": each.kind,
            "options": [("", "全部"), *each.options] if each.kind == "select" else [],
            "value": typed.get(each.name, ""),
            "wide": each.wide,
        }
        for each in filters
    ]


def _kept(page: ListPage, view: View) -> dict[str, str]:
    """Hidden parameters that a new filter must not lose."""
    sort = ",".join(str(term) for term in page.query.sort)
    return dict(view.keep or {}) | ({"sort": sort} if sort else {})
