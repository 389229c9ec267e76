"""Cells that were not understood or only guessed, with the control that puts each right."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.models import ImportRun
from app.services.imports.settling import doubts as import_doubts
from app.services.imports.settling.deciding import OPEN
from app.services.imports.settling.doubts import Column, Doubt
from app.services.imports.work import rows as import_rows
from app.services.imports.work import runs as import_runs
from app.services.imports.work.places import Place, places_of
from app.web.imports import cells, value_columns
from app.web.imports.frame import frame
from app.web.imports.value_choices import Choices

PAGE = 50


@dataclass(frozen=True, slots=True)
class Narrowed:
    """Which doubts are shown: of a field, of a file, of a kind, whose text holds some words, or
    cell by cell those like one cell's."""

    field: str = ""
    file_id: int = 0
    kind: str = ""
    words: str = ""
    like: int = 0
    page: int = 1

    @property
    def in_part(self) -> bool:
        """Whether a column may be shown with some of its cells alone."""
        return bool(self.kind or self.words or self.like)


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
    found = import_doubts.doubts(session, run.id, asked.field, asked.file_id, asked.words)
    captions = import_rows.captions(session)
    columns = [] if asked.in_part else found.columns
    groups = list(_listed(found, asked, columns))
    first = (asked.page - 1) * PAGE
    shown = groups[first : first + PAGE]
    places = places_of(session, run.id)
    values = import_doubts.values_of(session, [(one.cells[0].row_id, one.field) for one in shown])
    drawing = Drawing(run, captions, places, values, Choices(session))
    drawn = [drawing.group(one, tried, alone=_is_alone(one, asked)) for one in shown]
    return frame(run, "values") | {
        "columns": value_columns.drawn(session, columns, captions, places)
        if asked.page == 1
        else [],
        "groups": drawn,
        "lists": {one["field"]: one["options"] for one in drawn if one["kind"] == "names"},
        "cells": sum(found.by_field.values()),
        "open": run.status in OPEN,
        "settled": value_columns.steps(session, run, captions) if run.status in OPEN else [],
        "filters": _filters(session, run, found, captions, asked),
        "is_narrowed": bool(asked.field or asked.file_id or asked.in_part),
        "whole": url_for("imports.values", run_id=run.id),
        "action": _here(run, asked),
        "previous": _here(run, asked, page=asked.page - 1) if asked.page > 1 else None,
        "next": _here(run, asked, page=asked.page + 1) if len(groups) > first + PAGE else None,
        "range": _range(first, len(shown), len(groups)),
    }


def _range(first: int, shown: int, total: int) -> str:
    return f"第 {first + 1}—{first + shown} 种，共 {total} 种" if total > PAGE and shown else ""


def _here(run: ImportRun, asked: Narrowed, **changes: int) -> str:
    wanted = {
        "field": asked.field, "file": asked.file_id, "kind": asked.kind, "q": asked.words,
        "like": asked.like, "page": asked.page,
    } | changes  # fmt: skip
    kept: dict[str, Any] = {name: value for name, value in wanted.items() if value}
    return url_for("imports.values", run_id=run.id, **kept)


def _listed(
    found: import_doubts.Doubts, asked: Narrowed, columns: Sequence[Column]
) -> Iterator[Doubt]:
    """What is put right text by text: not what can be agreed to by the column.

    Blank cells are each for themselves, since each may have been taken for something else.
    """
    in_columns = {(cell.row_id, column.field) for column in columns for cell in column.cells}
    for one in found.found:
        if asked.kind and import_doubts.kind_of(one.raw, one.why) != asked.kind:
            continue
        if asked.like and all(cell.row_id != asked.like for cell in one.cells):
            continue
        left = [cell for cell in one.cells if (cell.row_id, one.field) not in in_columns]
        if not left:
            continue
        if asked.like or (one.guessed and not one.raw):
            yield from (replace(one, cells=[cell]) for cell in left)
        else:
            yield one


def _is_alone(doubt: Doubt, asked: Narrowed) -> bool:
    """Whether a cell is put right without those that say the same."""
    return bool(asked.like) or (doubt.guessed and not doubt.raw)


def _filters(
    session: Session,
    run: ImportRun,
    found: import_doubts.Doubts,
    captions: Mapping[str, str],
    asked: Narrowed,
) -> list[dict[str, Any]]:
    files = {file.id: file.name for file in import_runs.files_of(session, run.id)}
    fields = [
        (field, f"{captions.get(field, field)}（{count}）")
        for field, count in found.by_field.most_common()
    ]
    by_file = [(str(key), f"{files[key]}（{count}）") for key, count in found.by_file.items()]
    shown = [_select("field", "列", asked.field, fields)]
    if len(files) > 1:
        shown.append(_select("file", "文件", str(asked.file_id or ""), by_file))
    words = {"name": "q", "label": "文件里的内容含有", "kind": "search", "value": asked.words}
    return [*shown, words]


def _select(name: str, label: str, value: str, options: list[tuple[str, str]]) -> dict[str, Any]:
    every = [("", "全部"), *options]
    return {"name": name, "label": label, "kind": "select", "value": value, "options": every}


@dataclass(frozen=True, slots=True)
class Drawing:
    """What doubts are drawn with; `values` are what was made of the cells that stand for them."""

    run: ImportRun
    captions: Mapping[str, str]
    places: Mapping[int, Place]
    values: Mapping[tuple[int, str], str]
    choices: Choices

    def group(self, doubt: Doubt, tried: Tried | None, *, alone: bool) -> dict[str, Any]:
        """Cells that say the same, or one of them, with the control that puts them right."""
        key = (doubt.cells[0].row_id, doubt.field)
        mine = tried is not None and (tried.row_id, tried.field) == key
        value = self.values.get(key, "")
        return {
            "id": f"cell-{key[0]}-{doubt.field}",
            "row_id": key[0],
            "field": doubt.field,
            "label": self.captions.get(doubt.field, doubt.field),
            "raw": doubt.raw,
            "value": value,
            "typed": tried.text if tried and mine else value or doubt.raw,
            "why": doubt.why,
            "guessed": doubt.guessed,
            "count": len(doubt.cells),
            "places": cells.places_named(doubt.cells, self.places),
            "alone": alone,
            "each_href": url_for(
                "imports.values", run_id=self.run.id, field=doubt.field, like=key[0]
            ),
            "kind": self.choices.kind(doubt.field),
            "options": self.choices.of(doubt.field),
            "error": tried.sentence if tried and mine else "",
        }
