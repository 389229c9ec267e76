"""What a row of a ledger says and what the pool holds, in one form that can be compared."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement
from sqlalchemy.orm import InstrumentedAttribute

from app.domain.calendars import LOCAL
from app.domain.importing import RANK
from app.domain.states import Priority
from app.models import Problem
from app.services.problem_columns import SOURCES

Kind = Literal["text", "unit", "kind", "code", "moment", "degrees", "state"]
PICTURES = "_pictures"  # in the values of an origin: the hashes that came with the row
ENTERED = "_status"  # there too: the state that was written, where it is not the one the row says
NUMBER = "no"
_UNSEEN = frozenset({"seq", "phone", "before", "after", "pictures"})
_MIDNIGHT = ("T00:00:00", "T00:00")
_MINUTE = len("2026-03-07T09:13")
_NEAR = 2e-6  # degrees: a fifth of a metre, more than six decimals lose
_BLANKS = re.compile(r"\s+")
_PLAIN = re.compile(r"[0-9a-z\u4e00-\u9fff。、-]*")  # what `plain` leaves as it is
_DAY = len("2026-03-07")
P = Problem


@dataclass(frozen=True, slots=True)
class Compared:
    """A field of ledgers that a problem keeps: in which column, and how both are compared."""

    kind: Kind
    column: InstrumentedAttribute[Any]


COMPARED: Mapping[str, Compared] = {
    "description": Compared("text", P.description),
    "point": Compared("text", P.address),
    "community": Compared("text", P.community),
    "measures": Compared("text", P.remedy),
    "handler": Compared("text", P.handled_by),
    "send_back_reason": Compared("text", P.send_back_text),
    "district": Compared("unit", P.district_id),
    "street": Compared("unit", P.street_id),
    "unit": Compared("unit", P.responsible_org_id),
    "category": Compared("kind", P.category_id),
    "source": Compared("code", P.source),
    "urgent": Compared("code", P.priority),
    "status": Compared("state", P.state),
    "reported_at": Compared("moment", P.pooled_at),
    "listed_at": Compared("moment", P.listed_at),
    "due": Compared("moment", P.due_at),
    "finished_at": Compared("moment", P.submitted_at),
    "checked_at": Compared("moment", P.pre_signed_off_at),
    "signed_off_at": Compared("moment", P.signed_off_at),
    "deferral_until": Compared("moment", P.deferral_due),
    "lat": Compared("degrees", P.lat),
    "lng": Compared("degrees", P.lng),
}
"""The fields that an import may change on a problem that is there, by their id in ledgers."""

RANKS: Mapping[str, Mapping[Any, int]] = {
    "status": {state.value: rank for state, rank in RANK.items()}
}
"""A file only moves a problem forward, and touches no other state at all."""
_IDS: Mapping[str, str] = {
    "district": "district", "street": "street", "unit": "unit", "category": "category",
    "source": "source", "urgent": "priority",
}  # fmt: skip
# How a field's value is put; most rows have most fields, so this is asked very often.
_HOW: Mapping[str, str] = {
    **{key: one.kind for key, one in COMPARED.items() if one.kind in {"text", "moment"}},
    **dict.fromkeys(("lat", "lng", "status"), "as it is"),
    **dict.fromkeys(_IDS, "id"),
    **dict.fromkeys(_UNSEEN, "unseen"),
}
_CODES = frozenset({code for code, _ in SOURCES} | {each.value for each in Priority})


def values_of(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a row says, by field, of a record as `import_row` keeps it; blanks are left out.

    Units, streets and kinds by id where known, else by the file's word; sources and urgency by
    code; days as 2026-03-07, moments as 2026-03-07T09:13 as far as the file tells them.
    """
    ids, minute = record.get("i", {}), record.get("m", ())
    values = {}
    for key, value in record.get("f", {}).items():
        if value is None or value == "":
            continue
        how = _HOW.get(key, "text")
        if how == "text":
            values[key] = _clean(value) if type(value) is str else value
        elif how == "id":
            values[key] = ids.get(_IDS[key], value)
        elif how == "moment":
            values[key] = _moment(value, to_the_minute=key in minute)
        elif how == "as it is":
            values[key] = value
    return values


def origin_values(record: Mapping[str, Any]) -> dict[str, Any]:
    """What an origin keeps of a row, to compare the next file with."""
    values = values_of(record)
    if pictures := record.get("p"):
        values[PICTURES] = sorted({sha256 for _, sha256, *_ in pictures})
    return values


def comparable(values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that mean something to the pool: not a unit that nobody knows."""
    return {key: value for key, value in values.items() if _is_known(key, value)}


def _is_known(key: str, value: Any) -> bool:
    known = COMPARED.get(key)
    if known is None:
        return True
    if known.kind == "unit":
        return type(value) is int
    return known.kind != "code" or value in _CODES


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").strip() if "\r" in text else text.strip()


def _moment(text: str, *, to_the_minute: bool) -> str:
    if text.endswith(_MIDNIGHT):
        return text[:_DAY]
    return text[:_MINUTE] if to_the_minute else text


def pool_columns() -> list[ColumnElement[Any]]:
    """What must be selected of a problem for `pool_values`, labelled by field."""
    columns = [one.column.label(key) for key, one in COMPARED.items()]
    return [*columns, P.category_name.label("category_name")]


def pool_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """What a problem holds, of a row of `pool_columns`, in the form of `values_of`."""
    values = {}
    for key in COMPARED:
        value = row[key]
        if isinstance(value, datetime):
            value = value.astimezone(LOCAL).replace(tzinfo=None).isoformat(timespec="seconds")
        elif isinstance(value, date):
            value = value.isoformat()
        values[key] = value
    if values["category"] is None:
        values["category"] = row["category_name"] or None
    return values


def same(field_id: str, said: Any, other: Any) -> bool:
    """Whether what a file says is what is known, as precisely as the file says it."""
    if other is None or said is None:
        return False
    known = COMPARED.get(field_id)
    kind: Kind = known.kind if known else "text"
    return _SAME[kind](said, other) if kind in _SAME else bool(said == other)


def _same_text(said: Any, other: Any) -> bool:
    return _BLANKS.sub("", str(said)) == _BLANKS.sub("", str(other))


def _same_moment(said: Any, other: Any) -> bool:
    return str(other).startswith(str(said))


def _near(said: Any, other: Any) -> bool:
    return abs(float(said) - float(other)) <= _NEAR


def _same_state(said: Any, other: Any) -> bool:
    ranks = RANKS["status"]
    return said == other or (said in ranks and ranks[said] == ranks.get(other))


_SAME: Mapping[Kind, Callable[[Any, Any], bool]] = {
    "text": _same_text,
    "moment": _same_moment,
    "degrees": _near,
    "state": _same_state,
}


def key_part(field_id: str, value: Any) -> Any:
    """A value as a key holds it: without what changes when a file is saved by another program."""
    if value is None or value == "":
        return None
    if field_id == NUMBER:
        return _same_number(str(value))
    known = COMPARED.get(field_id)
    if known is not None and known.kind == "moment":
        return str(value)[:_DAY]
    if known is not None and known.kind == "degrees":
        return round(float(value), 5)
    return value if type(value) is int else plain(str(value))


def key_parts(values: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """The values of these fields as keys hold them."""
    return {key: key_part(key, values[key]) for key in fields if key in values}


def plain(text: str) -> str:
    """The text without blanks, full-width letters as plain ones, all in lower case."""
    if _PLAIN.fullmatch(text):
        return text
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def _same_number(text: str) -> str:
    """Excel takes the zeros from the front of a number and may put a full stop behind it."""
    bare = plain(text).removesuffix(".0")
    return bare.lstrip("0") or bare if bare.isdecimal() else bare
