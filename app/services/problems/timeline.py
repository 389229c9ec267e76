"""The history of a problem as plain sentences."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.domain import happenings
from app.domain.calendars import LOCAL
from app.domain.states import DeferralReason, SendBackReason, VoidReason
from app.models import Event
from app.services.imports.reading.words import targets
from app.services.imports.work.places import where
from sheets.understanding.turned import rows_named

_REASONS = {
    reason.value: reason.label
    for kind in (VoidReason, SendBackReason, DeferralReason)
    for reason in kind
}

_CAPTIONS = {target.id: target.caption for target in targets()}


@dataclass(frozen=True, slots=True)
class Origin:
    """The row of a ledger that an entry comes from.

    `where` is file, sheet and row. `run_id` and `texts`, the original row by caption, are there
    for who may open the import; `changes` are the cells it changed: caption, before, after.
    """

    where: str
    run_id: int | None
    texts: tuple[tuple[str, str], ...]
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the timeline; `photo_ids` are the pictures that came with it."""

    at: datetime
    move: str
    who: str
    sentence: str
    reason: str
    photo_ids: tuple[str, ...]
    origin: Origin | None = None


def entries(
    events: Sequence[Event], org_names: Mapping[int, str], openable: Collection[int] = ()
) -> list[Entry]:
    """Sentences, oldest first; a draft that was reported at once is not told twice.

    `openable` are the imports that the reader may open.
    """
    told = []
    for index, event in enumerate(events):
        follower = events[index + 1] if index + 1 < len(events) else None
        if event.move == "save_draft" and follower and follower.at == event.at:
            continue
        told.append(_entry(event, org_names, openable))
    return told


def _entry(event: Event, org_names: Mapping[int, str], openable: Collection[int]) -> Entry:
    place = f"（代 {event.in_place_of}）" if event.in_place_of else ""
    is_person = event.actor_id is not None
    return Entry(
        at=event.at,
        move=event.move,
        who=f"{event.actor_org_name} {event.actor_name}{place}".strip() if is_person else "系统",
        sentence=_sentence(event, org_names),
        reason=_reason(event),
        photo_ids=tuple(event.payload.get("photos", ())),
        origin=_origin(event, openable),
    )


def _origin(event: Event, openable: Collection[int]) -> Origin | None:
    payload = event.payload
    if not payload.get("file"):
        return None
    rows = rows_named([int(payload.get("row", 0))], turned=bool(payload.get("turned")))
    may_open = payload.get("run_id") in openable
    texts = payload.get("texts", {}) if may_open else {}
    return Origin(
        where=where(str(payload["file"]), str(payload.get("sheet", "")), rows),
        run_id=payload["run_id"] if may_open else None,
        texts=tuple((_CAPTIONS.get(key, key), str(text)) for key, text in texts.items()),
        changes=tuple(
            (_CAPTIONS.get(key, key), str(old), str(new))
            for key, (old, new) in payload.get("changes", {}).items()
        ),
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
