"""The fixed columns of the super table: what the workflow keeps of a problem, as fields."""

from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Date, case, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.states import (
    Phase,
    Priority,
    SendBackReason,
    State,
    VoidReason,
)
from app.models import Photo, Problem, WorkCalendarDay
from sheets.catalogue import Field, Sheet
from sheets.formulas import words
from sheets.formulas.workday_words import workdays_between
from sheets.sql_days import local_day

SOURCES = (
    ("street_survey", "街道普查"),
    ("grid_patrol", "网格巡查"),
    ("hotline_transfer", "热线转办"),
    ("digital_platform", "数字城管平台"),
    ("section_import", "科室导入"),
    ("inspection", "巡查督查"),
)
NAME = "problem"
_TABLE = Problem.__table__


def choices_of(kind: type[StrEnum]) -> dict[str, object]:
    """An enumeration with labels, as the options of a single choice."""
    return {"choices": [[member.value, getattr(member, "label", "")] for member in kind]}


def _field(
    field_id: str,
    caption: str,
    kind: str,
    attribute: InstrumentedAttribute[Any],
    options: dict[str, object] | None = None,
    *,
    shown: bool = False,
    searchable: bool | None = None,
) -> Field:
    column: ColumnElement[Any] = _TABLE.c[attribute.key]
    return Field(
        field_id, caption, kind, column, options or {}, readonly=True, hidden=not shown,
        searchable=searchable,
    )  # fmt: skip


def _photos(field_id: str, caption: str, phase: Phase) -> Field:
    """How many photos of a phase a problem has; a table shows the first of them."""
    own = (Photo.problem_id == _TABLE.c.id) & (Photo.phase == phase.value)
    count = select(func.count(Photo.id)).where(own).correlate(_TABLE).scalar_subquery()
    return Field(field_id, caption, "photos", count, readonly=True)


def _reference(kind: str) -> dict[str, object]:
    return {"kind": kind}


def _days_left(today: date | None) -> Field:
    """Working days from today to the due day, as the clock of an open problem counts them.

    Negative once it is past; nothing where no clock runs. Without `today` the database says it.
    """
    left = workdays_between(WorkCalendarDay.__tablename__)(
        words.database_today() if today is None else literal(today, Date()),
        local_day(_TABLE.c.due_at),
    )
    running = _TABLE.c.state.in_([State.LISTED.value, State.URGENT_LISTED.value])
    column = case((running, left), else_=None)
    return Field(
        DAYS_LEFT, "剩余工作日", "number", column, {"decimals": 0}, readonly=True, hidden=True
    )


P = Problem
DAYS_LEFT = "days_left"
FIXED: tuple[Field, ...] = (
    _field("number", "问题编号", "text", P.number, shown=True),
    _field("state", "状态", "single_choice", P.state, choices_of(State), shown=True),
    _field("priority", "紧急程度", "single_choice", P.priority, choices_of(Priority), shown=True),
    _photos("before_photos", "整改前", Phase.BEFORE),
    _photos("after_photos", "整改后", Phase.AFTER),
    _field("category", "问题小类", "text", P.category_name, shown=True),
    _field("major", "问题大类", "text", P.category_major, searchable=False),
    _field("category_id", "类别", "reference", P.category_id, _reference("category")),
    _field("description", "问题描述", "long_text", P.description, shown=True),
    _field("district", "区（县）", "organisation", P.district_id),
    _field("street", "街道", "organisation", P.street_id, shown=True),
    _field("community", "社区", "text", P.community, searchable=False),
    _field("address", "具体点位", "text", P.address, shown=True),
    _field("lead_section", "牵头科室", "organisation", P.lead_section_id, shown=True),
    _field("origin_sheet", "所属科室表", "reference", P.lead_section_id, _reference("sheet")),
    _field("responsible", "责任单位", "organisation", P.responsible_org_id, shown=True),
    _field("reporter", "上报人", "person", P.reporter_id),
    _field("reporter_org", "上报单位", "organisation", P.reporter_org_id),
    _field("source", "问题来源", "single_choice", P.source, {"choices": SOURCES}),
    _field("pooled_at", "上报时间", "date_time", P.pooled_at, shown=True),
    _field("listed_at", "下发时间", "date_time", P.listed_at),
    _field("due_at", "整改时限", "date_time", P.due_at, shown=True),
    _days_left(None),
    _field("stage_due_at", "办理时限", "date_time", P.stage_due_at),
    _field("submitted_at", "整改完成时间", "date_time", P.submitted_at),
    _field("pre_signed_off_at", "预销号时间", "date_time", P.pre_signed_off_at),
    _field("signed_off_at", "销号时间", "date_time", P.signed_off_at),
    _field("voided_at", "作废时间", "date_time", P.voided_at),
    _field("submitted_by", "提交人", "person", P.submitted_by_id),
    _field("checked_by", "核查人", "person", P.checked_by_id),
    _field("signed_off_by", "销号人", "person", P.signed_off_by_id),
    _field("handled_by", "整改人", "text", P.handled_by, searchable=False),
    _field("remedy", "解决方案", "long_text", P.remedy, searchable=False),
    _field("on_time", "是否按期", "tick", P.on_time),
    _field("returned_count", "退件次数", "number", P.returned_count),
    _field(
        "send_back_reason", "退件原因", "single_choice", P.send_back_reason,
        choices_of(SendBackReason),
    ),
    _field("send_back_text", "退件说明", "long_text", P.send_back_text, searchable=False),
    _field("deferral_due", "挂号期限", "date", P.deferral_due),
    _field("deferral_expired", "挂号已到期", "tick", P.deferral_expired),
    _field("reopened", "曾撤销销号", "tick", P.reopened),
    _field("urgent_denied", "紧急转一般", "tick", P.urgent_denied),
    _field("urgent_reason", "紧急理由", "long_text", P.urgent_reason, searchable=False),
    _field(
        "void_reason", "作废原因", "single_choice", P.void_reason, choices_of(VoidReason)
    ),
    _field("lat", "纬度", "number", P.lat, {"decimals": 6}),
    _field("lng", "经度", "number", P.lng, {"decimals": 6}),
    _field("accuracy_m", "定位精度（米）", "number", P.accuracy_m, {"decimals": 0}),
    _field("created_at", "建立时间", "date_time", P.created_at),
    # What a reading of the clock needs beside the columns people choose.
    _field("due_provisional", "时限暂定", "tick", P.due_provisional),
    _field("stage_due_provisional", "办理时限暂定", "tick", P.stage_due_provisional),
    _field("clock_unit", "时限单位", "text", P.clock_unit, searchable=False),
    _field("version", "版本", "number", P.version),
    _field("serial", "内部编号", "number", P.id),
)  # fmt: skip


def fixed_on(today: date | None) -> tuple[Field, ...]:
    """The fixed columns on a day: what is left of a limit is counted from it."""
    if today is None:
        return FIXED
    return tuple(_days_left(today) if each.id == DAYS_LEFT else each for each in FIXED)


BASE = Sheet(NAME, FIXED, _TABLE, _TABLE.c.id, default_sort="-serial")
NOT_OFFERED = frozenset(
    {"due_provisional", "stage_due_provisional", "clock_unit", "version", "serial", "category_id"}
)
