"""A run while it is at work and once it is read, as its first page shows it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import current_app, url_for
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.models import ImportFile, ImportRun, ImportSheet
from app.services.imports.reading.archives import ARCHIVE
from app.services.imports.settling import offers as import_offers
from app.services.imports.work import runs as import_runs
from app.services.imports.work.job import IN_COMPARING
from app.services.imports.work.runs import (
    AT_WORK,
    BEING_READ,
    FAILED,
    LABELS,
    READY,
    STOPPED,
    UNWRITTEN,
    WAITING,
)
from app.web.form_fields import whole
from app.web.imports.frame import LOOKED_AT, WRITTEN, frame, sheet_name
from app.web.imports.sure import doubtful

RESULT, DIFF, COLUMNS = "imports.result", "imports.diff", "imports.columns"
LEAVE = "可以离开本页去做别的，读取会继续；稍后从菜单“导入”里找到它。"
WAITS = "正在等后台空出来。"


def onward(run: ImportRun, then: str = "") -> str:
    """Where a run leads when nothing is at work on it; `then` is show, diff or columns-<place>."""
    if run.status in WRITTEN and RESULT in current_app.view_functions:
        return url_for(RESULT, run_id=run.id)
    if run.status != READY or then == "show":
        return url_for("imports.show", run_id=run.id)
    if then == "diff" or (run.saved_id is not None and not then):
        return url_for(DIFF, run_id=run.id)
    return url_for(COLUMNS, run_id=run.id, at=whole(then.removeprefix("columns-")))


def status(run: ImportRun, then: str) -> dict[str, Any]:
    """How far it is; at work it is asked for again, done it leads on."""
    at_work, reading = run.status in AT_WORK, run.status in BEING_READ
    progress = (run.progress or {}) if reading else {}
    label = progress.get("stage") or LABELS[run.status]
    if label == IN_COMPARING:
        progress = {}  # that is of all files at once
    return {
        "label": label,
        "done": max(progress.get("file", 0) - 1, 0),
        "total": progress.get("files") if several(progress) else None,
        "note": told(progress) or (WAITS if run.status == WAITING else ""),
        "leave": LEAVE if reading else "",
        "poll_href": url_for("imports.status", run_id=run.id, then=then or None) if at_work else "",
        "href": onward(run, then),
        "sentence": run.sentence,
    }


def several(progress: Mapping[str, Any]) -> bool:
    """Whether files can be counted: of a single one 0 / 1 would tell nothing."""
    return bool(progress.get("files", 0) > 1)


def told(progress: Mapping[str, Any]) -> str:
    """At what the reading is, by file and row."""
    words = []
    if several(progress):
        name = f"“{progress['name']}”" if progress.get("name") else ""
        words.append(f"第 {progress['file']} 个文件{name}，共 {progress['files']} 个")
    if progress.get("row"):
        rows = f"，共 {progress['rows']:,} 行" if progress.get("rows") else ""
        words.append(f"已到第 {progress['row']:,} 行{rows}")
    return " · ".join(words)


def page(session: Session, actor: Actor, run: ImportRun, then: str) -> dict[str, Any]:
    """What imports/show.html draws."""
    files, sheets = import_runs.files_of(session, run.id), import_runs.sheets_of(session, run.id)
    sections = import_offers.sections_for(session, actor) if run.status in UNWRITTEN else []
    at_work = run.status in AT_WORK
    return frame(run, "read") | {
        "status": status(run, then),
        "at_work": at_work,
        "may_stop": run.status in BEING_READ,
        "discard_href": url_for("imports.discard", run_id=run.id)
        if run.status in UNWRITTEN
        else "",
        "may_read_again": run.status in {STOPPED, FAILED},
        "files": [] if at_work else _files(session, files, sheets),
        "sections": [] if at_work else [(each.id, each.name) for each in sections],
        "ready": run.status == READY,
        "columns_href": url_for(COLUMNS, run_id=run.id),
        "diff_href": url_for(DIFF, run_id=run.id) if DIFF in current_app.view_functions else "",
        "may_save": run.status in LOOKED_AT and not at_work,
        "result_href": onward(run) if run.status in WRITTEN else "",
    }


def _files(
    session: Session, files: Sequence[ImportFile], sheets: Sequence[ImportSheet]
) -> list[dict[str, Any]]:
    names = import_offers.names_of(session, [each.section_id for each in files if each.section_id])
    by_file = {file.id: [each for each in sheets if each.file_id == file.id] for file in files}
    return [
        {
            "id": file.id,
            "name": file.name,
            "section_id": file.section_id,
            "section": names.get(file.section_id or 0, ""),
            "why": file.section_why,
            "refused": file.refused,
            "unread": not own and not file.refused,
            "is_zip": file.kind == import_runs.ZIP,
            "sheets": [_sheet(each, file) for each in own if ARCHIVE not in each.layout],
            "archives": [_archive(each) for each in own if ARCHIVE in each.layout],
        }
        for file in files
        for own in [by_file[file.id]]
    ]


def _sheet(sheet: ImportSheet, file: ImportFile) -> dict[str, Any]:
    columns = sheet.layout.get("columns", [])
    return {
        "name": sheet_name(sheet, file),
        "why_not": sheet.why_not,
        "rows": sheet.layout.get("kinds", {}).get("data", 0),
        "columns": len(columns),
        "doubtful": sum(doubtful(each) for each in columns),
        "left_out": sum(not each["field"] for each in columns),
        "href": url_for(COLUMNS, run_id=file.run_id, sheet=sheet.id),
    }


def _archive(sheet: ImportSheet) -> dict[str, Any]:
    """How the pictures of a zip found their rows, and those that did not."""
    told = sheet.layout[ARCHIVE]
    return {
        "said": sheet.why_not,
        "is_placed": bool(told["column"]),
        "left": [{"name": name, "why": why} for name, why in told["left"]],
        "column": told["column"],
        "others": [
            {"id": column, "label": f"{caption}（能放 {count} 张）"}
            for column, caption, count in told["others"]
        ],
    }
