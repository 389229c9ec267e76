"""Settles the demo city: organisations, accounts, categories, the sections' own fields."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.demo.categories import CATEGORIES, DemoCategory
from app.demo.fields import settle_fields
from app.demo.organisations import ORGANISATIONS
from app.demo.people import DEMO_PASSWORD, PEOPLE, Person
from app.demo.views import seed_views
from app.models import Category, Leadership, Organisation, User, UserRole
from app.services.calendar_seed import seed_calendar
from app.services.people.passwords import hash_password


def load_reference(session: Session, now: datetime) -> dict[str, int]:
    """Everything of the demo city but its problems; gives user ids by login."""
    seed_calendar(session, now)
    orgs = _organisations(session)
    users = _people(session, orgs, now)
    for place, category in enumerate(CATEGORIES):
        session.add(_category(category, place, orgs))
    session.flush()
    settle_fields(session, users, now)
    seed_views(session, users, now)
    return users


def _organisations(session: Session) -> dict[str, Organisation]:
    made: dict[str, Organisation] = {}
    for place, plan in enumerate(ORGANISATIONS):
        parent = made[plan.parent_code] if plan.parent_code else None
        org = Organisation(
            code=plan.code,
            name=plan.name,
            short_name=plan.short_name,
            org_type=plan.org_type,
            parent_id=parent.id if parent else None,
            path="/",
            dispatchable=plan.dispatchable,
            position=place,
            lat=plan.lat,
            lng=plan.lng,
        )
        session.add(org)
        session.flush()  # the path needs the id
        org.path = f"{parent.path if parent else '/'}{org.id}/"
        made[plan.code] = org
    session.flush()
    return made


def _people(session: Session, orgs: dict[str, Organisation], now: datetime) -> dict[str, int]:
    shared = hash_password(DEMO_PASSWORD)  # one password for all, so one hash will do
    made = {person.login: _user(person, orgs, shared, now) for person in PEOPLE}
    session.add_all(made.values())
    session.flush()
    for person in PEOPLE:
        for section_code in person.leads:
            leader, section = made[person.login], orgs[section_code]
            session.add(Leadership(leader_id=leader.id, section_id=section.id))
    session.flush()
    return {login: user.id for login, user in made.items()}


def _user(person: Person, orgs: dict[str, Organisation], password: str, now: datetime) -> User:
    return User(
        login=person.login,
        name=person.name,
        org_id=orgs[person.org_code].id,
        password_hash=password,
        created_at=now,
        roles=[UserRole(role=role) for role in person.roles],
    )


def _category(plan: DemoCategory, place: int, orgs: dict[str, Organisation]) -> Category:
    urgent = plan.limit_value if plan.limit_unit == "urgent_hour" else None
    return Category(
        scheme=plan.scheme,
        code=plan.code,
        kind=plan.kind,
        major_name=plan.major_name,
        name=plan.minor_name,
        icon=plan.icon,
        everyday=plan.everyday,
        position=place,
        lead_section_id=orgs[plan.lead_section].id,
        limit_amount=plan.limit_value,
        limit_unit=plan.limit_unit,
        urgent_hours=urgent,
        urgent_default=plan.urgent_default,
        keywords=" ".join(plan.keywords),
    )
