"""Which columns a section's template has, and how the template is known again when it comes in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import SectionSheet
from app.services.imports.reading.words import targets
from app.services.problem_columns import FIXED
from app.services.super_table.section_sheets import arrange
from sheets.catalogue import Field
from sheets.text import clean_text
from sheets.understanding.sheet import shape_of_captions

ROW_NUMBER = "seq"
TARGET_OF: Mapping[str, str] = {
    "number": "no", "state": "status", "priority": "urgent", "before_photos": "before",
    "after_photos": "after", "category": "category", "description": "description",
    "district": "district", "street": "street", "community": "community", "address": "point",
    "responsible": "unit", "reporter": "reporter", "reporter_org": "reporter_org",
    "source": "source", "pooled_at": "reported_at", "listed_at": "listed_at", "due_at": "due",
    "submitted_at": "finished_at", "pre_signed_off_at": "checked_at",
    "signed_off_at": "signed_off_at", "checked_by": "checker", "handled_by": "handler",
    "remedy": "measures", "send_back_text": "send_back_reason", "deferral_due": "deferral_until",
    "lat": "lat", "lng": "lng",
}  # fmt: skip
"""Columns of the super table that a ledger can fill, by the field they are read as."""
NEEDED = (
    "no", "reported_at", "category", "street", "point", "description", "unit", "due", "status",
    "finished_at", "deferral_until", "before", "after",
)  # fmt: skip
"""What a template has whatever the section's sheet shows: without it a row cannot enter."""

Shapes = dict[str, dict[str, str | None]]


@dataclass(frozen=True, slots=True)
class Source:
    """A column of a template: what it is read as, its caption, the field of an own one."""

    target: str
    caption: str
    field: Field | None = None


def sources_of(row: SectionSheet | None, code: str, own: Iterable[Field]) -> list[Source]:
    """A number, what the section's sheet shows in its order, and what a row cannot be without.

    `own` are the sections' own fields that can be imported.
    """
    captions = {target.id: target.caption for target in targets()}
    names = {field.id: field.caption for field in FIXED}
    found = [Source(ROW_NUMBER, captions[ROW_NUMBER])]
    for field in _shown(row, code, (*FIXED, *own)):
        target = TARGET_OF.get(field.id)
        if target:
            renamed = field.caption != names[field.id]
            found.append(Source(target, field.caption if renamed else captions[target]))
        elif field.id not in names:
            found.append(Source(field.id, field.caption, field))
    taken = {one.target for one in found}
    return found + [Source(one, captions[one]) for one in NEEDED if one not in taken]


def template_shapes(
    session: Session, sections: Mapping[str, int], own: Sequence[Field]
) -> dict[int, Shapes]:
    """Each section's template as a shape that was seen before: the field of each column by key.

    `sections` are ids by code. A template's captions are the section's own and may be in no list
    of ours: what was made here is known without guessing.
    """
    rows = {row.section_id: row for row in session.scalars(select(SectionSheet))}
    found: dict[int, Shapes] = {}
    for code, section_id in sections.items():
        columns = sources_of(rows.get(section_id), code, own)
        shape, keys = shape_of_captions([clean_text(one.caption) for one in columns])
        found[section_id] = {shape: dict(zip(keys, (one.target for one in columns), strict=True))}
    return found


def _shown(row: SectionSheet | None, code: str, fields: Sequence[Field]) -> list[Field]:
    """The fields a section's sheet begins with, in its order, under its captions."""
    row = row or SectionSheet(section_id=0, name="", columns=[])
    return [field for field, column in arrange(row, fields, code) if column.shown]
