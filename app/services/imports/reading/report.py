"""What was understood of the files, as plain data for a report or another program."""

from datetime import date
from typing import Any

from app.domain.states import State
from app.services.imports.reading.files import ReadFile, ReadSheet
from app.services.imports.reading.records import ReadRecord, day_text
from sheets.reading.book import letters

_PLACES = 6


def report_of(files: list[ReadFile]) -> dict[str, Any]:
    """Every file with its sheets, columns, records, flags and photos; columns by letter."""
    return {"files": [_file(one) for one in files]}


def _file(one: ReadFile) -> dict[str, Any]:
    section = one.section
    told: dict[str, Any] = {
        "file": one.name,
        "section": section.code if section else None,
        "section_guessed": bool(section and section.guessed),
        "section_reason": section.why if section else "",
        "sheets": [_sheet(sheet) for sheet in one.sheets],
        "records": [record_data(record) for record in one.records()],
        "refused": one.refused,
    }
    if one.left:
        told["left"] = [{"file": name, "why": why} for name, why in one.left]
    return told


def _sheet(sheet: ReadSheet) -> dict[str, Any]:
    return {
        "sheet": sheet.name,
        "columns": [
            {
                "col": letters(column.index),
                "caption": column.caption,
                "field": column.field_id,
                "confidence": round(column.confidence, 3),
                "reason": column.reason,
            }
            for column in sheet.columns()
        ],
        "skipped": [{"row": row, "as": kind.value} for row, kind in sheet.skipped()],
        "left_out": sheet.why_not or None,
    }


def record_data(record: ReadRecord) -> dict[str, Any]:
    """One record with the canonical forms of dates and states."""
    fields: dict[str, Any] = {
        key: _value(record, key) for key, value in record.fields.items() if value not in (None, "")
    }
    if "status" in record.texts:
        fields["status_raw"] = record.texts["status"]
    if "category" in fields:
        fields["category_match"] = record.category_match
    data: dict[str, Any] = {
        "sheet": record.sheet,
        "row": record.row,
        "fields": fields,
        "flags": [
            {"field": flag.field_id, "raw": flag.raw, "why": flag.why} for flag in record.flags
        ],
        "photos": [
            {
                "phase": placed.phase,
                "sha1": placed.picture.sha1,
                "sha256": getattr(placed.picture, "sha256", ""),
            }
            for placed in record.pictures
        ],
    }
    if record.hidden:
        data["hidden_row"] = True
    return data


def _value(record: ReadRecord, key: str) -> Any:
    value = record.fields[key]
    if isinstance(value, date):
        return day_text(value, to_the_minute=key in record.minute)
    if isinstance(value, State):
        return value.value
    said = record.texts.get(key, "")
    if isinstance(value, str) and "\r\n" in said and said.replace("\r\n", "\n") == value:
        return said  # as it stands in the file; it is written to the table in our own line breaks
    if key in ("lat", "lng") and said != repr(value):
        return round(value, _PLACES)  # reckoned from another datum, to a tenth of a metre
    return value
