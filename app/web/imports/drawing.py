"""A sheet drawn as it stands: rows with their kind in words, merged cells, what is passed over."""

from collections.abc import Mapping
from typing import Any

from app.web.imports import sure
from sheets.reading.book import letters
from sheets.understanding.result import RowKind
from sheets.understanding.turned import rows_named


def of(layout: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The head with its fields, and the rows; a gap says which rows are not drawn."""
    rows = layout.get("rows", [])
    columns = {each["index"]: each for each in layout.get("columns", [])}
    width = max([*(len(texts) for _, _, texts in rows), *(at + 1 for at in columns), 0])
    return {
        "head": [_head(at, columns.get(at), names, layout) for at in range(width)],
        "turned": bool(layout.get("turned")),
        "rows": _rows(rows, layout, width),
        "width": width,
        "kinds": _kinds(layout.get("kinds", {})),
        "cut": max(layout.get("width", 0) - width, 0),
    }


def _kinds(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """How many rows there are of each kind, for the legend."""
    return [
        {"kind": kind.value, "label": kind.label, "count": counts[kind.value]}
        for kind in RowKind
        if counts.get(kind.value) and kind is not RowKind.BLANK
    ]


def column_named(at: int, layout: Mapping[str, Any]) -> str:
    """A column by its letter; where the sheet was turned round by the number of its row there."""
    lines = layout.get("turned") or ()
    return str(lines[at]) if at < len(lines) else letters(at)


def _head(
    at: int,
    column: Mapping[str, Any] | None,
    names: Mapping[str, str],
    layout: Mapping[str, Any],
) -> dict[str, Any]:
    field = names.get((column or {}).get("field") or "", "")
    return {
        "letter": column_named(at, layout),
        "field": field,
        "sure": sure.in_words(column) if column else "",
        "doubtful": bool(column) and sure.doubtful(column or {}),
        "href": f"#column-{at}" if column else "",
    }


def _rows(rows: list[Any], layout: Mapping[str, Any], width: int) -> list[dict[str, Any]]:
    spans = {(row, col): (high, wide) for row, col, high, wide in layout.get("merges", [])}
    hidden: set[tuple[int, int]] = set()
    for (top, left), (high, wide) in spans.items():
        area = {(row, col) for row in range(top, top + high) for col in range(left, left + wide)}
        hidden |= area - {(top, left)}
    drawn: list[dict[str, Any]] = []
    turned, last = bool(layout.get("turned")), 0
    for number, kind, texts in rows:
        if number > last + 1:
            drawn.append({"gap": _gap(last + 1, number - 1, turned=turned)})
        row = _row(number, RowKind(kind), texts, width, spans, hidden)
        drawn.append(row | {"name": letters(number - 1) if turned else number})
        last = number
    if layout.get("height", 0) > last:
        drawn.append({"gap": _gap(last + 1, layout["height"], turned=turned)})
    return drawn


def _gap(first: int, last: int, *, turned: bool) -> str:
    rows = [first] if first == last else [first, last]
    where = rows_named(rows, turned=turned, joined=" — ")
    return f"{where}没有画出：是数据或空{'列' if turned else '行'}"


def _row(
    number: int,
    kind: RowKind,
    texts: list[str],
    width: int,
    spans: Mapping[tuple[int, int], tuple[int, int]],
    hidden: set[tuple[int, int]],
) -> dict[str, Any]:
    cells = []
    for col in range(width):
        if (number, col) in hidden:
            continue
        high, wide = spans.get((number, col), (1, 1))
        text = texts[col] if col < len(texts) else ""
        cells.append({"text": text, "rows": high, "columns": min(wide, width - col)})
    return {"kind": kind.value, "label": kind.label, "cells": cells}
