"""A sheet drawn as it stands: rows with their kind in words, merged cells, what is passed over."""

from collections.abc import Mapping
from typing import Any

from app.web.imports import sure
from sheets.reading.book import letters
from sheets.understanding.result import RowKind


def of(layout: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """The head with its fields, and the rows; a gap says which rows are not drawn."""
    rows = layout.get("rows", [])
    columns = {each["index"]: each for each in layout.get("columns", [])}
    width = max([*(len(texts) for _, _, texts in rows), *(at + 1 for at in columns), 0])
    return {
        "head": [_head(at, columns.get(at), names) for at in range(width)],
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


def _head(at: int, column: Mapping[str, Any] | None, names: Mapping[str, str]) -> dict[str, Any]:
    field = names.get((column or {}).get("field") or "", "")
    return {
        "letter": letters(at),
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
    last = 0
    for number, kind, texts in rows:
        if number > last + 1:
            drawn.append({"gap": _gap(last + 1, number - 1)})
        drawn.append(_row(number, RowKind(kind), texts, width, spans, hidden))
        last = number
    if layout.get("height", 0) > last:
        drawn.append({"gap": _gap(last + 1, layout["height"])})
    return drawn


def _gap(first: int, last: int) -> str:
    where = f"第 {first:,} 行" if first == last else f"第 {first:,} — {last:,} 行"
    return f"{where}没有画出：是数据或空行"


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
    return {"number": number, "kind": kind.value, "label": kind.label, "cells": cells}
