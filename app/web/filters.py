"""The filters that lists offer, by what people ask for."""

from sqlalchemy.orm import Session

from app.domain.roles import SECTION_TYPES, OrgType
from app.domain.states import Priority, State
from app.services.problems import shown
from app.web import choices
from app.web.listing import Filter


def state() -> Filter:
    """By state; drafts are nobody else's."""
    options = [(each.value, each.label) for each in State if each is not State.DRAFT]
    return Filter("f.state.is", "状态", options=options)


def priority() -> Filter:
    """一般 or 紧急."""
    return Filter(
        "f.priority.is", "紧急程度", options=[(each.value, each.label) for each in Priority]
    )


def street(session: Session) -> Filter:
    """By the street it lies in."""
    return Filter("f.street.is", "街道", options=choices.units_of_type(session, OrgType.STREET))


def lead_section(session: Session) -> Filter:
    """By the section that leads."""
    options = choices.units_of_type(session, *sorted(SECTION_TYPES))
    return Filter("f.lead_section.is", "牵头科室", options=options)


def responsible(session: Session) -> Filter:
    """By the unit that must solve it."""
    rows = shown.organisations(session, dispatchable=True)
    options = [(str(row.id), row.name) for row in rows]
    return Filter("f.responsible.is", "责任单位", options=options)


def category(session: Session) -> Filter:
    """By kind."""
    rows = shown.active_categories(session)
    return Filter("f.category_id.is", "问题小类", options=[(str(row.id), row.name) for row in rows])


def reported_between() -> tuple[Filter, Filter]:
    """Reported from a day to a day."""
    return (
        Filter("f.pooled_at.since", "上报从", "date"),
        Filter("f.pooled_at.until", "上报到", "date"),
    )
