"""The choices of a field as rows of its form: read from what was sent, checked, shown."""

from itertools import zip_longest
from typing import Any

from werkzeug.datastructures import MultiDict

from app.web.form_fields import clean
from sheets.storage import FieldRecord

KEY, LABEL, COLOUR = "choice-key", "choice-label", "choice-colour"
SPARE = 3  # empty rows for new choices


def sent_choices(sent: MultiDict[str, str]) -> list[list[str]]:
    """Key, label and colour of each row that says something; new rows get keys of their own."""
    rows = _rows(sent)
    taken = {key for key, _, _ in rows if key}
    found = []
    for key, label, colour in rows:
        if not label:
            continue
        if not key:
            number = 1
            while (key := f"c{number}") in taken:
                number += 1
            taken.add(key)
        found.append([key, label, colour] if colour else [key, label])
    return found


def choice_rows(record: FieldRecord, sent: MultiDict[str, str]) -> list[dict[str, Any]]:
    """The rows of the form: as sent after a "no", else as the field has them; with spare ones."""
    rows = _rows(sent) if LABEL in sent else _kept(record)
    listed = [(key, label, colour) for key, label, colour in rows if key or label]
    spare = [("", "", "")] * SPARE
    return [
        {"key": key, "label": label, "colour": colour, "place": place}
        for place, (key, label, colour) in enumerate([*listed, *spare], 1)
    ]


def _rows(sent: MultiDict[str, str]) -> list[tuple[str, str, str]]:
    lists = (sent.getlist(name) for name in (KEY, LABEL, COLOUR))
    rows = [(clean(k), clean(w), clean(c)) for k, w, c in zip_longest(*lists, fillvalue="")]
    for step, name in ((-1, "choice-up"), (1, "choice-down")):
        if (pressed := sent.get(name)) is not None:
            rows = _moved(rows, pressed, step)
    return rows


def _moved(rows: list[tuple[str, str, str]], place: str, step: int) -> list[tuple[str, str, str]]:
    at = int(place) - 1 if place.isdecimal() else -1
    if 0 <= at < len(rows) and 0 <= at + step < len(rows):
        rows[at], rows[at + step] = rows[at + step], rows[at]
    return rows


def _kept(record: FieldRecord) -> list[tuple[str, str, str]]:
    listed = record.options.get("choices")
    rows = [[*map(str, each), "", ""][:3] for each in listed] if isinstance(listed, list) else []
    return [(key, label, colour) for key, label, colour in rows]
