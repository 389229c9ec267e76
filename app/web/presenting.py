"""Turns what services give into the plain values the components draw."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import request, url_for

from app.domain.calendars import LOCAL, local_date
from app.domain.clocks import Reading
from app.domain.distances import metres_between
from app.domain.policy import may_see_originals
from app.domain.states import (
    DeferralReason,
    Phase,
    Priority,
    RequestKind,
    RequestStatus,
    SendBackReason,
    State,
)
from app.domain.workflow import Move, Option, Tone
from app.door import access
from app.models import Photo, Problem, ProblemRequest
from app.services.problems.shown import Detail
from app.services.problems.timeline import Entry, Origin
from app.services.workflow.moves import Outcome

KINDS = {Tone.PRIMARY: "primary", Tone.PLAIN: "plain", Tone.DANGER: "weighty"}
OWN_PAGES = {
    "submit": "street.submit",
    "report": "street.draft",
    "correct": "street.draft",
    "add_evidence": "street.evidence",
    "dispatch": "review.show",
    "refer_to_leader": "review.show",
    "return_for_correction": "review.show",
    "void": "review.show",
    "pass_check": "check.show",
    "send_back": "check.show",
    "sign_off": "sign_off.show",
    "refuse_sign_off": "sign_off.show",
    "endorse_deferral": "sign_off.deferral",
    "approve_deferral": "sign_off.deferral",
    "refuse_deferral": "sign_off.deferral",
}
END_OF_DAY = " 23:59:59"  # the hour of a time limit that is only a day
WITH_PHOTOS = frozenset(
    {"submit", "report", "correct", "add_evidence"}
)  # moves whose forms take pictures
STARTING = frozenset({State.LISTED, State.URGENT_LISTED})  # where the unit's clock begins to run
REQUEST_NAMES = {
    RequestKind.DEFERRAL.value: "挂号",
    RequestKind.REASSIGN.value: "改派",
    RequestKind.EXTENSION.value: "延期",
}
MOVE_ICONS = {
    "dispatch": "send",
    "submit": "clipboard-check",
    "sign_off": "rubber-stamp",
    "pass_check": "checks",
    "confirm_urgent": "urgent",
    "void": "ban",
    "import_entry": "database-import",
    "import_update": "database-import",
    "undo_import": "arrow-back-up",
    "take_back": "arrow-back-up",
    "add_evidence": "camera-plus",
}


def moment(at: datetime | None) -> str:
    """An instant as an office writes it: 2026年11月16日 09:00."""
    if at is None:
        return "—"
    local = at.astimezone(LOCAL)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def age(at: datetime, now: datetime, did: str = "上报") -> str:
    """How long ago something was done, in days of the calendar: 3 天前上报."""
    days = (local_date(now) - local_date(at)).days
    return {0: "今天", 1: "昨天"}.get(days, f"{days} 天前") + did


def title_of(problem: Problem) -> str:
    """What one calls a problem: its kind, or that none is chosen yet."""
    return problem.category_name or "未选类别"


def place_of(problem: Problem, names: dict[int, str]) -> str:
    """Street and address in one line."""
    street = names.get(problem.street_id or 0, "")
    address = problem.address
    return address if street and address.startswith(street) else f"{street} {address}".strip()


def photo(row: Photo, name: str = "") -> dict[str, Any]:
    """A photo for the components: small, large, and what to say instead of it."""
    label = Phase(row.phase).label
    came = f"{moment(row.received_at)}{' 导入' if row.imported else ''}"
    return {
        "id": row.id,
        "phase": label,
        "thumb_href": url_for("photos.thumb", photo_id=row.id),
        "href": url_for("photos.stamped", photo_id=row.id),
        "width": row.width,
        "height": row.height,
        "alt": f"{label}照片{f'：{name}' if name else ''}",
        "caption": f"{came} · 防伪码 {row.code}",
        "signals": [],
        "mask_href": mask_href(row),
    }


def mask_href(row: Photo) -> str:
    """Where parts of a photo are hidden, for those who may; the way back is this page."""
    if not access.may(may_see_originals):
        return ""
    return url_for("masks.show", photo_id=row.id, next=request.full_path.rstrip("?"))


def shared(row: Photo, name: str = "") -> dict[str, Any]:
    """A photo as it may leave the house: masked where somebody has drawn a mask."""
    return photo(row, name) | {
        "thumb_href": url_for("photos.shared_thumb", photo_id=row.id),
        "href": url_for("photos.shared", photo_id=row.id),
    }


def photos(rows: Iterable[Photo], name: str = "") -> list[dict[str, Any]]:
    """Several photos."""
    return [photo(row, name) for row in rows]


def pairs(detail: Detail) -> list[dict[str, Any]]:
    """Before and after side by side, as many pairs as both sides have photos for."""
    name = title_of(detail.problem)
    return [
        {
            "before": photo(before, name),
            "after": photo(after, name),
            "note": between(before, after),
        }
        for before, after in zip(detail.before, detail.after, strict=False)
    ]


def unpaired(detail: Detail) -> list[dict[str, Any]]:
    """The photos that have no counterpart on the other side, each saying which side it is of."""
    both = min(len(detail.before), len(detail.after))
    shown = photos([*detail.before[both:], *detail.after[both:]], title_of(detail.problem))
    return [each | {"caption": f"{each['phase']} · {each['caption']}"} for each in shown]


def between(before: Photo | None, after: Photo | None) -> str:
    """How far apart in place and time a pair was taken."""
    if before is None or after is None:
        return ""
    parts = []
    if None not in {before.lat, before.lng, after.lat, after.lng}:
        start = (float(before.lat or 0), float(before.lng or 0))
        end = (float(after.lat or 0), float(after.lng or 0))
        parts.append(f"相距 {round(metres_between(start, end))} 米")
    if not (before.imported or after.imported):  # a ledger's pictures came later than taken
        days = (
            after.received_at.astimezone(LOCAL).date() - before.received_at.astimezone(LOCAL).date()
        ).days
        parts.append(f"间隔 {days} 天" if days else "同一天拍摄")
    return " · ".join(parts)


def timeline(entries: Sequence[Entry], by_id: dict[str, Photo]) -> list[dict[str, Any]]:
    """History for the timeline component, newest first."""
    return [
        {
            "at_text": moment(entry.at),
            "at_iso": entry.at.isoformat(),
            "who": entry.who,
            "sentence": entry.sentence,
            "reason": entry.reason,
            "icon": MOVE_ICONS.get(entry.move),
            "photos": photos(by_id[pid] for pid in entry.photo_ids if pid in by_id),
            "origin": _origin(entry.origin) if entry.origin else None,
        }
        for entry in reversed(entries)
    ]


def _origin(origin: Origin) -> dict[str, Any]:
    """The row of a ledger behind an entry, with the way to the import for who may open it."""
    href = url_for("imports.result", run_id=origin.run_id) if origin.run_id else ""
    return {
        "where": origin.where,
        "href": href,
        "texts": list(origin.texts),
        "changes": [
            (label, old.removesuffix(END_OF_DAY), new.removesuffix(END_OF_DAY))
            for label, old, new in origin.changes
        ],
    }


def consequence(move: Move, problem: Problem, names: dict[int, str]) -> str:
    """What happens if I press this, with the names of who it concerns."""
    return move.consequence.format(
        reporter_org=names.get(problem.reporter_org_id or 0, "上报单位"),
        responsible_org=names.get(problem.responsible_org_id or 0, "责任单位"),
    )


def done_sentence(
    move: Move, outcome: Outcome, problem: Problem | None = None, reading: Reading | None = None
) -> str:
    """What a person hears after a move: what was done, the number it got, until when, to what."""
    known = (title_of(problem), problem.address) if problem else ()
    about = f"（{' · '.join(filter(None, known))}）" if problem else ""
    if outcome.repeated:
        return f"“{move.label}”已经办过了，没有重复办理{about}。"
    done = f"{'已答复' if move.label.startswith('不') else '已'}{move.label}"
    number = f"，编号 {outcome.number}" if outcome.number else ""
    until = ""
    if move.to in STARTING and reading and reading.due_text:
        until = f"，整改时限{reading.due_text}{'（暂定）' if reading.provisional else ''}"
    return f"{done}{number}{until}{about}。"


def next_step(detail: Detail) -> str:
    """Who must act now and do what; nothing where nobody must."""
    problem, names = detail.problem, detail.org_names
    urgent = problem.priority == Priority.URGENT.value
    unit = names.get(problem.responsible_org_id or 0, "责任单位")
    section = names.get(problem.lead_section_id or 0, "牵头科室")
    reporter = names.get(problem.reporter_org_id or 0, "上报单位")
    words = {
        State.DRAFT: f"等 {reporter} 上报",
        State.POOLED: "等审核员审核",
        State.NEEDS_CORRECTION: f"等 {reporter} 补正后重新上报",
        State.URGENT_REVIEW: f"等 {section} 的分管领导审定",
        State.LISTED: f"等 {unit} 整改",
        State.URGENT_LISTED: "等直属大队督导整改",
        State.SUBMITTED: "等核查员对比前后照片",
        State.PRE_SIGNED_OFF: f"等 {'直属大队' if urgent else section} 管理员销号",
        State.DEFERRED: f"挂号期间，由 {unit} 在期限内整改",
    }
    return words.get(detail.facts.state, "")


def came_back(problem: Problem) -> str:
    """Why the last submission was sent back, while that is what must be done."""
    waiting = {State.LISTED.value, State.URGENT_LISTED.value, State.DEFERRED.value}
    if not problem.send_back_text or problem.state not in waiting:
        return ""
    known = {reason.value: reason.label for reason in SendBackReason}
    reason = known.get(problem.send_back_reason, "")
    return f"第 {problem.returned_count} 次退件：{reason}，{problem.send_back_text}"


def every_photo(detail: Detail) -> list[Photo]:
    """All photos of a problem, of every round."""
    earlier = [photo for rows in detail.earlier_rounds.values() for photo in rows]
    return [*detail.before, *detail.after, *earlier]


def move_href(problem_id: int, move_id: str) -> str:
    """The page on which a move is made."""
    own = OWN_PAGES.get(move_id)
    if own:
        wanted = None if move_id in WITH_PHOTOS else move_id
        return url_for(own, problem_id=problem_id, open=wanted, _anchor=wanted)
    return url_for("problem.move", problem_id=problem_id, move_id=move_id)


def buttons(
    options: Iterable[Option], problem: Problem, names: dict[int, str]
) -> list[dict[str, Any]]:
    """Exactly the moves this person may make, as buttons that say what follows."""
    return [
        {
            "id": option.move.id,
            "label": option.move.label,
            "href": move_href(problem.id, option.move.id),
            "method": "get",
            "kind": KINDS[option.move.tone],
            "icon": MOVE_ICONS.get(option.move.id),
            "consequence": consequence(option.move, problem, names),
        }
        for option in options
    ]


def pending(request: ProblemRequest | None, names: dict[int, str]) -> dict[str, Any] | None:
    """A request that waits, in words: what is asked, why, until when, how far it has come."""
    if request is None:
        return None
    reason = request.reason_code
    rows = [
        ("申请时间", moment(request.asked_at)),
        ("原因", DeferralReason(reason).label if reason in set(DeferralReason) else ""),
        ("说明", request.text),
        ("完成期限", request.target_date.isoformat() if request.target_date else ""),
        ("临时措施", request.interim_measure),
        ("延长", f"{request.days} 个工作日" if request.days else ""),
        ("建议单位", names.get(request.target_org_id or 0, "")),
    ]
    endorsed = request.status == RequestStatus.ENDORSED.value
    if endorsed:
        rows.append(("牵头科室", f"同意，报领导审批。{request.decision_text}"))
    return {
        "title": f"{REQUEST_NAMES[request.kind]}申请{'待领导审批' if endorsed else '待审批'}",
        "rows": [(label, value) for label, value in rows if value],
    }
