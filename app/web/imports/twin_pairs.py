"""Rows that are probably the same problem as another's, side by side with it."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.states import State
from app.models import ImportRun, Photo, Problem
from app.services.evidence import photos as evidence
from app.services.imports.settling.deciding import OPEN
from app.services.imports.work import rows as import_rows
from app.services.imports.work.rows import Line
from app.services.imports.work.runs import TWIN
from app.services.problems import shown
from app.services.scope import visible_to
from app.web import presenting
from app.web.imports import cells
from app.web.imports.diff_rows import NOTHING, Shown, pager, tabs
from app.web.imports.frame import frame

WAYS = (
    ("merge", "并入对方", "对方的空白由这一行补上，照片加进去，两个科室都记上"),
    ("keep", "两条都保留", "这一行作为新问题写入"),
    ("skip", "不导入", "这一行不写入"),
)


def page(session: Session, actor: Actor, run: ImportRun, number: int) -> dict[str, Any]:
    """What imports/twins.html draws."""
    counts = import_rows.counts(session, run.id)
    found = import_rows.lines(session, run.id, TWIN, number)
    others = _Others(session, actor, run, found)
    rows = [_pair(run, each, others) for each in found]
    asked = Shown(TWIN, number)
    return frame(run, "diff") | {
        "tabs": tabs(run, counts, TWIN),
        "empty_words": NOTHING[TWIN],
        "rows": rows,
        "open": run.status in OPEN,
        "undecided": import_rows.undecided(session, run),
        "pager": pager(run, "imports.twins", asked, counts[TWIN], len(rows)),
        "action": url_for("imports.twins", run_id=run.id, page=number),
    }


class _Others:
    """The other sides of a page, each read once: problems in sight with photos, rows of files."""

    def __init__(
        self, session: Session, actor: Actor, run: ImportRun, found: Sequence[Line]
    ) -> None:
        told = [twin for each in found for twin in each.outcome.get("twins") or ()]
        ids = {int(twin["problem_id"]) for twin in told if twin.get("problem_id")}
        rows = {int(twin["row_id"]) for twin in told if twin.get("row_id")}
        self.run = run
        self.names = shown.org_names(session)
        self.captions = import_rows.captions(session)
        self.problems = import_rows.problems_by_id(session, visible_to(actor), ids)
        photos: Mapping[int, Sequence[Photo]] = evidence.photos_of(session, list(self.problems))
        self.photos = photos
        self.lines = {each.id: each for each in import_rows.lines_of(session, run.id, rows)}


def _pair(run: ImportRun, each: Line, others: _Others) -> dict[str, Any]:
    told = [_other(twin, others) for twin in each.outcome.get("twins") or ()]
    return cells.line(run, each, others.captions) | {
        "others": told,
        "ways": [
            {"value": value, "label": label, "hint": hint, "chosen": value == each.decision}
            for value, label, hint in WAYS
        ],
    }


def _other(twin: Mapping[str, Any], others: _Others) -> dict[str, Any]:
    why = {"why": twin.get("why", ""), "apart": _apart(twin), "picture": bool(twin.get("picture"))}
    line = others.lines.get(twin.get("row_id") or 0)
    if line is not None:
        return why | cells.line(others.run, line, others.captions) | {"from_file": True}
    problem = others.problems.get(twin.get("problem_id") or 0)
    return why | (_problem(problem, others) if problem else {})


def _apart(twin: Mapping[str, Any]) -> str:
    parts = []
    if twin.get("distance_m") is not None:
        parts.append(f"相距 {round(twin['distance_m'])} 米")
    if twin.get("days") is not None:
        days = abs(round(twin["days"]))
        parts.append(f"相差 {days} 天" if days else "同一天")
    return " · ".join(parts)


def _problem(problem: Problem, others: _Others) -> dict[str, Any]:
    name = presenting.title_of(problem)
    facts = (
        ("编号", problem.number or ""),
        ("状态", State(problem.state).label),
        ("牵头科室", others.names.get(problem.lead_section_id or 0, "")),
        ("责任单位", others.names.get(problem.responsible_org_id or 0, "")),
        ("上报时间", presenting.moment(problem.pooled_at) if problem.pooled_at else ""),
    )
    return {
        "title": name,
        "href": url_for("problem.show", problem_id=problem.id),
        "place": presenting.place_of(problem, others.names),
        "description": problem.description,
        "facts": [(label, value) for label, value in facts if value],
        "pictures": presenting.photos(others.photos.get(problem.id, ()), name),
    }
