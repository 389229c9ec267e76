"""The history of a problem as plain sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain import happenings
from app.domain.calendars import LOCAL
from app.domain.states import DeferralReason, SendBackReason, VoidReason
from app.models import Event

_REASONS = {
    reason.value: reason.label
    for kind in (VoidReason, SendBackReason, DeferralReason)
    for reason in kind
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; `photo_ids` are the pictures that came with it."""

    at: datetime
    move: str
    who: str
    sentence: str
    reason: str
    photo_ids: tuple[str, ...]


def entries(events: Sequence[Event], org_names: Mapping[int, str]) -> list[Entry]:
    """Sentences, oldest first; a draft that was reported at once is not told twice."""
    told = []
    for index, event in enumerate(events):
        follower = events[index + 1] if index + 1 < len(events) else None
        if event.move == "save_draft" and follower and follower.at == event.at:
            continue
        told.append(_entry(event, org_names))
    return told


def _entry(event: Event, org_names: Mapping[int, str]) -> Entry:
    place = f"（代 {event.in_place_of}）" if event.in_place_of else ""
    is_person = event.actor_id is not None
    return Entry(
        at=event.at,
        move=event.move,
        who=f"{event.actor_org_name} {event.actor_name}{place}".strip() if is_person else "系统",
        sentence=_sentence(event, org_names),
        reason=_reason(event),
        photo_ids=tuple(event.payload.get("photos", ())),
    )


def _sentence(event: Event, org_names: Mapping[int, str]) -> str:
    words = happenings.done(event.move)
    payload = event.payload
    details = []
    if event.move in {"dispatch", "approve_reassign"}:
        details.append(f"责任单位 {org_names.get(payload.get('responsible_org_id', 0), '未定')}")
    if payload.get("number"):
        details.append(f"编号 {payload['number']}")
    if payload.get("target_date"):
        details.append(f"期限 {payload['target_date']}")
    if payload.get("due_at"):
        details.append(f"整改时限 {_day(payload['due_at'])}{_provisional(payload)}")
    return f"{words}：{'，'.join(details)}" if details else words


def _provisional(payload: Mapping[str, object]) -> str:
    return "（暂定）" if payload.get("provisional") else ""


def _day(iso: str) -> str:
    due = datetime.fromisoformat(iso).astimezone(LOCAL)
    return f"{due.year}年{due.month}月{due.day}日"


def _reason(event: Event) -> str:
    named = _REASONS.get(event.reason_code, "")
    remedy = str(event.payload.get("remedy", ""))
    handled_by = event.payload.get("handled_by")
    interim = event.payload.get("interim_measure")
    parts = [
        named,
        event.text,
        remedy,
        f"整改人：{handled_by}" if handled_by else "",
        f"临时措施：{interim}" if interim else "",
    ]
    return "；".join(part.rstrip("。；") for part in parts if part)
