"""Results as cards of pairs, and the filters above them."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.roles import OrgType
from app.domain.states import Priority
from app.services.lists.results import Result, ResultsPage
from app.web import choices, filters, presenting
from app.web.listing import SEARCH, Filter

ON_TIME = {True: "按期整改", False: "超期整改"}


def page(session: Session, found: ResultsPage) -> dict[str, Any]:
    """What results/index.html draws."""
    asked = [pair for pair in found.query.pairs() if pair[0] not in {"sort", "limit", "after"}]
    return {
        "results": [card(result) for result in found.results],
        "filters": _controls(found, _offered(session)),
        "sentence": found.sentence if asked else "",
        "errors": [error.sentence for error in found.errors],
        "clear_href": url_for("results.index") if asked else "",
        "first": _href(found, None) if found.query.after else None,
        "next": _href(found, found.next) if found.next else None,
    }


def card(result: Result) -> dict[str, Any]:
    """One closed problem."""
    shown, name = result.shown, result.shown["category"] or "未填写类别"
    return {
        "href": url_for("problem.show", problem_id=result.id),
        "title": name,
        "urgent": result.values["priority"] == Priority.URGENT.value,
        "place": _place(shown["street"], shown["address"]),
        "number": shown["number"],
        "remedy": shown["remedy"],
        "facts": " · ".join(
            part
            for part in (
                f"{shown['signed_off_at'][:10]} 销号",
                ON_TIME.get(result.values["on_time"], ""),
                shown["responsible"],
            )
            if part
        ),
        "before": presenting.shared(result.before, name) if result.before else None,
        "after": presenting.shared(result.after, name) if result.after else None,
        "note": presenting.between(result.before, result.after),
    }


def _place(street: str, address: str) -> str:
    """Street and address in one line, the street's name once."""
    return address if street and address.startswith(street) else f"{street} {address}".strip()


def _offered(session: Session) -> Sequence[Filter]:
    return (
        SEARCH,
        Filter("f.signed_off_at.since", "销号从", "date"),
        Filter("f.signed_off_at.until", "销号到", "date"),
        Filter(
            "f.district.is", "区（县）", options=choices.units_of_type(session, OrgType.DISTRICT)
        ),
        filters.street(session),
        filters.category(session),
        filters.lead_section(session),
    )


def _controls(found: ResultsPage, offered: Sequence[Filter]) -> list[dict[str, Any]]:
    typed = dict(found.query.typed)
    return [
        {
            "name": each.name,
            "label": each.label,
            "kind": each.kind,
            "options": [("", "全部"), *each.options] if each.kind == "select" else [],
            "value": typed.get(each.name, ""),
            "wide": each.wide,
        }
        for each in offered
    ]


def _href(found: ResultsPage, after: str | None) -> str:
    args: dict[str, list[str]] = {}
    for name, value in found.query.pairs():
        if name not in {"after", "limit"}:
            args.setdefault(name, []).append(value)
    return url_for("results.index", **args, after=after)  # type: ignore[arg-type]
