"""What a row of a ledger says of a problem, and how far an import takes the problem along."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType

from app.domain.facts import CategoryLimit
from app.domain.states import Priority, State

Moment = date | datetime | None  # as far as a file says it; a datetime without zone is the city's

# How far a problem has come; an import takes it further along, never back.
RANK: Mapping[State, int] = MappingProxyType(
    {
        State.POOLED: 0,
        State.LISTED: 1,
        State.URGENT_LISTED: 1,
        State.DEFERRED: 2,
        State.SUBMITTED: 3,
        State.PRE_SIGNED_OFF: 4,
        State.SIGNED_OFF: 5,
    }
)
ENTERS = frozenset(RANK) | {State.VOID}
"""The states a ledger can put a problem in; the others are a person's own work here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A problem as a row of a ledger tells it, in the city's own terms.

    Ids and codes are those of the city; `None` and "" mean that the file does not say.
    `deferral_due` is there for a problem that is, or was, deferred; `deferral_reason` and
    `sent_back` are the file's words. Positions are WGS-84 degrees.
    """

    state: State
    priority: Priority = Priority.GENERAL
    urgent_reason: str = ""
    description: str = ""
    address: str = ""
    community: str = ""
    district_id: int | None = None
    street_id: int | None = None
    category_id: int | None = None
    category_name: str = ""
    category_major: str = ""
    category_limit: CategoryLimit | None = None
    lat: float | None = None
    lng: float | None = None
    lead_section_id: int | None = None
    responsible_org_id: int | None = None
    source: str = "section_import"
    reported_at: Moment = None
    listed_at: Moment = None
    due: Moment = None
    finished_at: Moment = None
    checked_at: Moment = None
    signed_off_at: Moment = None
    deferral_due: date | None = None
    deferral_reason: str = ""
    sent_back: str = ""
    remedy: str = ""
    handled_by: str = ""


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import hands in with one of its moves.

    `state` is the one the file says (T21, T22) or the one to go back to (T23), None to stay.
    `entry` is the row, of which an update takes the `fields`, by their canonical ids; `columns`
    are the values that an undo puts back.
    """

    state: State | None = None
    entry: Entry | None = None
    fields: frozenset[str] = frozenset()
    columns: Mapping[str, object] = field(default_factory=dict)


def reached(now_at: State, said: State | None) -> State:
    """The state after an update: what the file says if that is further along, else as it is.

    Urgent problems are never deferred (A13).
    """
    if said is None or now_at not in RANK or RANK.get(said, -1) <= RANK[now_at]:
        return now_at
    return now_at if now_at is State.URGENT_LISTED and said is State.DEFERRED else said
