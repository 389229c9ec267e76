"""The comparison of an import with the pool, a kind of row at a time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.models import ImportRun
from app.services.imports.settling.assuming import assumed_of
from app.services.imports.settling.deciding import OPEN
from app.services.imports.work import rows as import_rows
from app.services.imports.work.rows import PAGE, Line
from app.services.imports.work.runs import (
    BROKEN,
    CHANGED,
    CONFLICTING,
    NEW,
    ROW_STATUSES,
    TWIN,
    UNCHANGED,
)
from app.web.imports import cells
from app.web.imports.frame import frame

LEADS = {
    NEW: "系统里还没有这些问题，写入后成为新问题。",
    CHANGED: "系统里已有这些问题，文件里的值不同：划去的是现在的，后面是写入后的。空白格不覆盖。",
    UNCHANGED: "与系统里一样，不会写入任何内容。",
    CONFLICTING: "上次导入以后，系统里和文件里都改过，而且改得不一样。没有选的，保留系统里的值。",
    TWIN: "",
    BROKEN: "缺少必要内容，不能写入。改好值或列以后会重新对比。",
}
NOTHING = {
    NEW: ("没有新增的行", "文件里的问题系统里都已经有了。"),
    CHANGED: ("没有变更的行", "已有的问题，文件里的值与系统里一样。"),
    UNCHANGED: ("没有未变的行", "再次导入同一个文件时，没有变化的行会列在这里。"),
    CONFLICTING: ("没有冲突的行", "系统里和文件里改得不一样的格会列在这里，由您选用哪一边。"),
    TWIN: ("没有疑似重复", "与其他科室的问题地点、类别、时间都接近，或者照片相同的行会列在这里。"),
    BROKEN: ("没有不能导入的行", "每一行都有写入所需的内容。"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """Which kind of row, and which page of them, from 1."""

    kind: str
    page: int


def page(session: Session, run: ImportRun, asked: Shown, keys: Mapping[str, Any]) -> dict[str, Any]:
    """What imports/diff.html draws."""
    counts = import_rows.counts(session, run.id)
    captions = import_rows.captions(session)
    found = import_rows.lines(session, run.id, asked.kind, asked.page)
    assumed = assumed_of(session, found)
    rows = [_row(run, each, captions, assumed.get(each.id, ())) for each in found]
    return frame(run, "diff") | {
        "tabs": tabs(run, counts, asked.kind),
        "kind": asked.kind,
        "lead": LEADS[asked.kind],
        "empty_words": NOTHING[asked.kind],
        "count": counts[asked.kind],
        "rows": rows,
        "open": run.status in OPEN,
        "sides": _sides(rows) if asked.kind == CONFLICTING else [],
        "keys": keys,
        "pager": pager(run, "imports.diff", asked, counts[asked.kind], len(rows)),
        "action": url_for("imports.diff", run_id=run.id, tab=asked.kind, page=asked.page),
        "total": sum(counts.values()),
    }


def tabs(run: ImportRun, counts: Mapping[str, int], kind: str) -> list[dict[str, Any]]:
    """Every kind of row with how many there are."""
    return [
        {
            "label": cells.MARKS[each][0],
            "icon": cells.MARKS[each][1],
            "mark": each,
            "count": str(counts[each]),
            "current": each == kind,
            "href": url_for("imports.twins", run_id=run.id)
            if each == TWIN
            else url_for("imports.diff", run_id=run.id, tab=each),
        }
        for each in ROW_STATUSES
    ]


def pager(
    run: ImportRun, endpoint: str, asked: Shown, total: int, shown: int, name: str = "tab"
) -> dict[str, Any]:
    """Where the neighbouring pages are, and which rows these are."""

    def at(number: int) -> str:
        args: dict[str, Any] = {name: asked.kind, "page": number}
        return url_for(endpoint, run_id=run.id, **args)

    first = (asked.page - 1) * PAGE
    return {
        "previous": at(asked.page - 1) if asked.page > 1 else None,
        "next": at(asked.page + 1) if first + shown < total else None,
        "text": f"第 {first + 1}—{first + shown} 行，共 {total} 行" if total > PAGE else "",
    }


def _row(
    run: ImportRun, each: Line, captions: Mapping[str, str], assumed: Sequence[str]
) -> dict[str, Any]:
    conflicts = cells.changes(each.outcome.get("conflicts") or {}, captions)
    fallback = each.decision if each.decision in {"pool", "file"} else ""
    line = cells.line(run, each, captions)
    return line | {
        "notes": [*line["notes"], *assumed],
        "changes": cells.changes(each.outcome.get("changes") or {}, captions),
        "conflicts": [
            one | {"side": each.choices.get(one["field"], fallback)} for one in conflicts
        ],
    }


def _sides(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """The fields that conflict on this page, for choosing one side for all of a field."""
    found = {one["field"]: one["label"] for row in rows for one in row["conflicts"]}
    return list(found.items())
