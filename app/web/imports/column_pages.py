"""What was understood of a sheet's columns, and what a person says they are instead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.refusals import NotFound
from app.domain.roles import Actor
from app.models import ImportFile, ImportRun, ImportSheet
from app.services.imports.reading.archives import ARCHIVE
from app.services.imports.settling import offers as import_offers
from app.services.imports.settling.corrections import named_columns
from app.services.imports.settling.offers import Options
from app.services.imports.work import runs as import_runs
from app.services.imports.work.places import NAMELESS
from app.services.imports.work.runs import UNWRITTEN
from app.web.imports import drawing, sure
from app.web.imports.frame import frame, sheet_name

NOT = "-"  # a column that is to be left out
CHOICE = "field-"
EXAMPLES = 3
GONE = "这次导入里没有这张工作表，可能已经重新读取，请从“看列”再进一次。"
Groups = list[tuple[str, Options]]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which sheet an address means: by its id, or by its place, which a new reading keeps."""

    sheet_id: int | None = None
    at: int | None = None


def page(
    session: Session, actor: Actor, run: ImportRun, asked: Asked, typed: Mapping[str, str]
) -> dict[str, Any]:
    """What imports/columns.html draws: one sheet, and the way to the others."""
    files = {each.id: each for each in import_runs.files_of(session, run.id)}
    sheets = tables_of(session, run.id)
    shown = _chosen(sheets, asked)
    common: dict[str, Any] = frame(run, "columns") | {
        "tabs": [_tab(each, files[each.file_id], shown) for each in sheets],
        "refused": [each for each in files.values() if each.refused],
        "may_correct": run.status in UNWRITTEN,
    }
    if shown is None:
        return common | {"sheet": None}
    file = files[shown.file_id]
    drawn = _sheet(session, actor, shown, file, typed)
    return common | {"sheet": drawn, "next": _next(run, shown, sheets, files)}


def tables_of(session: Session, run_id: int) -> list[ImportSheet]:
    """The sheets of a run that have cells."""
    found = import_runs.sheets_of(session, run_id)
    return [each for each in found if ARCHIVE not in each.layout]


def place_of(session: Session, run: ImportRun, sheet: ImportSheet) -> int:
    """Where a sheet stands among those of its run, from 0."""
    return [each.id for each in tables_of(session, run.id)].index(sheet.id)


def _chosen(sheets: Sequence[ImportSheet], asked: Asked) -> ImportSheet | None:
    if asked.sheet_id is not None:
        found = next((each for each in sheets if each.id == asked.sheet_id), None)
        if found is None:
            raise NotFound("import.no_sheet", GONE)
        return found
    if asked.at is not None and asked.at < len(sheets):
        return sheets[asked.at]
    read = [each for each in sheets if not each.why_not and each.layout.get("columns")]
    return next(iter([*read, *sheets]), None)


def _tab(sheet: ImportSheet, file: ImportFile, shown: ImportSheet | None) -> dict[str, Any]:
    columns = sheet.layout.get("columns", [])
    return {
        "file": file.name,
        "name": "" if sheet.name == NAMELESS else sheet.name,
        "href": url_for("imports.columns", run_id=file.run_id, sheet=sheet.id),
        "current": shown is not None and sheet.id == shown.id,
        "doubtful": sum(map(sure.doubtful, columns)),
        "why_not": sheet.why_not,
    }


def _sheet(
    session: Session, actor: Actor, sheet: ImportSheet, file: ImportFile, typed: Mapping[str, str]
) -> dict[str, Any]:
    groups = import_offers.fields_for(session, file.section_id)
    names = {field: caption for _, options in groups for field, caption in options}
    columns = sheet.layout.get("columns", [])
    return {
        "id": sheet.id,
        "name": sheet_name(sheet, file),
        "file": "" if sheet.name == NAMELESS else file.name,
        "why_not": sheet.why_not,
        "turned": bool(sheet.layout.get("turned")),
        "columns": [_column(each, sheet.layout, names, typed) for each in columns],
        "summary": _summary(columns),
        "groups": groups,
        "new_fields": import_offers.new_fields(actor, file.section_id),
        "drawing": drawing.of(sheet.layout, names),
    }


def _next(
    run: ImportRun,
    shown: ImportSheet,
    sheets: Sequence[ImportSheet],
    files: Mapping[int, ImportFile],
) -> dict[str, str]:
    """The next sheet that was read; after the last the next step."""
    at = sheets.index(shown)
    after = [each for each in sheets[at + 1 :] if each.layout.get("columns") and not each.why_not]
    if after:
        href = url_for("imports.columns", run_id=run.id, sheet=after[0].id)
        name = sheet_name(after[0], files[after[0].file_id])
        return {"label": f"看下一张：{name}", "href": href}
    return {"label": "看值", "href": url_for("imports.values", run_id=run.id)}


def onward(session: Session, run: ImportRun, sheet: ImportSheet, on: bool) -> str:
    """Where one goes who changed nothing: further on, or back to the sheet."""
    if on:
        files = {each.id: each for each in import_runs.files_of(session, run.id)}
        return _next(run, sheet, tables_of(session, run.id), files)["href"]
    return url_for("imports.columns", run_id=run.id, sheet=sheet.id)


def _summary(columns: Sequence[Mapping[str, Any]]) -> str:
    """How many columns are sure and how many are not."""
    said = [sure.in_words(each) for each in columns]
    found = [f"{said.count(word)} 列{word}" for word in sure.WORDS if word in said]
    return f"共 {len(columns)} 列：{'，'.join(found)}。"


def _column(
    column: Mapping[str, Any],
    layout: Mapping[str, Any],
    names: Mapping[str, str],
    typed: Mapping[str, str],
) -> dict[str, Any]:
    index = column["index"]
    name = f"{CHOICE}{index}"
    return {
        "index": index,
        "letter": drawing.column_named(index, layout),
        "caption": " / ".join([*column.get("parents", []), column["caption"]]),
        "name": name,
        "value": typed.get(name, column["field"] or NOT),
        "field": names.get(column["field"] or "", column["field"] or ""),
        "sure": sure.in_words(column),
        "doubtful": sure.doubtful(column),
        "reason": column["reason"],
        "others": [names[field] for field, _ in column.get("others", []) if field in names],
        "examples": _examples(layout, index),
    }


def _examples(layout: Mapping[str, Any], index: int) -> list[str]:
    texts = [row[index] for _, kind, row in layout["rows"] if kind == "data" and index < len(row)]
    return list(dict.fromkeys(text for text in texts if text))[:EXAMPLES]


def wanted(
    session: Session, run: ImportRun, asked: Asked, sent: Mapping[str, str]
) -> tuple[ImportSheet, dict[str, str | None]]:
    """By column name what was chosen for it, where that is something else than was understood.

    None for a column to be left out, `new:<type>` for one that becomes a field. A column that
    stays what another is to become goes along, to be told apart. Raises NotFound.
    """
    sheet = _chosen(tables_of(session, run.id), asked)
    if sheet is None:
        raise NotFound("import.no_sheet", GONE)
    said: dict[str, str] = {}
    had: dict[str, str] = {}
    changed: set[str] = set()
    taken: set[tuple[str, str]] = set()
    for name, one in named_columns(sheet.layout):
        before = one["field"] or NOT
        chosen = sent.get(f"{CHOICE}{one['index']}") or before
        if chosen != before:
            changed.add(name)
            said[name] = chosen
            taken.add((one["shape"], chosen))
        had.setdefault(name, before)
    shapes = {name: one["shape"] for name, one in named_columns(sheet.layout)}
    wanted = had | said
    return sheet, {
        name: None if value == NOT else value
        for name, value in wanted.items()
        if name in changed or (value != NOT and (shapes[name], value) in taken)
    }  # what had the field before is asked too
