"""What a read row means for the workflow: the entry, and what had to be assumed for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.facts import CategoryLimit
from app.domain.importing import ENTERS, RANK, Entry
from app.domain.states import Priority, State
from app.models import Category, Organisation, Problem
from app.services.imports.reading.records import ReadRecord
from app.services.imports.reading.states import DONE, settle

_URGENT_COURSE = frozenset({State.POOLED, State.URGENT_LISTED, State.VOID})
_HANDED_IN = RANK[State.SUBMITTED]
UNDATED_DEFERRAL = "写着挂号，但没有挂号期限：先按“待整改”进入，请补期限或在系统里申请挂号。"
URGENT_ASKED = "写着紧急：紧急须由分管领导审定，先按一般问题进入，理由里注明台账写着紧急。"
NO_UNIT = "没有能认出的责任单位，先由牵头科室自己整改。"
NO_STATE = "没有写明状态，按“{label}”进入。"
NOT_ENTERED = "“{label}”须在系统里办理，先按“待审核”进入。"
NO_DAY = {
    "listed_at": "没有下发时间，按{what}算。",
    "finished_at": "没有整改完成时间，按{what}算。",
    "signed_off_at": "没有销号时间，按{what}算。",
}
NOT_DEFERRED = "有期限但状态不是挂号，也没有挂号原因：不按挂号计算。"
CUT = "超过 {most} 个字，系统里只留前 {most} 个字，原文在导入记录里。"
_WHAT = {
    "reported_at": "上报时间",
    "finished_at": "整改完成时间",
    "checked_at": "核查时间",
    "signed_off_at": "销号时间",
    "due": "整改时限",
}
_LENGTHS: Mapping[str, int] = {
    name: Problem.__table__.c[name].type.length  # type: ignore[attr-defined]
    for name in ("address", "community", "category_name", "handled_by")
}


class Assumed(NamedTuple):
    """Something the file does not say and the entry needs; a sentence for the field it is about."""

    field_id: str
    sentence: str


class EntryRead(NamedTuple):
    """A row's entry, and what had to be assumed."""

    entry: Entry
    assumed: tuple[Assumed, ...]


class KindFacts(NamedTuple):
    """What a kind of problem brings along."""

    name: str
    major: str
    limit: CategoryLimit


@dataclass(frozen=True)
class EntryFacts:
    """What leads from a row's ids to an entry: streets' districts, and the kinds."""

    districts: Mapping[int, int | None] = field(default_factory=dict)
    kinds: Mapping[int, KindFacts] = field(default_factory=dict)


def load_entry_facts(session: Session) -> EntryFacts:
    """All of it, once an import."""
    kinds = {
        row.id: KindFacts(
            row.name,
            row.major_name,
            CategoryLimit(row.limit_amount, row.limit_unit, row.urgent_hours),
        )
        for row in session.scalars(select(Category))
    }
    parents = session.execute(select(Organisation.id, Organisation.parent_id))
    return EntryFacts({org_id: parent_id for org_id, parent_id in parents}, kinds)


def entry_of(record: ReadRecord, section_id: int | None, known: EntryFacts) -> EntryRead:
    """The entry of a row in the ledger of a section.

    A row without a state, or one whose state wants more than it says, enters as far as it goes,
    and says so.
    """
    fields, ids = record.fields, record.ids
    assumed: list[Assumed] = []
    state = _state(record, assumed)
    entry = Entry(
        state=state,
        description=str(fields.get("description", "")).strip(),
        address=_cut("address", "point", fields, assumed),
        community=_cut("community", "community", fields, assumed),
        lat=fields.get("lat"),
        lng=fields.get("lng"),
        lead_section_id=section_id,
        responsible_org_id=_id(ids, "unit"),
        source=str(ids.get("source", "section_import")),
        reported_at=_moment(fields, "reported_at"),
        listed_at=_moment(fields, "listed_at"),
        due=_moment(fields, "due"),
        finished_at=_moment(fields, "finished_at"),
        checked_at=_moment(fields, "checked_at"),
        signed_off_at=_moment(fields, "signed_off_at"),
        deferral_due=_day(fields.get("deferral_until")),
        deferral_reason=str(fields.get("deferral_reason", "")),
        sent_back=str(fields.get("send_back_reason", "")),
        remedy=str(fields.get("measures", "")).strip(),
        handled_by=_handled_by(record, assumed),
        **_place(ids, known),
        **_kind(record, known, assumed),
    )
    entry = _settled(entry, record, assumed)
    _say_days(entry, assumed)
    return EntryRead(entry, tuple(assumed))


def _state(record: ReadRecord, assumed: list[Assumed]) -> State:
    """The file's state; without one, as far as its days say the work has come."""
    said = record.fields.get("status")
    if isinstance(said, State):
        if said in ENTERS:
            return said
        assumed.append(Assumed("status", NOT_ENTERED.format(label=said.label)))
        return State.POOLED
    state = State.LISTED
    if "finished_at" in record.fields or "signed_off_at" in record.fields:
        photographed = any(placed.phase == "after" for placed in record.pictures)
        state = settle(DONE, photographed=photographed, options_of_file=())
    assumed.append(Assumed("status", NO_STATE.format(label=state.label)))
    return state


def _settled(entry: Entry, record: ReadRecord, assumed: list[Assumed]) -> Entry:
    """The entry with its deferral, its urgency and its unit as the workflow can take them."""
    state = entry.state
    deferral = entry.deferral_due
    if state is State.DEFERRED and deferral is None:
        assumed.append(Assumed("deferral_until", UNDATED_DEFERRAL))
        state = State.LISTED
    handed_in = RANK.get(state, 0) >= _HANDED_IN
    was_deferred = state is State.DEFERRED or (handed_in and entry.deferral_reason != "")
    if deferral is not None and not was_deferred:
        assumed.append(Assumed("deferral_until", NOT_DEFERRED))
        deferral = None
    urgent = record.ids.get("priority") == Priority.URGENT.value
    priority, reason = Priority.GENERAL, ""
    if state is State.URGENT_LISTED or (urgent and state in _URGENT_COURSE):
        priority = Priority.URGENT
    if urgent:
        reason = "台账写着紧急"
        if priority is Priority.GENERAL:
            assumed.append(Assumed("urgent", URGENT_ASKED))
    if entry.responsible_org_id is None and RANK.get(state, 0):
        assumed.append(Assumed("unit", NO_UNIT))
    course = (state, deferral, priority, reason)
    if course == (entry.state, entry.deferral_due, entry.priority, entry.urgent_reason):
        return entry  # as most are; a copy of all fields takes as long as the rest of this
    return replace(
        entry, state=state, deferral_due=deferral, priority=priority, urgent_reason=reason
    )


def _say_days(entry: Entry, assumed: list[Assumed]) -> None:
    """Name the days that stand in for those the file does not have."""
    rank = RANK.get(entry.state, 0)
    wanted = (
        ("listed_at", 1, ("reported_at", "finished_at", "checked_at", "signed_off_at")),
        ("finished_at", _HANDED_IN, ("checked_at", "signed_off_at", "due")),
        ("signed_off_at", RANK[State.SIGNED_OFF], ("checked_at", "finished_at", "due")),
    )
    for name, least, instead in wanted:
        if rank < least or getattr(entry, name) is not None:
            continue
        found = next((each for each in instead if getattr(entry, each) is not None), None)
        if name == "listed_at" and found == "reported_at":
            continue  # what a table without dispatch means by its only day
        what = f"“{_WHAT[found]}”" if found else "导入的时间"
        assumed.append(Assumed(name, NO_DAY[name].format(what=what)))


def _place(ids: Mapping[str, int | str], known: EntryFacts) -> dict[str, Any]:
    street = _id(ids, "street")
    district = known.districts.get(street) if street is not None else None
    return {"street_id": street, "district_id": district or _id(ids, "district")}


def _kind(record: ReadRecord, known: EntryFacts, assumed: list[Assumed]) -> dict[str, Any]:
    """The city's kind; where it is not known, the file's words."""
    key = _id(record.ids, "category")
    kind = known.kinds.get(key) if key is not None else None
    if kind is None:
        word = _cut("category_name", "category", record.fields, assumed)
        return {"category_id": None, "category_name": word}
    named = {"category_name": kind.name, "category_major": kind.major}
    return {"category_id": key, "category_limit": kind.limit, **named}


def _handled_by(record: ReadRecord, assumed: list[Assumed]) -> str:
    """Who did the work; a unit that is none of the city's is named here."""
    if not record.fields.get("handler") and "unit" not in record.ids:
        return _cut("handled_by", "unit", record.fields, assumed)
    return _cut("handled_by", "handler", record.fields, assumed)


def _cut(column: str, field_id: str, fields: Mapping[str, Any], assumed: list[Assumed]) -> str:
    text, most = str(fields.get(field_id) or "").strip(), _LENGTHS[column]
    if len(text) > most:
        assumed.append(Assumed(field_id, CUT.format(most=most)))
    return text[:most]


def _id(ids: Mapping[str, int | str], key: str) -> int | None:
    value = ids.get(key)
    return int(value) if value is not None else None


def _moment(fields: Mapping[str, Any], key: str) -> date | datetime | None:
    value = fields.get(key)
    return value if isinstance(value, date) else None


def _day(value: object) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
