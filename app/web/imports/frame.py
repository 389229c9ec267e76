"""What stands around every page of a run: its name, how far it is, and the five steps."""

from typing import Any

from flask import current_app, url_for

from app.models import ImportFile, ImportRun, ImportSheet
from app.services.imports.work.places import NAMELESS
from app.services.imports.work.runs import (
    APPLIED,
    APPLYING,
    AT_WORK,
    LABELS,
    PART,
    READY,
    UNDOING,
    UNDONE,
)
from app.web import presenting

STEPS = (
    ("read", "读取", "imports.show"),
    ("columns", "看列", "imports.columns"),
    ("values", "看值", "imports.values"),
    ("diff", "对比", "imports.diff"),
    ("write", "写入", "imports.result"),
)
WRITTEN = frozenset({APPLYING, PART, APPLIED, UNDOING, UNDONE})
LOOKED_AT = WRITTEN | {READY}
"""What one may look at: once it is read the middle steps, once it was written the last."""


def frame(run: ImportRun, here: str) -> dict[str, Any]:
    """What imports/_run.html draws; `here` is the first word of a step in STEPS."""
    return {
        "run": {
            "id": run.id,
            "name": run.name,
            "status": run.status,
            "label": LABELS[run.status],
            "at_work": run.status in AT_WORK,
            "asked": presenting.moment(run.created_at),
            "href": url_for("imports.show", run_id=run.id),
            "is_repeated": run.saved_id is not None,
        },
        "steps": [_step(run, place, here) for place in range(len(STEPS))],
    }


def _step(run: ImportRun, place: int, here: str) -> dict[str, Any]:
    name, label, endpoint = STEPS[place]
    reachable = _reachable(run.status, name) and endpoint in current_app.view_functions
    return {
        "number": place + 1,
        "label": label,
        "href": url_for(endpoint, run_id=run.id) if reachable else "",
        "current": name == here,
    }


def _reachable(status: str, step: str) -> bool:
    if step == "read":
        return True
    return status in (WRITTEN if step == "write" else LOOKED_AT)


def sheet_name(sheet: ImportSheet, file: ImportFile) -> str:
    """What a sheet is called; the only one of a CSV has no name of its own."""
    return file.name if sheet.name == NAMELESS else sheet.name
