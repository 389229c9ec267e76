"""A finished report as a phone sends it: read from JSON, every part checked for its shape."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from werkzeug.datastructures import MultiDict

from app.domain.refusals import Invalid
from app.services.problems.phone_reports import Named
from app.web.form_fields import clean

KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
SHA256 = re.compile(r"[0-9a-f]{64}")
LONGEST_PHOTO_KEY = 100
MOST_FIELDS = 500
MOST_PHOTOS = 60
LARGEST_ID = 2_147_483_647
WRONG = "手机发来的内容不完整，请刷新页面后再发送。手机里的照片和记录都还在。"


class Kind(StrEnum):
    """What a phone sends: one kind for each form it keeps."""

    REPORT = "report"
    DRAFT = "draft"
    RECTIFICATION = "rectification"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True)
class Message:
    """One report: its key, which form, of which problem, what was filled in, which photos."""

    key: str
    kind: Kind
    problem_id: int | None
    sent: MultiDict[str, str]
    photos: tuple[Named, ...]


def read(text: bytes) -> Message:
    """The message of a JSON body; raises Invalid for anything of another shape."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise _wrong("body")
    key, kind = body.get("key"), body.get("kind")
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise _wrong("key")
    if not isinstance(kind, str) or kind not in set(Kind):
        raise _wrong("kind")
    sent = _fields(body.get("fields"))
    sent["key"] = key
    return Message(key, Kind(kind), _problem_id(body, Kind(kind)), sent, _photos(body))


def _problem_id(body: Mapping[str, Any], kind: Kind) -> int | None:
    found = body.get("problem_id")
    if found is None and kind in {Kind.REPORT, Kind.DRAFT}:
        return None
    if not isinstance(found, int) or isinstance(found, bool) or not 0 < found <= LARGEST_ID:
        raise _wrong("problem_id")
    return found


def _fields(pairs: object) -> MultiDict[str, str]:
    if not isinstance(pairs, list) or len(pairs) > MOST_FIELDS:
        raise _wrong("fields")
    sent: MultiDict[str, str] = MultiDict()
    for pair in pairs:
        if not isinstance(pair, list) or [type(part) for part in pair] != [str, str]:
            raise _wrong("fields")
        sent.add(clean(pair[0]), clean(pair[1]))
    return sent


def _photos(body: Mapping[str, Any]) -> tuple[Named, ...]:
    rows = body.get("photos", [])
    if not isinstance(rows, list) or len(rows) > MOST_PHOTOS:
        raise _wrong("photos")
    return tuple(_photo(row) for row in rows)


def _photo(row: object) -> Named:
    if not isinstance(row, dict):
        raise _wrong("photos")
    key, sha256 = row.get("key"), row.get("sha256")
    if not isinstance(key, str) or not key.isprintable() or len(key) > LONGEST_PHOTO_KEY:
        raise _wrong("photos")
    if not isinstance(sha256, str) or not SHA256.fullmatch(sha256):
        raise _wrong("photos")
    return Named(key, sha256)


def _wrong(name: str) -> Invalid:
    return Invalid("phone.message", WRONG, fields={name: WRONG})
