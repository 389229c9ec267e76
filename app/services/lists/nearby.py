"""Problems close to a place: what a reviewer compares with, and what a reporter is asked about."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import cos, radians

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from app.domain.addresses import likeness
from app.domain.distances import Place, metres_between, square_around
from app.domain.guards import Circumstances
from app.domain.roles import Actor
from app.domain.rules import Rules
from app.domain.states import OPEN, Phase, State
from app.models import Organisation, Problem
from app.services.evidence import photos as evidence
from app.services.lists import pages
from app.services.scope import visible_to
from app.services.world import load_rules

MOST_READ = 200
MOST_ASKED = 4  # a phone's form is no list


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another problem close by: metres away, and whether it is of the same kind."""

    problem: Problem
    metres: int
    same_category: bool
    photo_id: str | None


@dataclass(frozen=True, slots=True)
class Alike:
    """A problem of the same street and kind whose address reads much the same."""

    problem: Problem
    photo_id: str | None


def neighbours(
    session: Session, actor: Actor, problem: Problem, at: Circumstances, *, most: int = 6
) -> list[Neighbour]:
    """Visible problems near this one in place and time, same kind first, then by distance (A19).

    Same kind: within the radius of the settings; other kinds within half of it. Void ones
    are left out.
    """
    if problem.lat is None or problem.lng is None:
        return []
    here, radius = (problem.lat, problem.lng), at.rules.nearby_metres
    since = (problem.pooled_at or problem.created_at) - timedelta(days=at.rules.nearby_days)
    found = []
    lately = and_(
        Problem.id != problem.id,
        Problem.state.not_in([State.DRAFT.value, State.VOID.value]),
        Problem.created_at >= since,
    )
    for metres, other in _within(session, actor, here, radius, lately):
        same = other.category_id == problem.category_id
        if same or metres <= radius / 2:
            found.append((not same, metres, other))
    found.sort(key=lambda item: item[:2])
    nearest = found[:most]
    photos = evidence.photos_of(session, [other.id for _, _, other in nearest])
    return [
        Neighbour(
            problem=other,
            metres=round(metres),
            same_category=not different,
            photo_id=photos[other.id][0].id if photos[other.id] else None,
        )
        for different, metres, other in nearest
    ]


def same_kind(
    session: Session,
    actor: Actor,
    now: datetime,
    here: Place,
    category_id: int,
    *,
    without: Collection[int] = (),
) -> list[Neighbour]:
    """What a new report of this kind at this place may be once more, the nearest first; four.

    Visible problems of the kind within the radius of the settings: the open ones however old,
    and those signed off so lately that this would be a recurrence (A25).
    """
    rules = load_rules(session)
    alike = and_(
        Problem.category_id == category_id, _may_be_again(now, rules), Problem.id.not_in(without)
    )
    around = sorted(_within(session, actor, here, rules.nearby_metres, alike), key=lambda it: it[0])
    nearest = around[:MOST_ASKED]
    photos = pages.first_photos(session, [other.id for _, other in nearest], Phase.BEFORE)
    return [
        Neighbour(other, round(metres), same_category=True, photo_id=photos.get(other.id))
        for metres, other in nearest
    ]


def same_kind_by_words(
    session: Session,
    actor: Actor,
    now: datetime,
    street_id: int,
    category_id: int,
    address: str,
    *,
    without: Collection[int] = (),
) -> list[Alike]:
    """The same for a report that has no position: by the street and the words of the address.

    Of the newest 200 visible ones of that street and kind, the likest first; four.
    """
    street = session.get(Organisation, street_id)
    if street is None or not address.strip():
        return []
    rows = session.scalars(
        select(Problem)
        .where(
            visible_to(actor),
            Problem.street_id == street_id,
            Problem.category_id == category_id,
            _may_be_again(now, load_rules(session)),
            Problem.id.not_in(without),
        )
        .order_by(Problem.id.desc())
        .limit(MOST_READ)
    )
    names = (street.name, street.short_name)
    scored = [(likeness(address, other.address, names), other) for other in rows]
    scored.sort(key=lambda each: -each[0])
    likest = [other for share, other in scored[:MOST_ASKED] if share]
    photos = pages.first_photos(session, [other.id for other in likest], Phase.BEFORE)
    return [Alike(other, photos.get(other.id)) for other in likest]


def may_recur(problem: Problem, now: datetime, days: int) -> bool:
    """Whether a report may still say that it is this problem come back."""
    closed = problem.signed_off_at
    return (
        problem.state == State.SIGNED_OFF.value
        and closed is not None
        and closed >= now - timedelta(days=days)
    )


def _may_be_again(now: datetime, rules: Rules) -> ColumnElement[bool]:
    open_ones = Problem.state.in_([state.value for state in OPEN])
    return or_(open_ones, _closed_lately(now, rules.recurrence_days))


def _closed_lately(now: datetime, days: int) -> ColumnElement[bool]:
    return and_(
        Problem.state == State.SIGNED_OFF.value,
        Problem.signed_off_at >= now - timedelta(days=days),
    )


def _within(
    session: Session, actor: Actor, here: Place, radius: float, wanted: ColumnElement[bool]
) -> Iterable[tuple[float, Problem]]:
    """Visible problems within so many metres, each with its distance; the nearest 200 at most."""
    south, west, north, east = square_around(here, radius)
    up, aside = Problem.lat - here[0], (Problem.lng - here[1]) * cos(radians(here[0]))
    rows = session.scalars(
        select(Problem)
        .where(
            visible_to(actor),
            wanted,
            Problem.lat.between(south, north),
            Problem.lng.between(west, east),
        )
        .order_by(up * up + aside * aside)
        .limit(MOST_READ)
    )
    for other in rows:
        if other.lat is not None and other.lng is not None:
            metres = metres_between(here, (other.lat, other.lng))
            if metres <= radius:
                yield metres, other
