"""Inside the form of a report: what lies near, and whether this is it once more."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from app.domain.distances import Place
from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.domain.states import State
from app.models import Problem
from app.services.lists import nearby
from app.services.lists.nearby import Alike, Neighbour
from app.services.problems import added_evidence, my_reports, shown
from app.services.workflow.moves import Outcome
from app.web import presenting
from app.web.form_fields import number, whole
from app.web.street.forms import AGAIN, NONE, SAME, ReportForm

Found = Sequence[Neighbour | Alike]
SEEN = "near_seen"  # the ids that stood on the form that was sent
CORRECTED = "correct"
ASK = "附近有同类问题。请看一看是不是同一件；都不是的，再按一次“上报”。"


def part(
    session: Session, actor: Actor, now: datetime, here: Place, category_id: int
) -> dict[str, Any]:
    """The problems near by with the answers that each allows."""
    found = nearby.same_kind(session, actor, now, here, category_id)
    return _told(session, actor, now, found, "")


def asked_place() -> Place | None:
    """The place in the address: ?lat&lng, degrees WGS-84."""
    lat, lng = number(request.args.get("lat")), number(request.args.get("lng"))
    return (lat, lng) if lat is not None and lng is not None else None


def beside(
    session: Session, actor: Actor, now: datetime, form: ReportForm
) -> dict[str, Any] | None:
    """The same for a form that is shown again; nothing as long as place or kind is missing."""
    found = _around(session, actor, now, form)
    chosen = form.near.data or ""
    if not chosen and form.recurring_problem():
        chosen = f"{AGAIN}:{form.recurring_problem()}"
    if not chosen and form.same_problem():
        chosen = f"{SAME}:{form.same_problem()}"
    return _told(session, actor, now, found, chosen) if found else None


def ask_first(
    session: Session, actor: Actor, now: datetime, form: ReportForm, outcome: Outcome
) -> None:
    """Raises Invalid when something near by was not shown yet, and nothing was said of it."""
    answered = form.near.data or form.same_problem() or form.recurring_problem()
    if answered or outcome.repeated or outcome.move == CORRECTED:
        return
    seen = {whole(text) for text in request.form.getlist(SEEN)}
    unseen = [
        each
        for each in _around(session, actor, now, form, outcome.problem_id)
        if each.problem.id not in seen
    ]
    if unseen:
        raise Invalid("near.look", ASK, fields={"near": ASK})


def _around(session: Session, actor: Actor, now: datetime, form: ReportForm, own: int = 0) -> Found:
    """By the place; by the words of the address where a form without a script has none."""
    lat, lng = form.place()
    category_id = whole(form.category_id.data)
    street_id = my_reports.own_street(actor) or whole(form.street_id.data)
    if category_id is None:
        return []
    if lat is not None and lng is not None:
        return nearby.same_kind(session, actor, now, (lat, lng), category_id, without={own})
    if street_id is None:
        return []
    address = form.address.data or ""
    return nearby.same_kind_by_words(
        session, actor, now, street_id, category_id, address, without={own}
    )


def _told(
    session: Session, actor: Actor, now: datetime, found: Found, chosen: str
) -> dict[str, Any]:
    offered = shown.options_of(session, actor, now, [each.problem.id for each in found])
    names = shown.org_names(session)
    items = []
    for each in found:
        moves = {option.move.id for option in offered.get(each.problem.id, ())}
        items.append(_item(each, now, names, chosen, may_add=added_evidence.MOVE in moves))
    return {"items": items, "none": NONE, "none_chosen": chosen == NONE, "seen": SEEN}


def _item(
    found: Neighbour | Alike, now: datetime, names: dict[int, str], chosen: str, *, may_add: bool
) -> dict[str, Any]:
    other = found.problem
    state = State(other.state)
    answer = AGAIN if state is State.SIGNED_OFF else SAME if may_add else ""
    value = f"{answer}:{other.id}" if answer else ""
    return {
        "id": other.id,
        "value": value,
        "chosen": bool(value) and value == chosen,
        "is_recurrence": answer == AGAIN,
        "href": url_for("problem.show", problem_id=other.id),
        "photo": url_for("photos.thumb", photo_id=found.photo_id) if found.photo_id else "",
        "title": presenting.title_of(other),
        "name": other.number or f"内部号 {other.id}",
        "place": presenting.place_of(other, names),
        "description": other.description,
        "away": f"{found.metres} 米" if isinstance(found, Neighbour) else "点位相近",
        "age": _age(other, now),
        "state": state.value,
        "state_label": state.label,
    }


def _age(other: Problem, now: datetime) -> str:
    """When it was closed, for what is closed; else when it was reported."""
    if other.signed_off_at is not None:
        return presenting.age(other.signed_off_at, now, "销号")
    return presenting.age(other.pooled_at or other.created_at, now)
