"""A section's own fields as columns that its ledgers may have, and what their cells become."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.services.cells.naming import kind_of
from app.services.imports.reading.records import ReadRecord
from app.services.imports.reading.vocabulary import Knowledge, Own
from app.services.imports.settling.memory import Columns, Words, remembered_of, words_of
from app.services.imports.templates.shape import template_shapes
from app.services.super_table import section_fields
from sheets.catalogue import Field
from sheets.editing import has_own_column
from sheets.fields import FieldError
from sheets.fields.base import NoNames
from sheets.understanding.choices import Choices
from sheets.understanding.vocabulary import Kind, Target

_KINDS: Mapping[str, Kind] = {
    "text": "text",
    "long_text": "long_text",
    "link": "text",
    "phone": "phone",
    "number": "number",
    "money": "number",
    "rating": "text",
    "date": "date",
    "date_time": "date_time",
    "tick": "tick",
    "single_choice": "choice",
    "multi_choice": "text",
    "organisation": "text",
    "person": "person",
    "position": "text",
}
"""As what a cell is read before the field's own type judges it; other types are not imported."""
_NOBODY = NoNames()


def with_sections(
    session: Session,
    now: datetime,
    knowledge: Knowledge,
    columns: Columns | None = None,
    words: Words | None = None,
) -> Knowledge:
    """The same knowledge with what each section has of its own and what it confirmed before.

    `columns` and `words` are what was said in this very import; they win for every section.
    """
    sections = {unit.code: unit.id for unit in knowledge.sections()}
    by_section: dict[int | None, list[Field]] = {None: [], **{key: [] for key in sections.values()}}
    importable = [
        field for field in section_fields.all_fields(session, now) if may_be_imported(field)
    ]
    for field in importable:
        at = sections.get(field.section) if field.section else None
        if field.section is None or at is not None:
            by_section[at].append(field)
    templates = template_shapes(session, sections, importable)
    shapes = remembered_of(session, sections.values())
    said = words_of(session, sections.values())
    own = {
        section_id: _own(
            [*fields, *(by_section[None] if section_id is not None else ())],
            {
                **templates.get(section_id or 0, {}),
                **shapes.get(section_id or 0, {}),
                **(columns or {}),
            },
            {**said.get(section_id or 0, {}), **(words or {})},
        )
        for section_id, fields in by_section.items()
    }
    return replace(knowledge, own=own)


def _own(fields: Collection[Field], remembered: Columns, words: Words) -> Own:
    return Own(
        fields={field.id: field for field in fields},
        targets=tuple(target_of(field) for field in fields),
        choices=choices_of(fields),
        remembered=remembered,
        words=words,
    )


def may_be_imported(field: Field) -> bool:
    """Whether a column of a file may become this field."""
    return field.type in _KINDS and not field.readonly and has_own_column(field)


def target_of(field: Field) -> Target:
    """The field as something that a column of a file may stand for."""
    return Target(field.id, field.caption, kind=_KINDS[field.type])


def choices_of(fields: Iterable[Field]) -> dict[str, Choices]:
    """The lists behind the single choices among the fields."""
    return {
        field.id: Choices({key: (label,) for key, label in field.labels.items()})
        for field in fields
        if field.type == "single_choice"
    }


def settle_own_fields(fields: Mapping[str, Field], record: ReadRecord) -> None:
    """Turn what was read for own fields into texts as the fields show them, or into flags."""
    for field_id in fields.keys() & record.fields.keys():
        field, value = fields[field_id], record.fields.pop(field_id)
        try:
            record.fields[field_id] = shown_in(field, value)
        except FieldError as error:
            said = record.texts.get(field_id, str(value))
            record.flags = [flag for flag in record.flags if flag.field_id != field_id]
            record.flag(field_id, said, error.sentence)


def shown_in(field: Field, value: Any) -> str:
    """A value that was read, as the field shows it; FieldError says why it does not fit.

    Names of people and units stay as the file has them.
    """
    if isinstance(value, bool):
        value = "是" if value else "否"
    if field.type == "date_time" and isinstance(value, date):
        value = f"{value:%Y-%m-%d %H:%M}"
    text = field.labels.get(str(value), str(value))
    if kind_of(field):
        return text
    return field.show(field.kind.parse(text, field.options), _NOBODY)
