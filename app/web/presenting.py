"""Turns what services give into the plain values the components draw."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from flask import url_for

from app.domain.calendars import LOCAL
from app.domain.states import DeferralReason, Phase, Priority, RequestKind, State
from app.domain.workflow import Move, Option, Tone
from app.models import Photo, Problem, ProblemRequest
from app.services.problems import Detail, metres_between
from app.services.timeline import Entry

KINDS = {Tone.PRIMARY: "primary", Tone.PLAIN: "plain", Tone.DANGER: "weighty"}
OWN_PAGES = {"submit": "street.submit", "report": "street.draft", "correct": "street.draft"}
MOVE_ICONS = {
    "dispatch": "send",
    "submit": "clipboard-check",
    "sign_off": "rubber-stamp",
    "pass_check": "checks",
    "confirm_urgent": "urgent",
    "void": "ban",
}


def moment(at: datetime | None) -> str:
    """An instant as an office writes it: 2026年11月16日 09:00."""
    if at is None:
        return "—"
    local = at.astimezone(LOCAL)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


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
    return {
        "id": row.id,
        "thumb_href": url_for("photos.thumb", photo_id=row.id),
        "href": url_for("photos.stamped", photo_id=row.id),
        "width": row.width,
        "height": row.height,
        "alt": f"{label}照片{f'：{name}' if name else ''}",
        "caption": f"{moment(row.received_at)} · 防伪码 {row.code}",
        "signals": [],
    }


def photos(rows: Iterable[Photo], name: str = "") -> list[dict[str, Any]]:
    """Several photos."""
    return [photo(row, name) for row in rows]


def pairs(detail: Detail) -> list[dict[str, Any]]:
    """Before and after side by side, as many pairs as the longer side has photos."""
    name = title_of(detail.problem)
    longest = max(len(detail.before), len(detail.after))
    befores: list[Photo | None] = [*detail.before, *[None] * (longest - len(detail.before))]
    afters: list[Photo | None] = [*detail.after, *[None] * (longest - len(detail.after))]
    return [
        {
            "before": photo(before, name) if before else None,
            "after": photo(after, name) if after else None,
            "note": between(before, after),
        }
        for before, after in zip(befores, afters, strict=True)
    ]


def between(before: Photo | None, after: Photo | None) -> str:
    """How far apart in place and time a pair was taken."""
    if before is None or after is None:
        return ""
    parts = []
    if None not in {before.lat, before.lng, after.lat, after.lng}:
        start = (float(before.lat or 0), float(before.lng or 0))
        end = (float(after.lat or 0), float(after.lng or 0))
        parts.append(f"相距 {round(metres_between(start, end))} 米")
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
        }
        for entry in reversed(entries)
    ]


def consequence(move: Move, problem: Problem, names: dict[int, str]) -> str:
    """What happens if I press this, with the names of who it concerns."""
    return move.consequence.format(
        reporter_org=names.get(problem.reporter_org_id or 0, "上报单位"),
        responsible_org=names.get(problem.responsible_org_id or 0, "责任单位"),
    )


def move_href(problem_id: int, move_id: str) -> str:
    """The page on which a move is made."""
    own = OWN_PAGES.get(move_id)
    if own:
        return url_for(own, problem_id=problem_id)
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


def card(
    problem: Problem,
    names: dict[int, str],
    *,
    thumb_id: str | None,
    clock: object,
    note: str = "",
    href: str | None = None,
) -> dict[str, Any]:
    """A problem for the card component."""
    state = State(problem.state)
    return {
        "href": href or url_for("problem.show", problem_id=problem.id),
        "number": problem.number,
        "title": title_of(problem),
        "place": place_of(problem, names),
        "meta": "",
        "thumb_href": url_for("photos.thumb", photo_id=thumb_id) if thumb_id else None,
        "state": state.value,
        "state_label": state.label,
        "urgent": problem.priority == Priority.URGENT.value,
        "clock": clock,
        "note": note,
    }


def pending(request: ProblemRequest | None, names: dict[int, str]) -> dict[str, Any] | None:
    """A request that waits, in words."""
    if request is None:
        return None
    labels = {
        RequestKind.DEFERRAL.value: "挂号",
        RequestKind.REASSIGN.value: "改派",
        RequestKind.EXTENSION.value: "延期",
    }
    reason = request.reason_code
    return {
        "title": f"{labels[request.kind]}申请待审批",
        "asked_at": moment(request.asked_at),
        "reason": DeferralReason(reason).label if reason in set(DeferralReason) else "",
        "text": request.text,
        "target_date": request.target_date,
        "interim_measure": request.interim_measure,
        "days": request.days,
        "target_org": names.get(request.target_org_id or 0, ""),
    }
