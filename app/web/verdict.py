"""What checkers and lead sections judge by: the pair, the remedy, how far apart, how often."""

from typing import Any

from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.problems.shown import Detail
from app.web import desk, photo_signals, phrases, presenting, take_back
from app.web.desk import Sitting
from app.web.problem_head import report_facts

SECTION_HEAD_HEARS = 3  # 退件: the third is one too many


def page(sitting: Sitting) -> dict[str, Any]:
    """The desk's page with what the verdict rests on."""
    detail = sitting.detail
    return desk.page(sitting) | {
        "evidence": evidence_facts(detail),
        "signals": photo_signals.signals(unit_of_work(), access.current_actor(), detail),
        "facts": report_facts(detail),
        "earlier": earlier(detail),
        "sent_back": sent_back(detail),
        "taken": take_back.bar(detail.problem.id),
        "phrases": phrases.PHRASES,
        "many_returns": detail.problem.returned_count + 1 >= SECTION_HEAD_HEARS,
        "next_return": detail.problem.returned_count + 1,
        "timeline": presenting.timeline(
            detail.entries, {photo.id: photo for photo in presenting.every_photo(detail)}
        ),
    }


def evidence_facts(detail: Detail) -> list[tuple[str, str]]:
    """Label and value of what was handed in."""
    problem, users = detail.problem, detail.user_names
    first = zip(detail.before, detail.after, strict=False)
    apart = next((presenting.between(before, after) for before, after in first), "")
    rows = [
        ("责任单位", detail.org_names.get(problem.responsible_org_id or 0, "")),
        ("整改人", problem.handled_by),
        ("提交人", users.get(problem.submitted_by_id or 0, "")),
        ("提交时间", presenting.moment(problem.submitted_at) if problem.submitted_at else ""),
        ("是否按期", {True: "按期", False: "超期"}.get(problem.on_time or False, ""))
        if problem.on_time is not None
        else ("", ""),
        ("第几次提交", f"第 {problem.round} 次" if problem.round else ""),
        ("前后照片", apart),
        ("核查人", users.get(problem.checked_by_id or 0, "")),
        ("牵头科室", detail.org_names.get(problem.lead_section_id or 0, "")),
    ]
    return [(label, value) for label, value in rows if value]


def earlier(detail: Detail) -> list[dict[str, Any]]:
    """Photos of rounds that were sent back, the latest first."""
    return [
        {"round": number, "photos": presenting.photos(photos)}
        for number, photos in sorted(detail.earlier_rounds.items(), reverse=True)
    ]


def sent_back(detail: Detail) -> list[str]:
    """Why it came back before, each time in a line."""
    moves = {"send_back", "refuse_sign_off"}
    later = [*(entry.move for entry in detail.entries[1:]), ""]
    return [
        f"{presenting.moment(entry.at)}　{entry.who}　{entry.reason}"
        for entry, follower in zip(detail.entries, later, strict=True)
        if entry.move in moves and follower != take_back.TAKE_BACK
    ]
