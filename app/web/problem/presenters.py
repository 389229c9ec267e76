"""The page of a problem, and of a move on it, in plain values."""

from typing import Any

from flask import url_for
from flask_wtf import FlaskForm

from app.domain.states import State
from app.domain.workflow import Move
from app.models import Problem
from app.services.problems.recurrences import Recurrences
from app.services.problems.shown import Detail
from app.web import move_forms, presenting
from app.web.acting import Tried
from app.web.problem_head import handling_facts, head, report_facts


def recurrences(found: Recurrences) -> list[dict[str, Any]]:
    """What it came back from and what came back of it, as links."""
    told = [_recurrence("复发自", found.of, "销号")] if found.of else []
    return told + [_recurrence("后来复发", each, "上报") for each in found.later]


def _recurrence(label: str, other: Problem, did: str) -> dict[str, Any]:
    at = other.signed_off_at if did == "销号" else other.pooled_at
    return {
        "label": label,
        "href": url_for("problem.show", problem_id=other.id),
        "name": other.number or f"内部号 {other.id}",
        "when": f"{presenting.moment(at)} {did}" if at else "",
        "state": State(other.state),
    }


def page(detail: Detail) -> dict[str, Any]:
    """Everything the template draws."""
    names = detail.org_names
    by_id = {photo.id: photo for photo in presenting.every_photo(detail)}
    return {
        "head": head(detail),
        "facts": report_facts(detail),
        "handling": handling_facts(detail),
        "earlier": [
            {"round": number, "photos": presenting.photos(photos)}
            for number, photos in sorted(detail.earlier_rounds.items(), reverse=True)
        ],
        "moves": presenting.buttons(detail.options, detail.problem, names),
        "timeline": presenting.timeline(detail.entries, by_id),
    }


def move_page(tried: Tried, move: Move, form: FlaskForm) -> dict[str, Any]:
    """A move's form beside the problem it is made on."""
    detail = tried.detail
    return {
        "head": head(detail),
        "form": form,
        "move": move,
        "needs": move_forms.needs_of(move, detail),
        "kind": presenting.KINDS[move.tone],
        "consequence": presenting.consequence(move, detail.problem, detail.org_names),
        "overtaken": tried.overtaken,
    }
