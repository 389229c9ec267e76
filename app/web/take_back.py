"""The bar under which a verdict just given can be taken back, with the seconds that are left."""

from typing import Any

from flask import render_template, request, url_for

from app import clock
from app.domain.workflow import VERDICTS, find
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.models import Problem
from app.services.workflow import verdicts
from app.services.world import load_rules
from app.web import form_fields, presenting

TAKE_BACK = "take_back"
DESKS = {
    "pass_check": "check.show",
    "send_back": "check.show",
    "sign_off": "sign_off.show",
    "refuse_sign_off": "sign_off.show",
}
BY_SCRIPT = "X-Desk"  # sent by the desk's own script, which shows the next problem itself


def is_offered_after(move_id: str) -> bool:
    """Whether the bar will say what was done, so that nothing else has to."""
    return move_id in VERDICTS and load_rules(unit_of_work()).take_back_seconds > 0


def asked_by_script() -> bool:
    """Whether the desk's script waits for this answer, and not a browser for a page."""
    return BY_SCRIPT in request.headers


def bar(problem_id: int | None = None) -> dict[str, Any] | None:
    """What the person before this page can still take back; None when nothing.

    The verdict on the problem that lies before him goes before a later one on another.
    """
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    rules = load_rules(session)
    event = verdicts.latest(session, actor, now, rules)
    if problem_id is not None and event is not None:
        event = verdicts.latest(session, actor, now, rules, problem_id) or event
    problem = session.get(Problem, event.problem_id) if event is not None else None
    if event is None or problem is None:
        return None
    left = rules.take_back_seconds - (now - event.at).total_seconds()
    return {
        "said": f"已{find(event.move).label} {problem.number or ''}",
        "about": " · ".join(filter(None, (presenting.title_of(problem), problem.address))),
        "href": url_for(DESKS[event.move], problem_id=problem.id),
        "version": problem.version,
        "key": form_fields.new_key(),
        "left": max(1, round(left)),
    }


def bar_html() -> str:
    """The same as a piece of a page."""
    return render_template("check/_taken.html", taken=bar())
