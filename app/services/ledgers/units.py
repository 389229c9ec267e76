"""The units a ledger can be made for: which lie in a scope, and which problems are theirs."""

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from app.domain.policy import Scope, scope_of
from app.domain.refusals import Invalid, NotAllowed
from app.domain.roles import SECTION_TYPES, Actor, OrgType
from app.domain.states import Priority
from app.models import Organisation, Problem

WHOLE_CITY = frozenset({OrgType.CITY, OrgType.BUREAU, OrgType.CENTRE})
KINDS = (OrgType.CITY, OrgType.DISTRICT, OrgType.STREET, *sorted(SECTION_TYPES), OrgType.BRIGADE)


def belongs_to(org: Organisation) -> ColumnElement[bool]:
    """The condition on `problem` for a unit's ledger.

    A street or district: what lies in it or is its to solve. A section: what it leads or must
    solve. The brigade: urgent ones and its own. City, bureau and centre: everything.
    """
    kind = OrgType(org.org_type)
    if kind in WHOLE_CITY:
        return true()
    own = Problem.responsible_org_id == org.id
    if kind is OrgType.STREET:
        return or_(Problem.street_id == org.id, own)
    if kind is OrgType.DISTRICT:
        below = select(Organisation.id).where(Organisation.path.startswith(org.path))
        return or_(Problem.district_id == org.id, Problem.responsible_org_id.in_(below))
    if kind in SECTION_TYPES:
        return or_(Problem.lead_section_id == org.id, own)
    if kind is OrgType.BRIGADE:
        return or_(Problem.priority == Priority.URGENT.value, own)
    return own


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """The condition on `organisation` for units whose ledgers this scope covers."""
    if scope.everything:
        return true()
    if scope.section_id is not None:
        return Organisation.id == scope.section_id
    if scope.org_path is not None:
        return Organisation.path.startswith(scope.org_path)
    return Organisation.id == scope.org_id


def units_for(session: Session, actor: Actor) -> list[Organisation]:
    """The units this actor may choose: the city first, districts with their streets, sections."""
    kinds = [kind.value for kind in KINDS]
    rows = session.scalars(
        select(Organisation).where(
            Organisation.is_active, Organisation.org_type.in_(kinds), in_scope(scope_of(actor))
        )
    )
    return sorted(rows, key=lambda org: (KINDS.index(OrgType(org.org_type)), org.position, org.id))


def default_unit(session: Session, actor: Actor) -> int | None:
    """One's own unit where it has ledgers, else the first on offer: the city."""
    ids = [org.id for org in units_for(session, actor)]
    if actor.org_id in ids:
        return actor.org_id
    return ids[0] if ids else None


def unit_in_scope(session: Session, actor: Actor, org_id: int | None) -> Organisation:
    """The unit, if a ledger of it lies in this actor's scope; one's own where none is named.

    Raises Invalid for no unit, NotAllowed with a sentence for one out of sight.
    """
    wanted = org_id if org_id is not None else default_unit(session, actor)
    if wanted is None:
        raise _unknown()
    org = session.get(Organisation, wanted)
    if org is None or not org.is_active or org.org_type not in set(KINDS):
        raise _unknown()
    seen = session.scalar(
        select(Organisation.id).where(Organisation.id == wanted, in_scope(scope_of(actor)))
    )
    if seen is None:
        raise NotAllowed(
            "ledger.unit_out_of_scope",
            f"您不能查看“{org.short_name}”的台账，请选择本单位或下属单位。",
            fields={"org_id": "请选择本单位或下属单位。"},
        )
    return org


def _unknown() -> Invalid:
    return Invalid("ledger.unit", "请选择单位。", fields={"org_id": "请选择单位。"})
