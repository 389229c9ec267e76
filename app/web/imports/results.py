"""What an import will write and what it wrote, in sentences with numbers."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.models import ImportRun
from app.services.imports.settling.assuming import assumed_of
from app.services.imports.settling.deciding import OPEN
from app.services.imports.settling.outlook import Outlook
from app.services.imports.work import rows as import_rows
from app.services.imports.work.runs import (
    APPLYING,
    BROKEN,
    CHANGED,
    CONFLICTING,
    LABELS,
    NEW,
    PART,
    TWIN,
    UNDOING,
    UNDONE,
)
from app.services.scope import visible_to
from app.web import presenting
from app.web.imports.diff_rows import Shown, pager
from app.web.imports.frame import frame

AT_WORK = frozenset({APPLYING, UNDOING})
WRITTEN = (
    ("new", "新增", "个问题"), ("changed", "更新", "个问题"), ("merged", "并入", "行"),
    ("photos", "带入照片", "张"),
)  # fmt: skip
TAKEN_BACK = (
    ("voided", "作废", "个问题"), ("restored", "恢复", "个问题"), ("photos", "取下照片", "张"),
    ("kept", "保留", "个问题"),
)  # fmt: skip
HOW = {"new": "新增", "changed": "更新", "merged": "并入已有"}


def outlook(run: ImportRun, found: Outlook, ids: Sequence[int] | None, kind: str) -> dict[str, Any]:
    """What imports/apply.html draws."""
    return frame(run, "write") | {
        "open": run.status in OPEN,
        "count": found.written,
        "whole": ids is None and not kind,
        "part": [("row", each) for each in ids or ()] + ([("kind", kind)] if kind else []),
        "does": [line for line in _does(found) if line],
        "leaves": [line for line in _leaves(run, found) if line],
    }


def _does(found: Outlook) -> list[str]:
    cells_taken = f"（其中 {found.taken_cells} 格是冲突，用文件里的）" if found.taken_cells else ""
    return [
        f"新增 {found.new} 个问题" if found.new else "",
        f"更新 {found.changed} 个问题，共改 {found.cells} 格{cells_taken}" if found.changed else "",
        f"{found.merged} 行并入对方的问题" if found.merged else "",
        f"{found.both} 行疑似重复的作为新问题写入" if found.both else "",
        f"带入 {found.pictures} 张照片，标记为“导入”" if found.pictures else "",
        f"{found.blanks} 格存疑：猜测按显示的值写入，没看懂的留空" if found.blanks else "",
    ]


_Left = dict[str, str]


def _leaves(run: ImportRun, found: Outlook) -> list[_Left]:
    def told(count: int, text: str, endpoint: str = "imports.diff", **args: Any) -> _Left:
        href = url_for(endpoint, run_id=run.id, **args)
        return {"text": text.format(count), "href": href} if count else {}

    return [
        told(found.open_twins, "{} 行疑似重复还没选，先不写入", "imports.twins"),
        told(found.kept_cells, "{} 格冲突保留系统里的值", tab=CONFLICTING),
        told(found.skipped, "{} 行选了不导入", tab=NEW),
        told(found.broken, "{} 行缺少必要内容，不能写入", tab=BROKEN),
        told(found.unchanged, "{} 行与系统里一样，不用写", tab="unchanged"),
    ]


def writing(run: ImportRun, *, alone: bool = False) -> dict[str, Any]:
    """How far the worker is; while it is at work the page asks again.

    `alone` is the answer to that: what was written is not beside it yet.
    """
    at_work = run.status in AT_WORK
    here = url_for("imports.result", run_id=run.id)
    return {
        "label": LABELS[run.status],
        "rows": run.progress.get("rows"),
        "poll_href": url_for("imports.result_status", run_id=run.id) if at_work else "",
        "sentence": run.sentence or _told(run),
        "href": here if alone else "",
    }


def _told(run: ImportRun) -> str:
    """What was written, all parts together, or taken back; nothing before anything was."""
    is_undone = run.status == UNDONE
    counts = run.counts.get("undone" if is_undone else "written", {})
    words = TAKEN_BACK if is_undone else WRITTEN
    told = [f"{label} {counts[name]} {unit}" for name, label, unit in words if counts.get(name)]
    at = run.undone_at if is_undone else run.applied_at
    return f"{presenting.moment(at)} {'，'.join(told)}。" if told else ""


def page(session: Session, actor: Actor, run: ImportRun, how: str, number: int) -> dict[str, Any]:
    """What imports/result.html draws: problems that were written, those of one way at a time."""
    counts = import_rows.written_counts(session, run.id)
    wanted = how if how in HOW else next((each for each in HOW if counts.get(each)), NEW)
    found = import_rows.written(session, run.id, wanted, number)
    ids = {int(each.applied["problem_id"]) for each in found if each.applied.get("problem_id")}
    seen = import_rows.problems_by_id(session, visible_to(actor), ids)
    left = import_rows.left_out(session, run.id)
    assumed = assumed_of(session, found)
    asked = Shown(wanted, number)
    return frame(run, "write") | {
        "writing": writing(run),
        "at_work": run.status in AT_WORK,
        "open": run.status in OPEN,
        "is_undone": run.status == UNDONE,
        "kept": run.counts.get("kept", []),
        "can_undo": run.status in {PART, "applied"},
        "ways": [
            {"label": label, "count": str(counts.get(each, 0)), "current": each == wanted,
             "href": url_for("imports.result", run_id=run.id, how=each)}
            for each, label in HOW.items()
        ],
        "total": sum(counts.values()),
        "rows": [
            {
                "where": each.where,
                "problem": _problem(seen.get(each.applied.get("problem_id", 0))),
                "notes": assumed.get(each.id, []),
            }
            for each in found
        ],
        "pager": pager(run, "imports.result", asked, counts.get(wanted, 0), len(found), "how"),
        "left": _left(session, run, left),
    }  # fmt: skip


def _problem(problem: Any) -> dict[str, str]:
    if problem is None:
        return {}
    return {
        "href": url_for("problem.show", problem_id=problem.id),
        "name": problem.number or f"内部号 {problem.id}",
        "title": presenting.title_of(problem),
        "address": problem.address,
    }


def _left(session: Session, run: ImportRun, left: dict[str, int]) -> list[dict[str, str]]:
    """What was not written, each with where to go on."""
    open_twins = import_rows.undecided(session, run)
    lines = [
        (open_twins, "{} 行疑似重复还没选", "去选", url_for("imports.twins", run_id=run.id)),
        (left[TWIN] - open_twins, "{} 行疑似重复已选，还没写入或不导入", "去看",
         url_for("imports.twins", run_id=run.id)),
        (left[CONFLICTING], "{} 行有冲突，没有写入", "去选",
         url_for("imports.diff", run_id=run.id, tab=CONFLICTING)),
        (left[NEW], "{} 行新增没有写入", "去看", url_for("imports.diff", run_id=run.id, tab=NEW)),
        (left[CHANGED], "{} 行变更没有写入", "去看",
         url_for("imports.diff", run_id=run.id, tab=CHANGED)),
        (left[BROKEN], "{} 行缺少必要内容，不能写入", "改值",
         url_for("imports.values", run_id=run.id)),
    ]  # fmt: skip
    return [
        {"text": text.format(count), "label": label, "href": href}
        for count, text, label, href in lines
        if count > 0
    ]
