"""What a person may choose among while importing: sections, fields for a column, new fields."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.domain import policy
from app.domain.roles import SECTION_TYPES, Actor
from app.models import ImportRun, Organisation, User
from app.services.imports.reading.own_fields import may_be_imported
from app.services.imports.reading.words import targets
from app.services.imports.work import runs as import_runs
from app.services.super_table import section_fields
from sheets.fields import field_type

Options = list[tuple[str, str]]

GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("问题", ("description", "category", "major", "code", "urgent", "source")),
    ("位置", ("district", "street", "area", "community", "point", "lng", "lat", "position")),
    ("单位和人", ("unit", "handler", "reporter", "reporter_org", "phone", "checker",
              "lead_section")),
    ("日期", ("reported_at", "listed_at", "due", "finished_at", "checked_at", "signed_off_at",
            "deferral_until")),
    ("办理", ("status", "measures", "send_back_reason", "deferral_reason")),
    ("照片", ("before", "after", "pictures")),
)  # fmt: skip
REMINDED = timedelta(weeks=6)
OTHERS, OWN = "编号和其他", "本科室的字段"
NEW_TYPES = (
    "text", "long_text", "number", "money", "date", "date_time", "tick", "single_choice", "phone",
)  # fmt: skip
"""What a column that is no field yet may become; what stands in it are the choices of a list."""


def sections_for(session: Session, actor: Actor) -> list[Organisation]:
    """The sections this actor may import for, in the order of the city."""
    wanted = (
        select(Organisation)
        .where(
            Organisation.org_type.in_([kind.value for kind in SECTION_TYPES]),
            Organisation.is_active,
        )
        .order_by(Organisation.position, Organisation.id)
    )
    return [each for each in session.scalars(wanted) if policy.may_import_for(actor, each.id)]


def waiting_for(session: Session, actor: Actor, now: datetime) -> int | None:
    """How many of one's own imports of the last weeks are at work or wait for one to look.

    None for those who import nothing.
    """
    if not policy.may_import(actor):
        return None
    open_ones = import_runs.AT_WORK | {import_runs.READY, import_runs.PART}
    mine = (ImportRun.owner_id == actor.user_id, ImportRun.created_at > now - REMINDED)
    wanted = select(func.count()).where(*mine, ImportRun.status.in_(open_ones))
    return session.scalar(wanted) or 0


def names_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Short names of organisations by id."""
    query = select(Organisation.id, Organisation.short_name).where(Organisation.id.in_(ids))
    return {org_id: name for org_id, name in session.execute(query)}


def owners_of(session: Session, ids: Sequence[int]) -> dict[int, str]:
    """Names of people by id."""
    query = select(User.id, User.name).where(User.id.in_(ids))
    return {user_id: name for user_id, name in session.execute(query)}


def target_names() -> dict[str, str]:
    """The fields that a ledger may have, by id, as people call them."""
    return {target.id: target.caption for target in targets()}


def fields_for(session: Session, section_id: int | None) -> list[tuple[str, Options]]:
    """The fields a column may stand for, in groups of (label, (id, caption) pairs)."""
    names = target_names()
    found = [(label, [(each, names[each]) for each in ids]) for label, ids in GROUPS]
    grouped = {each for _, ids in GROUPS for each in ids}
    found.append((OTHERS, [pair for pair in names.items() if pair[0] not in grouped]))
    own = own_fields(session, section_id)
    return [*found, (OWN, own)] if own else found


def own_fields(session: Session, section_id: int | None) -> Options:
    """The section's own fields that a column may become, and those of the whole city."""
    section = session.get(Organisation, section_id) if section_id is not None else None
    if section is None:
        return []
    return [
        (field.id, field.caption)
        for field in section_fields.all_fields(session)
        if field.section in {None, section.code} and may_be_imported(field)
    ]


def new_fields(actor: Actor, section_id: int | None) -> Options:
    """The kinds of fields a column may newly become, for those who may add fields there."""
    if section_id is None or not policy.may_administer_fields_of(actor, section_id):
        return []
    return [(f"new:{key}", field_type(key).label) for key in NEW_TYPES]
