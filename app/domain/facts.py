"""What the rules know of a problem, and what a person hands in with a move: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from app.domain.clocks import Clock, Due
from app.domain.states import Priority, RequestKind, RequestStatus, State

if TYPE_CHECKING:
    from app.domain.importing import Imported


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """An open request beside the problem (挂号, 改派, 延期)."""

    id: int
    kind: RequestKind
    status: RequestStatus
    asked_by_id: int | None
    target_date: date | None = None
    days: int | None = None
    target_org_id: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A verdict that is the last thing that happened; `columns` are the values before it."""

    move: str
    by_id: int | None
    at: datetime
    from_state: State
    columns: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Facts:
    """A problem as the rules see it: no database, no relations."""

    id: int | None
    version: int
    state: State
    priority: Priority
    reporter_id: int | None
    reporter_org_id: int | None
    street_id: int | None = None
    lead_section_id: int | None = None
    responsible_org_id: int | None = None
    category_id: int | None = None
    category_urgent_hours: int | None = None
    number: str | None = None
    submitted_by_id: int | None = None
    checked_by_id: int | None = None
    came_from: State | None = None
    listed_at: datetime | None = None
    submitted_at: datetime | None = None
    signed_off_at: datetime | None = None
    due: Due | None = None
    clock: Clock | None = None
    deferral_due: date | None = None
    deferrals_approved: int = 0
    extensions_granted: int = 0
    returned_count: int = 0
    round: int = 0
    request: RequestFacts | None = None
    verdict: Verdict | None = None
    forbidden_by: tuple[str, ...] = ()  # signals of its photos with which nobody may pass it
    unexamined: int = 0  # photos that must be looked over first, where a signal can forbid


@dataclass(frozen=True, slots=True)
class Given:
    """What comes with a move. Only the fields a move names in its needs are read."""

    text: str = ""
    reason_code: str = ""
    description: str = ""
    category_id: int | None = None
    category_limit: "CategoryLimit | None" = None
    street_id: int | None = None
    lead_section_id: int | None = None
    responsible_org_id: int | None = None
    co_org_ids: tuple[int, ...] = ()
    priority: Priority | None = None
    position: tuple[float, float] | None = None
    no_position_reason: str = ""
    photos: int = 0
    remedy: str = ""
    handled_by: str = ""
    target_date: date | None = None
    interim_measure: str = ""
    days: int | None = None
    duplicate_of_id: int | None = None
    client_at: datetime | None = None
    imported: "Imported | None" = None
    payload: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CategoryLimit:
    """The limit a category brings along, used when the city switched category limits on."""

    amount: int
    unit: str
    urgent_hours: int | None = None
