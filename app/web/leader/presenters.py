"""A leader's pages in plain values."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from app.domain.calendars import local_date
from app.domain.policy import may_delegate
from app.domain.roles import Actor
from app.services.lists import nearby, pages
from app.services.lists.nearby import Neighbour
from app.services.people import delegations
from app.services.people.delegations import StandIn
from app.services.problems import shown
from app.services.problems.shown import Detail
from app.services.world import circumstances
from app.web import presenting
from app.web.leader.forms import MOVES, DecisionForm, DelegationForm

MOST_CARDS = "20"
MOST_PHOTOS = 4  # one large, three below it


def urgent_page(
    session: Session,
    actor: Actor,
    now: datetime,
    refused: Mapping[int, DecisionForm] | None = None,
) -> dict[str, Any]:
    """What waits for this leader, the oldest first; `refused` are forms to be shown again."""
    page = pages.list_problems(session, actor, now, "urgent_review", [("limit", MOST_CARDS)])
    again = refused or {}
    cards = [
        _card(session, actor, now, row.id, again.get(row.id) or DecisionForm(formdata=None))
        for row in page.rows
    ]
    return {
        "cards": cards,
        "lost": [form for key, form in again.items() if key not in {row.id for row in page.rows}],
        "empty": (page.queue.empty, page.queue.empty_hint),
        "more": page.next is not None,
        "stand_in": _standing_in(session, actor, now),
        "may_delegate": may_delegate(actor),
    }


def _card(
    session: Session, actor: Actor, now: datetime, problem_id: int, form: DecisionForm
) -> dict[str, Any]:
    """Everything a decision needs on one screen."""
    detail = shown.detail(session, actor, problem_id, now)
    problem, name = detail.problem, presenting.title_of(detail.problem)
    around = nearby.neighbours(session, actor, problem, circumstances(session, now))
    form.version.data = form.version.data or str(detail.facts.version)
    asked, referred = _words_of(detail, "report", "correct"), _words_of(detail, "refer_to_leader")
    buttons = presenting.buttons(detail.options, problem, detail.org_names)
    return {
        "id": problem.id,
        "form": form,
        "title": name,
        "description": problem.description,
        "place": presenting.place_of(problem, detail.org_names),
        "reason": asked or referred,
        "reviewer": referred if referred != asked else "",
        "facts": _facts(detail),
        "photos": presenting.photos(detail.before[:MOST_PHOTOS], name),
        "more_photos": max(0, len(detail.before) - MOST_PHOTOS),
        "clock": detail.stage_reading,
        "near": _near(around),
        "in_place_of": actor.delegated_from.get(problem.lead_section_id or 0, ""),
        "buttons": [button for button in buttons if button["id"] in MOVES],
        "href": url_for("problem.show", problem_id=problem.id),
        "action": url_for("leader.decide", problem_id=problem.id),
    }


def _facts(detail: Detail) -> list[str]:
    """Who reported it when, who leads, who would rectify: each short enough for one line."""
    problem, names = detail.problem, detail.org_names
    reporter = names.get(problem.reporter_org_id or 0, "")
    section = names.get(problem.lead_section_id or 0, "")
    unit = names.get(problem.responsible_org_id or 0, "")
    return [
        f"{reporter} {presenting.moment(problem.pooled_at)} 上报",
        f"牵头 {section}",
        f"责任单位 {unit}",
    ]


def _words_of(detail: Detail, *moves: str) -> str:
    """What was written with the last of these moves."""
    reasons = [entry.reason for entry in detail.entries if entry.move in moves]
    return reasons[-1] if reasons else ""


def _near(around: list[Neighbour]) -> str:
    """A hint, never a verdict: what else was reported close by."""
    same = [each for each in around if each.same_category]
    if same:
        return f"附近 {same[0].metres} 米内另有 {len(same)} 件同类问题"
    return f"附近 {around[0].metres} 米有 {len(around)} 件其他问题" if around else ""


def _standing_in(session: Session, actor: Actor, now: datetime) -> str:
    """Who decides in this leader's place today, in a sentence."""
    for each in delegations.stand_ins_of(session, actor, now):
        if each.is_running:
            return f"已委托 {each.org_name} {each.name} 代为审定，{_until(each, now)}。"
    return ""


def _until(stand_in: StandIn, now: datetime) -> str:
    day = stand_in.last_day
    year = f"{day.year}年" if day.year != local_date(now).year else ""
    return f"到 {year}{day.month}月{day.day}日"


def delegation_page(
    session: Session, actor: Actor, now: datetime, form: DelegationForm
) -> dict[str, Any]:
    """Who stands in, who did, and the form for another one."""
    people = delegations.candidates(session, actor)
    form.delegate_id.choices = [
        SelectChoice("", "请选择"),
        *(SelectChoice(str(user_id), f"{org} {name}") for user_id, name, org in people),
    ]
    return {
        "form": form,
        "today": local_date(now).isoformat(),
        "rows": [
            {
                "id": each.id,
                "who": f"{each.org_name} {each.name}",
                "days": _days(each),
                "standing": _standing(each),
                "revocable": not each.is_over,
            }
            for each in delegations.stand_ins_of(session, actor, now)
        ],
    }


def _days(each: StandIn) -> str:
    first, last = (f"{d.year}年{d.month}月{d.day}日" for d in (each.first_day, each.last_day))
    return first if first == last else f"{first} 至 {last}"


def _standing(each: StandIn) -> str:
    if each.is_over:
        return "已结束"
    return "生效中" if each.is_running else "未开始"
