"""What every page about one problem says of it: name, place, state, clocks, facts, pictures."""

from typing import Any

from flask import url_for

from app.domain.policy import may_see_originals
from app.domain.states import Phase, Priority, State
from app.door import access
from app.models import Problem
from app.services.problem_columns import SOURCES
from app.services.problems.shown import Detail
from app.web import presenting

SOURCE_NAMES = dict(SOURCES)
UNDECIDED = {
    state.value
    for state in (State.DRAFT, State.POOLED, State.NEEDS_CORRECTION, State.URGENT_REVIEW)
}


def report_facts(detail: Detail) -> list[tuple[str, str]]:
    """Label and value of what was reported, in the order of the ledger; empty ones left out."""
    problem, orgs, users = detail.problem, detail.org_names, detail.user_names
    rows = [
        ("问题编号", problem.number or f"待编号（内部号 {problem.id}）"),
        ("问题类别", " · ".join(filter(None, (problem.category_major, problem.category_name)))),
        ("具体点位", presenting.place_of(problem, orgs)),
        ("区（县）", orgs.get(problem.district_id or 0, "")),
        ("位置", _position(problem)),
        ("紧急程度", priority_words(problem)),
        ("问题来源", SOURCE_NAMES.get(problem.source, problem.source)),
        ("上报人", _who(orgs, problem.reporter_org_id, users, problem.reporter_id)),
        ("上报时间", presenting.moment(problem.pooled_at) if problem.pooled_at else ""),
    ]
    return [(label, value) for label, value in rows if value]


def handling_facts(detail: Detail) -> list[tuple[str, str]]:
    """Label and value of what became of it; empty ones left out."""
    problem, orgs, users = detail.problem, detail.org_names, detail.user_names
    rows = [
        ("牵头科室", orgs.get(problem.lead_section_id or 0, "")),
        ("责任单位", orgs.get(problem.responsible_org_id or 0, "")),
        ("协办单位", "、".join(orgs.get(org, "") for org in detail.co_org_ids)),
        ("下发时间", presenting.moment(problem.listed_at) if problem.listed_at else ""),
        ("整改人", problem.handled_by),
        ("提交时间", presenting.moment(problem.submitted_at) if problem.submitted_at else ""),
        ("核查人", users.get(problem.checked_by_id or 0, "")),
        ("销号人", users.get(problem.signed_off_by_id or 0, "")),
        ("销号时间", presenting.moment(problem.signed_off_at) if problem.signed_off_at else ""),
        ("退件次数", f"{problem.returned_count} 次" if problem.returned_count else ""),
        ("挂号期限", str(problem.deferral_due or "")),
    ]
    return [(label, value) for label, value in rows if value]


def _position(problem: Problem) -> str:
    if problem.lat is None or problem.lng is None:
        reason = problem.no_position_reason
        return f"未定位（{reason}）" if reason else ""
    accuracy = f" ±{round(problem.accuracy_m)} 米" if problem.accuracy_m else ""
    return f"{problem.lat:.6f}, {problem.lng:.6f}{accuracy}"


def priority_words(problem: Problem) -> str:
    """一般 or 紧急, and why; 紧急申请 until the leader has decided."""
    words = urgent_label(problem) or Priority(problem.priority).label
    if problem.urgent_denied:
        words += "（领导转一般）"
    return f"{words}：{problem.urgent_reason}" if problem.urgent_reason else words


def urgent_label(problem: Problem) -> str:
    """The badge of an urgent problem; nothing for others."""
    return urgent_words(problem.priority, problem.state)


def urgent_words(priority: str, state: str) -> str:
    """紧急, or 紧急申请 as long as no leader has decided; nothing for 一般."""
    if priority != Priority.URGENT.value:
        return ""
    return "紧急申请" if state in UNDECIDED else "紧急"


def _who(
    orgs: dict[int, str], org_id: int | None, users: dict[int, str], user_id: int | None
) -> str:
    return f"{orgs.get(org_id or 0, '')} {users.get(user_id or 0, '')}".strip()


def head(detail: Detail) -> dict[str, Any]:
    """What stands above a problem on every page about it: name, state, clocks, who is next."""
    problem, names = detail.problem, detail.org_names
    state = detail.facts.state
    return {
        "problem": problem,
        "title": presenting.title_of(problem),
        "place": presenting.place_of(problem, names),
        "state": state.value,
        "state_label": state.label,
        "urgent": urgent_label(problem),
        "clock": detail.reading,
        "stage_clock": detail.stage_reading,
        "next_step": presenting.next_step(detail),
        "came_back": presenting.came_back(problem),
        "request": presenting.pending(detail.request, names),
        "pairs": presenting.pairs(detail),
        "unpaired": presenting.unpaired(detail),
        "originals": originals(detail),
    }


def originals(detail: Detail) -> list[dict[str, str]]:
    """The way to the files as they came, for those who judge; each view is written down."""
    if not may_see_originals(access.current_actor()):
        return []
    return [
        {
            "label": f"{Phase(photo.phase).label}原图 {place}",
            "href": url_for("photos.original", photo_id=photo.id),
            "mask_href": presenting.mask_href(photo),
        }
        for photos in (detail.before, detail.after)
        for place, photo in enumerate(photos, 1)
    ]
