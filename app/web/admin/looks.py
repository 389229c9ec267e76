"""The page of who looked at originals and took files away, in plain values."""

from typing import Any

from flask import request, url_for
from sqlalchemy.orm import Session

from app.services.people import access_reading
from app.web import presenting
from app.web.form_fields import clean, whole
from app.web.settings_tabs import tabs


def page(session: Session) -> dict[str, Any]:
    """What admin/looks.html draws, as the address asks."""
    kind, words = request.args.get("kind", ""), clean(request.args.get("q"))
    before = whole(request.args.get("before"))
    found, next_before = access_reading.looks(session, kind, words, before)
    asked: dict[str, Any] = {name: value for name, value in (("kind", kind), ("q", words)) if value}
    first = url_for("admin.looks", **asked)
    return {
        "tabs": tabs("admin.looks"),
        "kinds": [("", "全部"), *access_reading.KINDS.items()],
        "kind": kind,
        "search": words,
        "filtered": bool(asked),
        "looks": [
            {
                "at": presenting.moment(look.at),
                "who": look.who,
                "login": look.login,
                "unit": look.unit,
                "kind": look.kind,
                "what": look.what,
                "href": _problem(look.problem_id),
            }
            for look in found
        ],
        "next": url_for("admin.looks", before=next_before, **asked) if next_before else None,
        "first": first if before else None,
    }


def _problem(problem_id: int | None) -> str:
    return url_for("problem.show", problem_id=problem_id) if problem_id is not None else ""
