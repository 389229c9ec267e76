"""Cells that were not understood or only guessed, with the control that puts each right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.models import ImportRun
from app.services.imports.settling import doubts as import_doubts
from app.services.imports.settling.deciding import OPEN
from app.services.imports.settling.doubts import Cell, Doubt
from app.services.imports.work import rows as import_rows
from app.services.imports.work import runs as import_runs
from app.web.imports import cells
from app.web.imports.frame import frame
from app.web.imports.value_choices import Choices

PAGE = 50
NAMED = 12  # rows named of cells that are alike


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which doubts are shown: of a field, of a file, or cell by cell those like one cell's."""

    field: str = ""
    file_id: int = 0
    like: int = 0
    page: int = 1


@dataclass(frozen=True, slots=True)
class Tried:
    """What was typed for a cell and refused, and the sentence that says why."""

    row_id: int
    field: str
    text: str
    sentence: str


def page(
    session: Session, run: ImportRun, asked: Narrowed, tried: Tried | None = None
) -> dict[str, Any]:
    """What imports/values.html draws."""
    found = import_doubts.doubts(session, run.id, asked.field, asked.file_id)
    captions = import_rows.captions(session)
    groups = _like(found.found, asked.like) if asked.like else found.found
    first = (asked.page - 1) * PAGE
    offered = Choices(session)
    drawn = [
        _group(run, one, captions, offered, tried, alone=bool(asked.like))
        for one in groups[first : first + PAGE]
    ]
    files = {file.id: file.name for file in import_runs.files_of(session, run.id)}
    return frame(run, "values") | {
        "groups": drawn,
        "lists": {one["field"]: one["options"] for one in drawn if one["kind"] == "names"},
        "cells": sum(found.by_field.values()),
        "cut": found.cut,
        "open": run.status in OPEN,
        "filters": _filters(found, captions, files, asked),
        "is_narrowed": bool(asked.field or asked.file_id or asked.like),
        "whole": url_for("imports.values", run_id=run.id),
        "action": _here(run, asked),
        "previous": _here(run, asked, page=asked.page - 1) if asked.page > 1 else None,
        "next": _here(run, asked, page=asked.page + 1) if len(groups) > first + PAGE else None,
        "most": import_doubts.MOST_ROWS,
    }


def _here(run: ImportRun, asked: Narrowed, **changes: int) -> str:
    wanted = {
        "field": asked.field, "file": asked.file_id, "like": asked.like, "page": asked.page,
    } | changes  # fmt: skip
    kept: dict[str, Any] = {name: value for name, value in wanted.items() if value}
    return url_for("imports.values", run_id=run.id, **kept)


def _like(found: list[Doubt], row_id: int) -> list[Doubt]:
    """The cells that say the same as one row's, each for itself."""
    return [
        Doubt(one.field, one.raw, one.why, one.guessed, [cell])
        for one in found
        if any(cell.row_id == row_id for cell in one.cells)
        for cell in one.cells
    ]


def _filters(
    found: import_doubts.Doubts,
    captions: Mapping[str, str],
    files: Mapping[int, str],
    asked: Narrowed,
) -> list[dict[str, Any]]:
    fields = [
        (field, f"{captions.get(field, field)}（{count}）")
        for field, count in found.by_field.most_common()
    ]
    by_file = [(str(key), f"{files[key]}（{count}）") for key, count in found.by_file.items()]
    shown = [_select("field", "列", asked.field, fields)]
    if len(files) > 1:
        shown.append(_select("file", "文件", str(asked.file_id or ""), by_file))
    return shown


def _select(name: str, label: str, value: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    every = [("", "全部"), *options]
    return {"name": name, "label": label, "kind": "select", "value": value, "options": every}


def _group(
    run: ImportRun,
    doubt: Doubt,
    captions: Mapping[str, str],
    offered: Choices,
    tried: Tried | None,
    *,
    alone: bool,
) -> dict[str, Any]:
    first = doubt.cells[0]
    mine = tried is not None and (tried.field, tried.row_id) == (doubt.field, first.row_id)
    value = cells.shown(doubt.field, first.value)
    return {
        "id": f"cell-{first.row_id}-{doubt.field}",
        "row_id": first.row_id,
        "field": doubt.field,
        "label": captions.get(doubt.field, doubt.field),
        "raw": doubt.raw,
        "value": value,
        "typed": tried.text if tried and mine else value or doubt.raw,
        "why": doubt.why,
        "guessed": doubt.guessed,
        "count": len(doubt.cells),
        "places": _places(doubt.cells),
        "alone": alone,
        "each_href": url_for("imports.values", run_id=run.id, field=doubt.field, like=first.row_id),
        "kind": offered.kind(doubt.field),
        "options": offered.of(doubt.field),
        "error": tried.sentence if tried and mine else "",
    }


def _places(found: Sequence[Cell]) -> list[str]:
    """Where the cells stand, by sheet; of many the first are named."""
    by_sheet: dict[tuple[str, str], list[int]] = {}
    for cell in found:
        by_sheet.setdefault((cell.file, cell.sheet), []).append(cell.row)
    return [cells.where(file, sheet, _numbers(rows)) for (file, sheet), rows in by_sheet.items()]


def _numbers(rows: Sequence[int]) -> str:
    named = "、".join(map(str, rows[:NAMED]))
    return f"{named} 等 {len(rows)}" if len(rows) > NAMED else named
