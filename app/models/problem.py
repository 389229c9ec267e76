"""The problem: the one aggregate, a row of the super table with the workflow's fixed columns."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.domain.states import NUMBERED, RequestStatus, State
from app.models.base import Base

_STATES = ", ".join(f"'{state.value}'" for state in State)
_NUMBERED = ", ".join(f"'{state.value}'" for state in sorted(NUMBERED))
_PENDING = ", ".join(f"'{s.value}'" for s in (RequestStatus.OPEN, RequestStatus.ENDORSED))


class Problem(Base):
    """A street problem. State, number, clocks and evidence change through moves alone."""

    __tablename__ = "problem"
    __table_args__ = (
        CheckConstraint(f"state IN ({_STATES})", name="state_known"),
        CheckConstraint(f"state NOT IN ({_NUMBERED}) OR number IS NOT NULL", name="number_given"),
        CheckConstraint("state <> 'deferred' OR deferral_due IS NOT NULL", name="deferral_dated"),
        CheckConstraint("state <> 'signed_off' OR signed_off_at IS NOT NULL", name="closing_dated"),
        Index("ix_problem_state_due", "state", "due_at", "id"),
        Index("ix_problem_street_state_due", "street_id", "state", "due_at", "id"),
        Index("ix_problem_responsible_state_due", "responsible_org_id", "state", "due_at", "id"),
        Index("ix_problem_lead_state_due", "lead_section_id", "state", "due_at", "id"),
        Index("ix_problem_reporter_state", "reporter_id", "state", "id"),
        Index("ix_problem_signed_off_at", "signed_off_at", "id"),
        Index("ix_problem_category_state_place", "category_id", "lat", "lng"),
        Index("ix_problem_place", "lat", "lng"),  # of any kind
        # One filter, newest first: the table's own order.
        Index("ix_problem_state", "state", "id"),
        Index("ix_problem_street", "street_id", "id"),
        Index("ix_problem_lead", "lead_section_id", "id"),
        Index("ix_problem_responsible", "responsible_org_id", "id"),
        Index("ix_problem_category", "category_id", "id"),
        Index("ix_problem_due_at", "due_at", "id"),
        Index("ix_problem_pooled_at", "pooled_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(20))
    number: Mapped[str | None] = mapped_column(String(40), unique=True)
    priority: Mapped[str] = mapped_column(String(10), default="general")
    urgent_reason: Mapped[str] = mapped_column(Text, default="")
    urgent_denied: Mapped[bool] = mapped_column(default=False)
    source: Mapped[str] = mapped_column(String(32), default="street_survey")

    category_id: Mapped[int | None] = mapped_column(ForeignKey("category.id"))
    category_name: Mapped[str] = mapped_column(String(50), default="")
    category_major: Mapped[str] = mapped_column(String(50), default="")
    description: Mapped[str] = mapped_column(Text, default="")

    district_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    street_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    community: Mapped[str] = mapped_column(String(100), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    lat: Mapped[float | None]
    lng: Mapped[float | None]
    accuracy_m: Mapped[float | None]
    coord_source: Mapped[str] = mapped_column(String(20), default="")
    located_at: Mapped[datetime | None]
    no_position_reason: Mapped[str] = mapped_column(String(200), default="")

    reporter_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reporter_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    lead_section_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    responsible_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))

    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    pooled_at: Mapped[datetime | None]
    listed_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    pre_signed_off_at: Mapped[datetime | None]
    signed_off_at: Mapped[datetime | None]
    voided_at: Mapped[datetime | None]

    due_at: Mapped[datetime | None]
    due_provisional: Mapped[bool] = mapped_column(default=False)
    stage_due_at: Mapped[datetime | None]
    stage_due_provisional: Mapped[bool] = mapped_column(default=False)
    clock_amount: Mapped[int | None]
    clock_unit: Mapped[str | None] = mapped_column(String(16))
    clock_consumed: Mapped[int] = mapped_column(default=0)
    clock_since: Mapped[datetime | None]
    clock_paused_at: Mapped[datetime | None]

    remedy: Mapped[str] = mapped_column(Text, default="")
    handled_by: Mapped[str] = mapped_column(String(100), default="")
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    checked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    signed_off_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    came_from: Mapped[str | None] = mapped_column(String(20))
    round: Mapped[int] = mapped_column(default=0)
    on_time: Mapped[bool | None]
    returned_count: Mapped[int] = mapped_column(default=0)
    send_back_reason: Mapped[str] = mapped_column(String(32), default="")
    send_back_text: Mapped[str] = mapped_column(Text, default="")

    deferral_due: Mapped[date | None]
    deferral_expired: Mapped[bool] = mapped_column(default=False)
    deferrals_approved: Mapped[int] = mapped_column(default=0)
    extensions_granted: Mapped[int] = mapped_column(default=0)
    reopened: Mapped[bool] = mapped_column(default=False)
    void_reason: Mapped[str] = mapped_column(String(32), default="")
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"))
    recurrence_of_id: Mapped[int | None] = mapped_column(ForeignKey("problem.id"))


class CoOrganisation(Base):
    """A unit that helps (协办); only the main unit submits (A26)."""

    __tablename__ = "problem_co_org"

    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), primary_key=True)
    org_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), primary_key=True)


class ProblemRequest(Base):
    """挂号, 改派 or 延期 asked for beside a problem; at most one is pending."""

    __tablename__ = "problem_request"
    __table_args__ = (
        Index(
            "uq_problem_request_pending",
            "problem_id",
            unique=True,
            sqlite_where=text(f"status IN ({_PENDING})"),
            postgresql_where=text(f"status IN ({_PENDING})"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    problem_id: Mapped[int] = mapped_column(ForeignKey("problem.id"), index=True)
    kind: Mapped[str] = mapped_column(String(16))
    status: Mapped[str] = mapped_column(String(16))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    asked_at: Mapped[datetime]
    reason_code: Mapped[str] = mapped_column(String(32), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    target_date: Mapped[date | None]
    interim_measure: Mapped[str] = mapped_column(Text, default="")
    days: Mapped[int | None]
    target_org_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[datetime | None]
    decision_text: Mapped[str] = mapped_column(Text, default="")
