"""What lies around a place: problems one may see, and the streets, to find one's way by."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.distances import Place, metres_between, square_around
from app.domain.roles import Actor, OrgType
from app.domain.states import State
from app.models import Organisation, Problem
from app.services.scope import visible_to

PROBLEM_M = 400
PLACE_M = 4_000
MOST_READ = 500
MOST = 60
NAMED = (OrgType.STREET.value, OrgType.ZONE.value)  # what people find their way by


@dataclass(frozen=True, slots=True)
class Around:
    """Problems, the nearest first, and organisations with a place of their own."""

    problems: Sequence[Problem]
    places: Sequence[Organisation]


NOTHING = Around((), ())


def home_of(session: Session, actor: Actor) -> Place | None:
    """Where the actor's unit is, or the nearest one above it that has a place."""
    above = [int(part) for part in actor.org_path.split("/") if part]
    places = {
        row.id: (row.lat, row.lng)
        for row in session.scalars(select(Organisation).where(Organisation.id.in_(above)))
        if row.lat is not None and row.lng is not None
    }
    return next((places[org_id] for org_id in reversed(above) if org_id in places), None)


def around(session: Session, actor: Actor, here: Place) -> Around:
    """At most 60 visible problems within 400 m, and the streets within 4 km, of a WGS-84 place."""
    rows, columns = _reach(here, PROBLEM_M)
    problems = session.scalars(
        select(Problem)
        .where(
            visible_to(actor),
            Problem.state.not_in([State.DRAFT.value, State.VOID.value]),
            Problem.lat.between(*rows),
            Problem.lng.between(*columns),
        )
        .order_by(Problem.created_at.desc())
        .limit(MOST_READ)
    ).all()
    nearest = sorted(problems, key=lambda row: metres_between(here, (row.lat or 0, row.lng or 0)))
    rows, columns = _reach(here, PLACE_M)
    places = session.scalars(
        select(Organisation).where(
            Organisation.is_active,
            Organisation.org_type.in_(NAMED),
            Organisation.lat.between(*rows),
            Organisation.lng.between(*columns),
        )
    ).all()
    return Around(nearest[:MOST], places)


def _reach(here: Place, metres: float) -> tuple[tuple[float, float], tuple[float, float]]:
    """From and to in latitude, and in longitude."""
    south, west, north, east = square_around(here, metres)
    return (south, north), (west, east)
