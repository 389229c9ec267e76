"""Records as JSON keeps them in `import_row.record`, and back."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Any

from app.domain.states import State
from app.services.imports.reading.records import ReadRecord
from app.services.imports.reading.words import targets
from sheets.reading import RawPicture
from sheets.understanding.result import Flag, Placed

STATUS = "status"
_DAY = len("2026-03-07")
_DATED = frozenset({"date", "date_time"})
_AS_THEY_ARE = frozenset({str, int, float})  # as nearly all are


@cache
def dated_fields() -> frozenset[str]:
    """The canonical fields whose values are dates or moments."""
    return frozenset(target.id for target in targets() if target.kind in _DATED)


def to_json(record: ReadRecord) -> dict[str, Any]:
    """The record without its sheet and row; what is empty is left out.

    `f` fields (dates ISO, the state's value), `t` texts of the file, `i` ids, `c` the catalogue's
    kind, `g` flags [field, raw, why, guessed], `p` pictures [phase, sha256, name], `x` texts of
    other columns by 0-based index, `m` fields told to the minute, `h` a hidden row.
    """
    data: dict[str, Any] = {"f": fields_to_json(record.fields)}
    if record.texts:
        data["t"] = record.texts
    if record.ids:
        data["i"] = record.ids
    if record.category_match is not None:
        data["c"] = record.category_match
    if record.flags:
        data["g"] = [[flag.field_id, flag.raw, flag.why, flag.guessed] for flag in record.flags]
    if record.pictures:
        data["p"] = [
            [placed.phase, placed.picture.sha256, placed.picture.name] for placed in record.pictures
        ]
    if record.extra:
        data["x"] = {str(index): text for index, text in record.extra.items()}
    if record.minute:
        data["m"] = sorted(record.minute)
    if record.hidden:
        data["h"] = True
    return data


def from_json(data: Mapping[str, Any], sheet: str = "", row: int = 0) -> ReadRecord:
    """The record that `to_json` wrote down; its pictures have their hash and no bytes."""
    return ReadRecord(
        sheet,
        row,
        bool(data.get("h")),
        fields_from_json(data.get("f", {})),
        dict(data.get("t", {})),
        dict(data.get("i", {})),
        data.get("c"),
        [Flag(field_id, raw, why, guessed) for field_id, raw, why, guessed in data.get("g", ())],
        [Placed(phase, _picture(sha256, name)) for phase, sha256, name in data.get("p", ())],
        {int(index): text for index, text in data.get("x", {}).items()},
        set(data.get("m", ())),
    )


def fields_to_json(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Values by field as JSON keeps them, blanks left out."""
    return {
        key: value
        if type(value) in _AS_THEY_ARE
        else value.isoformat()
        if isinstance(value, date)
        else value.value
        if isinstance(value, State)
        else value
        for key, value in fields.items()
        if value is not None and value != ""
    }


def fields_from_json(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Values by field as `ReadRecord.fields` has them."""
    found = dict(kept)
    for key in dated_fields() & found.keys():
        text = found[key]
        found[key] = date.fromisoformat(text) if len(text) == _DAY else datetime.fromisoformat(text)
    if STATUS in found:
        found[STATUS] = State(found[STATUS])
    return found


def _picture(sha256: str, name: str) -> RawPicture:
    return RawPicture(-1, -1, b"", "", sha256, "", name)
