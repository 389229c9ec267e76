"""Columns of problems as imports write them: new ones and changed ones."""

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from typing import Any

from app.domain.importing import Entry
from app.domain.states import Priority
from app.models import Problem

TABLE: Any = Problem.__table__
NO_POSITION = "导入的台账没有坐标"
CLOCK = (
    "clock_amount", "clock_unit", "clock_consumed", "clock_since", "clock_paused_at", "due_at",
    "due_provisional",
)  # fmt: skip
# What belongs together: it is put back whole or not at all.
COURSE = frozenset(
    {
        "state", "priority", "came_from", "round", "on_time", "listed_at", "submitted_at",
        "pre_signed_off_at", "signed_off_at", "submitted_by_id", "checked_by_id",
        "signed_off_by_id", "deferral_due", "deferral_expired", "deferrals_approved",
        "returned_count", "send_back_reason", "send_back_text", "stage_due_at",
        "stage_due_provisional", *CLOCK,
    }
)  # fmt: skip
# A field of a ledger -> the columns an update takes from it; days and states are the moves' own.
CONTENT: Mapping[str, Callable[[Entry], dict[str, Any]]] = {
    "description": lambda entry: {"description": entry.description},
    "point": lambda entry: {"address": entry.address},
    "community": lambda entry: {"community": entry.community},
    "district": lambda entry: {"district_id": entry.district_id},
    "street": lambda entry: {"street_id": entry.street_id, "district_id": entry.district_id},
    "category": lambda entry: {
        "category_id": entry.category_id,
        "category_name": entry.category_name,
        "category_major": entry.category_major,
    },
    "lat": lambda entry: {"lat": entry.lat, "coord_source": coord_source(entry)},
    "lng": lambda entry: {"lng": entry.lng, "coord_source": coord_source(entry)},
    "unit": lambda entry: {"responsible_org_id": entry.responsible_org_id},
    "source": lambda entry: {"source": entry.source},
    "measures": lambda entry: {"remedy": entry.remedy},
    "handler": lambda entry: {"handled_by": entry.handled_by},
    "send_back_reason": lambda entry: {"send_back_text": entry.sent_back},
}


def _defaults() -> dict[str, Any]:
    found: dict[str, Any] = {}
    for column in TABLE.columns:
        if column.name not in {"id", "number"}:
            found[column.name] = column.default.arg if column.default is not None else None
    return found


_BLANK = _defaults()


def column_names() -> list[str]:
    """All columns of a problem, as far as they are the same in every city."""
    return [column.name for column in TABLE.columns]


def new_columns(entry: Entry, now: datetime) -> dict[str, Any]:
    """All columns of a problem that an import makes, without those of its course."""
    return _BLANK | {
        "version": 1,
        "created_at": now,
        "updated_at": now,
        "urgent_reason": entry.urgent_reason,
        "source": entry.source,
        "category_id": entry.category_id,
        "category_name": entry.category_name,
        "category_major": entry.category_major,
        "description": entry.description,
        "district_id": entry.district_id,
        "street_id": entry.street_id,
        "community": entry.community,
        "address": entry.address,
        "lat": entry.lat,
        "lng": entry.lng,
        "coord_source": coord_source(entry),
        "no_position_reason": "" if coord_source(entry) else NO_POSITION,
        "reporter_org_id": entry.lead_section_id,
        "lead_section_id": entry.lead_section_id,
        "responsible_org_id": entry.responsible_org_id or entry.lead_section_id,
        "remedy": entry.remedy,
        "handled_by": entry.handled_by,
    }


def coord_source(entry: Entry) -> str:
    """Where a position comes from, "" where there is none."""
    return "import" if entry.lat is not None and entry.lng is not None else ""


def bare(values: Mapping[str, object]) -> dict[str, Any]:
    """Values with the codes of enumerations in place of their members."""
    return {
        name: value.value if isinstance(value, Enum) else value for name, value in values.items()
    }


def differing(values: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that the row does not hold yet."""
    return {name: value for name, value in values.items() if row[name] != value}


def filling(values: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values for which the row is blank."""
    return {name: value for name, value in values.items() if row[name] in (None, "")}


def content(entry: Entry, fields: frozenset[str], *, pooled: bool) -> dict[str, Any]:
    """The columns that these fields of a row fill; a blank fills none.

    Urgency is asked for while a problem is in the pool (`pooled`), and decided by moves after.
    """
    values: dict[str, Any] = {}
    for name in fields & CONTENT.keys():
        values |= CONTENT[name](entry)
    if "urgent" in fields and pooled:
        asked = entry.priority is Priority.URGENT
        values |= {"priority": entry.priority.value, "urgent_reason": entry.urgent_reason or None}
        values |= {} if asked else {"urgent_reason": None}
    said = {name: value for name, value in values.items() if value not in (None, "")}
    if "category_name" in said:  # a kind comes whole: another name without its id is another kind
        said |= {name: values[name] for name in ("category_id", "category_major")}
    return said
