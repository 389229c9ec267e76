"""What is given once for many problems, and what each says itself where that was left blank."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.facts import Facts, Given
from app.domain.workflow import Move
from app.models import Category

KEPT = (
    "text", "reason_code", "category_id", "lead_section_id", "responsible_org_id", "remedy",
    "handled_by", "target_date", "interim_measure", "days", "duplicate_of_id",
)  # fmt: skip
# Left blank, each problem keeps its own; what they are called where one chooses.
ROUTED = frozenset({"dispatch", "refer_to_leader"})
FOLLOWS: Mapping[str, Mapping[str, str]] = {
    **{
        move: {
            "category_id": "各条按上报的类别",
            "lead_section_id": "各条按类别的牵头科室",
            "responsible_org_id": "各条由问题所在街道",
        }
        for move in ROUTED
    },
    "approve_deferral": {"target_date": "留空的，各条按申请的期限。"},
    "approve_reassign": {"responsible_org_id": "各条按申请中建议的单位"},
}


def filled(move: Move, given: Given, facts: Facts, lead: int | None) -> Given:
    """What was given, with the blanks that follow each problem filled from it.

    `lead` is the section that leads the category.
    """
    follows = FOLLOWS.get(move.id, {})
    request = facts.request
    known: dict[str, Any] = {
        "category_id": facts.category_id,
        "lead_section_id": lead,
        "responsible_org_id": facts.street_id,
        "target_date": request.target_date if request else None,
    }
    if move.id == "approve_reassign":
        known["responsible_org_id"] = request.target_org_id if request else None
    blank = {name: known[name] for name in follows if getattr(given, name) is None}
    return replace(given, **blank)


def leads_of_categories(session: Session) -> dict[int, int]:
    """Category id -> the section that leads it."""
    rows = session.execute(
        select(Category.id, Category.lead_section_id).where(Category.lead_section_id.is_not(None))
    )
    return {category_id: lead for category_id, lead in rows if lead is not None}


def given_from(kept: Mapping[str, Any]) -> Given:
    """What was given, as the row keeps it."""
    values = dict(kept)
    if values.get("target_date"):
        values["target_date"] = date.fromisoformat(values["target_date"])
    return Given(**values)


def as_json(given: Given) -> dict[str, Any]:
    """Only what a bulk form can hold, and of that what was filled in."""
    values = {name: getattr(given, name) for name in KEPT}
    if given.target_date is not None:
        values["target_date"] = given.target_date.isoformat()
    return {name: value for name, value in values.items() if value not in {None, ""}}
