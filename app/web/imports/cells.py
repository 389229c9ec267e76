"""Cells of an import as its pages show them."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import url_for

from app.domain.states import Phase
from app.models import ImportRun
from app.services.imports.reading.values import as_typed
from app.services.imports.settling.doubts import Cell
from app.services.imports.work.places import Place
from app.services.imports.work.rows import Line
from app.web import presenting

NAMED = 12  # rows named of cells that are alike
FIRST = (
    "status", "unit", "reported_at", "due", "finished_at", "checked_at", "signed_off_at",
)  # fmt: skip
PLACE = ("district", "street", "community", "point")
MARKS = {
    "new": ("新增", "plus"),
    "changed": ("变更", "arrows-diff"),
    "unchanged": ("未变", "minus"),
    "conflicting": ("冲突", "alert-triangle"),
    "twin": ("疑似重复", "copy"),
    "broken": ("不能导入", "x"),
}
DECISIONS = {
    "skip": "不导入",
    "merge": "并入对方",
    "keep": "两条都保留",
    "pool": "冲突处保留系统里的",
    "file": "冲突处用文件里的",
}


def places_named(found: Iterable[Cell], places: Mapping[int, Place]) -> list[str]:
    """Where cells stand, by sheet; of many the first are named."""
    by_sheet: dict[int, list[int]] = {}
    for cell in found:
        by_sheet.setdefault(cell.sheet_id, []).append(cell.row)
    return [places[sheet].where(rows, NAMED) for sheet, rows in by_sheet.items()]


def line(run: ImportRun, each: Line, captions: Mapping[str, str]) -> dict[str, Any]:
    """What every row says of itself, whatever becomes of it."""
    fields = each.record.get("f", {})
    label, icon = MARKS.get(each.status, ("", "point"))
    compared = {*each.outcome.get("changes", ()), *each.outcome.get("conflicts", ())}
    return {
        "id": each.id,
        "where": each.where,
        "title": each.record.get("c") or fields.get("category") or "未写类别",
        "place": " ".join(str(fields[name]) for name in PLACE if fields.get(name)),
        "description": "" if "description" in compared else fields.get("description", ""),
        "facts": _facts(each, [name for name in FIRST if name not in compared], captions),
        "all": _facts(each, [*fields], captions),
        "texts": [(captions.get(k, k), text) for k, text in each.record.get("t", {}).items()],
        "pictures": pictures(run, each),
        "mark": each.status,
        "mark_label": label,
        "mark_icon": icon,
        "decision": DECISIONS.get(each.decision, ""),
        "written": bool(each.applied),
        "flagged": each.flagged,
        "notes": _notes(each),
        "href": url_for("problem.show", problem_id=each.problem_id) if each.problem_id else "",
    }


def _notes(each: Line) -> list[str]:
    return [text for text in (each.outcome.get("why"), *each.outcome.get("notes", ())) if text]


def _facts(each: Line, wanted: Iterable[str], captions: Mapping[str, str]) -> list[tuple[str, str]]:
    fields = each.record.get("f", {})
    return [
        (captions.get(name, name), as_typed(name, fields[name]))
        for name in wanted
        if fields.get(name) not in (None, "")
    ]


def pictures(run: ImportRun, each: Line) -> list[dict[str, Any]]:
    """The pictures of a row for the gallery; each says which side it is of."""
    found = []
    for phase, sha256 in each.pictures:
        label = Phase(phase).label if phase in set(Phase) else "照片"
        href = url_for("imports.picture", run_id=run.id, sha256=sha256)
        alt = f"{label}照片，{each.named}"
        found.append({"thumb_href": href, "href": href, "alt": alt, "caption": label})
    return found


def changes(pairs: Mapping[str, Any], captions: Mapping[str, str]) -> list[dict[str, str]]:
    """Cells with what they were and what they become."""
    return [
        {"field": name, "label": captions.get(name, name), "old": _day(old), "new": _day(new)}
        for name, (old, new) in pairs.items()
    ]


def _day(text: str | None) -> str:
    """A time limit without its hour where that is the end of the day."""
    return (text or "").removesuffix(presenting.END_OF_DAY)
