"""Requests for 挂号 in plain values."""

from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.calendars import local_date
from app.door.unit_of_work import unit_of_work
from app.models import ProblemRequest
from app.services.lists.pages import ListPage, ListRow
from app.services.problems.shown import org_names
from app.services.workflow.facts import pending_requests
from app.services.world import load_rules
from app.web import cards, desk, presenting
from app.web.desk import Sitting
from app.web.problem_head import report_facts


def deferrals(session: Session, page: ListPage, now: datetime) -> dict[str, Any]:
    """Each request with its reason, date and measure beside the picture."""
    requests = pending_requests(session, [row.id for row in page.rows])
    names = org_names(session)
    return {
        "items": [
            _item(row, requests[row.id], names, now) for row in page.rows if row.id in requests
        ],
        "empty_words": (page.queue.empty, page.queue.empty_hint),
        "next": url_for("sign_off.deferrals", after=page.next) if page.next else None,
        "first": url_for("sign_off.deferrals") if page.query.after else None,
        "leader_days": load_rules(session).deferral_leader_days,
    }


def _item(
    row: ListRow, request: ProblemRequest, names: dict[int, str], now: datetime
) -> dict[str, Any]:
    return {
        "href": url_for("sign_off.deferral", problem_id=row.id),
        "title": cards.title(row.values),
        "place": cards.place(row.shown),
        "number": row.shown["number"],
        "unit": row.shown["responsible"],
        "thumb_href": url_for("photos.thumb", photo_id=row.photo_id) if row.photo_id else "",
        "clock": row.reading,
        "until": until(request, now),
        "request": presenting.pending(request, names),
    }


def until(request: ProblemRequest, now: datetime) -> str:
    """The date that is asked for, and how far ahead it is."""
    if request.target_date is None:
        return ""
    days = (request.target_date - local_date(now)).days
    return f"挂号至 {request.target_date.isoformat()}（{days} 天）"


def deferral(sitting: Sitting, now: datetime) -> dict[str, Any]:
    """One request, and the forms of the decision."""
    detail = sitting.detail
    asked = detail.request
    return desk.page(sitting) | {
        "until": until(asked, now) if asked else "",
        "facts": report_facts(detail),
        "leader_days": load_rules(unit_of_work()).deferral_leader_days,
        "timeline": presenting.timeline(detail.entries, {}),
    }
