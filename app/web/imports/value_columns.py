"""Columns of guesses that are agreed to at once, and what was settled and can be taken back."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.models import ImportRun
from app.services.imports.reading.record_json import dated_fields
from app.services.imports.settling import cell_fixes as import_cell_fixes
from app.services.imports.settling import doubts as import_doubts
from app.services.imports.settling.doubts import Cell, Column
from app.services.imports.work.places import Place
from app.web.imports import cells

SAMPLE = 5  # texts shown with what was made of them
STEPS = 20  # that can be taken back from the page, the last first
_MEANT = re.compile(r"按[^，]*理解")


def drawn(
    session: Session,
    columns: Sequence[Column],
    captions: Mapping[str, str],
    places: Mapping[int, Place],
) -> list[dict[str, Any]]:
    """What imports/_column.html draws of each."""
    samples = [_sample(column) for column in columns]
    wanted = [
        (cell.row_id, column.field)
        for column, sample in zip(columns, samples, strict=True)
        for _, cell in sample
    ]
    values = import_doubts.values_of(session, wanted)
    return [
        _column(column, sample, captions, places, values)
        for column, sample in zip(columns, samples, strict=True)
    ]


def _sample(column: Column) -> list[tuple[str, Cell]]:
    """The first texts with a cell of each; of blank cells the first ones."""
    if column.is_blank and len(column.first) == 1:
        return [("", cell) for cell in column.cells[:SAMPLE]]
    return list(column.first.items())[:SAMPLE]


def _column(
    column: Column,
    sample: Sequence[tuple[str, Cell]],
    captions: Mapping[str, str],
    places: Mapping[int, Place],
    values: Mapping[tuple[int, str], str],
) -> dict[str, Any]:
    count, place = len(column.cells), places[column.cells[0].sheet_id]
    pairs = [(raw, values.get((cell.row_id, column.field), "")) for raw, cell in sample]
    return {
        "id": f"column-{column.cells[0].row_id}-{column.field}",
        "row_id": column.cells[0].row_id,
        "field": column.field,
        "label": captions.get(column.field, column.field),
        "file": place.file,
        "kind": column.kind,
        "why": column.kind.replace("“…”", "", 1).lstrip("，"),
        "count": count,
        "texts": len(column.first),
        "pairs": list(dict.fromkeys(pairs)),
        "more": len(column.first) > SAMPLE or (column.is_blank and count > SAMPLE),
        "places": cells.places_named(column.cells, places),
        "says": _consequence(column, count),
        "each": {"field": column.field, "file": place.file_id, "kind": column.kind},
    }


def _consequence(column: Column, count: int) -> str:
    """What the button does: 这一列 186 个日期都按 2026 年 3 月理解."""
    dated = column.field in dated_fields()
    meant = _MEANT.search(column.kind.replace("“…”", ""))
    words = meant[0] if meant else "按显示的导入"
    return f"这一列 {count} {'个日期' if dated else '格'}都{words}"


def steps(session: Session, run: ImportRun, captions: Mapping[str, str]) -> list[dict[str, Any]]:
    """What people settled, the last first."""
    return [
        {
            "step": one.step,
            "by": one.by,
            "label": captions.get(one.field, one.field),
            "cells": one.cells,
            "pairs": list(one.meant.items()),
            "more": one.cells > len(one.meant),
        }
        for one in import_cell_fixes.settled(session, run)[:STEPS]
    ]
