"""What undoing an import would do, in sentences with numbers."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.models import ImportRun, Problem
from app.services.imports.work import rows as import_rows
from app.services.imports.work.runs import APPLIED, PART
from app.services.imports.writing.undo_plan import TOUCHED, UndoPlan
from app.services.scope import visible_to
from app.web import presenting
from app.web.imports.frame import frame

MOST = 200  # kept problems named before; all of them stand on the result page afterwards


def page(session: Session, actor: Actor, run: ImportRun, plan: UndoPlan) -> dict[str, Any]:
    """What imports/undo.html draws."""
    named = sorted(plan.kept)[:MOST]
    seen = import_rows.problems_by_id(session, visible_to(actor), named)
    worked_on = sum(why == TOUCHED for why in plan.kept.values())
    lines = [
        (len(plan.void), "{} 个由它新建、之后没人动过的问题作废，编号不再使用"),
        (len(plan.restored), "{} 个由它更新的问题恢复导入以前的值"),
        (len(plan.photos), "{} 张由它带入的照片从问题上取下"),
    ]
    return frame(run, "write") | {
        "can_undo": run.status in {PART, APPLIED},
        "does": [text.format(count) for count, text in lines if count],
        "worked_on": worked_on,
        "kept": [_kept(seen.get(each), plan.kept[each]) for each in named],
        "kept_count": len(plan.kept),
        "more": max(len(plan.kept) - MOST, 0),
        "count": len(plan.void) + len(plan.restored),
        "back": url_for("imports.result", run_id=run.id),
    }


def _kept(problem: Problem | None, why: str) -> dict[str, str]:
    if problem is None:
        return {"name": "不在您的查看范围内", "href": "", "why": why}
    href = url_for("problem.show", problem_id=problem.id)
    name = f"{problem.number or f'内部号 {problem.id}'} {presenting.title_of(problem)}"
    return {"name": name, "href": href, "why": why}
