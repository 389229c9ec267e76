"""The page of a problem, and of a move on it, in plain values."""

from typing import Any

from flask_wtf import FlaskForm

from app.domain.workflow import Move
from app.services.problems import Detail
from app.web import move_forms, presenting
from app.web.acting import Tried
from app.web.problem_head import handling_facts, head, report_facts


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
