"""The ledgers that make themselves: of the whole city, and of every unit that has rows."""

from datetime import datetime

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from app.domain.calendars import start_of
from app.domain.policy import Scope
from app.domain.roles import SECTION_TYPES, OrgType
from app.domain.states import State
from app.models import Ledger, Organisation, Problem
from app.services.dates import Period, day_after
from app.services.ledgers import asking
from app.services.ledgers.units import belongs_to

EVERYTHING = Scope(user_id=None, everything=True)
_KINDS = (OrgType.CITY, OrgType.DISTRICT, *sorted(SECTION_TYPES))


def create_for(session: Session, now: datetime, origin: str, period: Period) -> int:
    """Queue what is not there yet: the city always, districts and sections that have rows."""
    made = 0
    for org in _units(session):
        if _exists(session, origin, period, org.id):
            continue
        if org.org_type != OrgType.CITY and not _has_rows(session, period, org):
            continue
        asking.create(session, now, period, org.id, origin, EVERYTHING)
        made += 1
    return made


def _units(session: Session) -> list[Organisation]:
    kinds = [kind.value for kind in _KINDS]
    return list(
        session.scalars(
            select(Organisation)
            .where(Organisation.is_active, Organisation.org_type.in_(kinds))
            .order_by(Organisation.id)
        )
    )


def _exists(session: Session, origin: str, period: Period, org_id: int) -> bool:
    found = session.scalar(
        select(Ledger.id).where(
            Ledger.origin == origin,
            Ledger.period_from == period.first,
            Ledger.period_to == period.last,
            Ledger.org_id == org_id,
        )
    )
    return found is not None


def _has_rows(session: Session, period: Period, org: Organisation) -> bool:
    signed_off = and_(
        Problem.state == State.SIGNED_OFF.value,
        Problem.signed_off_at >= start_of(period.first),
        Problem.signed_off_at < start_of(day_after(period.last)),
    )
    found = session.scalar(select(Problem.id).where(signed_off, belongs_to(org)).limit(1))
    return found is not None
