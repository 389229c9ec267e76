"""The review page in plain values."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.states import State
from app.services.lists import nearby
from app.services.lists.nearby import Neighbour
from app.services.world import circumstances
from app.web import desk, photo_signals, presenting
from app.web.desk import Sitting
from app.web.problem_head import report_facts
from app.web.review.forms import FORM


def page(session: Session, actor: Actor, now: datetime, sitting: Sitting) -> dict[str, Any]:
    """The desk with the report's facts and what lies near it."""
    detail = sitting.detail
    around = nearby.neighbours(session, actor, detail.problem, circumstances(session, now))
    may_void = sitting.form("void") is not None
    forms = desk.page(sitting)["forms"]
    return desk.page(sitting) | {
        "facts": report_facts(detail),
        "signals": photo_signals.signals(session, actor, detail),
        "route": next((each for each in forms if each["id"] == FORM), None),
        "others": [each for each in forms if each["id"] != FORM],
        "near": [_near(each, detail.problem.id, now, may_void=may_void) for each in around],
        "placed": detail.problem.lat is not None,
        "timeline": presenting.timeline(detail.entries, {}),
    }


def _near(found: Neighbour, problem_id: int, now: datetime, *, may_void: bool) -> dict[str, Any]:
    """A problem close by: is it the same one?"""
    other = found.problem
    state = State(other.state)
    name = other.number or str(other.id)
    return {
        "href": url_for("problem.show", problem_id=other.id),
        "title": presenting.title_of(other),
        "name": other.number or f"内部号 {other.id}",
        "address": other.address,
        "thumb_href": url_for("photos.thumb", photo_id=found.photo_id) if found.photo_id else "",
        "metres": found.metres,
        "age": presenting.age(other.pooled_at or other.created_at, now),
        "same": found.same_category,
        "state": state.value,
        "state_label": state.label,
        "duplicate_href": url_for(
            "review.show", problem_id=problem_id, duplicate=name, _anchor="void"
        )
        if may_void
        else "",
    }
