"""Rows of a list as the cards of a phone."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from app.domain.clocks import Reading
from app.domain.states import Priority, State
from app.services.lists.pages import ListRow

FIRST_WORDS = 20


@dataclass(frozen=True, slots=True)
class Action:
    """The one thing to do from a card without opening it."""

    label: str
    href: str
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What components/card.html shows of a problem."""

    href: str
    title: str
    place: str
    state: str
    state_label: str
    number: str = ""
    meta: str = ""
    thumb_href: str = ""
    urgent: bool = False
    clock: Reading | None = None
    note: str = ""
    action: Action | None = None
    hue: str = ""


def rectify_href(problem_id: int) -> str:
    """The form of a rectification; on a phone the viewfinder opens before it."""
    return url_for("street.submit", problem_id=problem_id, _anchor="capture")


def card(row: ListRow, **changes: Any) -> Card:
    """A row's card; `changes` are the card's own fields that a page knows better."""
    values, shown = row.values, row.shown
    known: dict[str, Any] = {
        "href": problem_href(row),
        "title": title(values),
        "place": place(shown),
        "state": str(values["state"]),
        "state_label": shown["state"],
        "number": shown["number"],
        "thumb_href": url_for("photos.card", photo_id=row.photo_id) if row.photo_id else "",
        "urgent": values["priority"] == Priority.URGENT.value,
        "clock": row.reading,
        "note": came_back(values, shown),
        "hue": row.hue,
    }
    return Card(**(known | changes))


def problem_href(row: ListRow) -> str:
    """The problem's own page."""
    return url_for("problem.show", problem_id=row.id)


def title(values: Mapping[str, Any]) -> str:
    """The kind of problem; of a draft without one its first words."""
    words = str(values["description"] or "")
    return str(values["category"] or "") or words[:FIRST_WORDS] or "未填写类别"


def place(shown: Mapping[str, str]) -> str:
    """Street and address in one line; the street once, where the address begins with it."""
    street, address = shown["street"], shown["address"]
    if street and address.startswith(street):
        return address
    return f"{street} {address}".strip() or "未填写地点"


def came_back(values: Mapping[str, Any], shown: Mapping[str, str]) -> str:
    """Why a problem is on the list once more; nothing for one that never was sent back."""
    open_again = {State.LISTED.value, State.URGENT_LISTED.value, State.DEFERRED.value}
    if not values["returned_count"] or values["state"] not in open_again:
        return ""
    reasons = [shown["send_back_reason"], shown["send_back_text"]]
    return "退件：" + "，".join(reason for reason in reasons if reason)
