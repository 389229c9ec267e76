"""What a grid sends as JSON, read into edits; anything else gets a sentence and 400."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from app.domain.refusals import Refusal
from app.services.cells.checks import Edit, Exactly
from app.web.row_ids import LARGEST
from sheets.editing import UNKNOWN
from sheets.text import clean_text

ORIGINS = frozenset({"edit", "paste", "fill", "clear"})
DEEPEST = 4  # a list of choices in a cell of the list of edits of the message
LONGEST_NUMBER = 30  # digits; a longer one is no value of any field


class Unreadable(Refusal):
    """What was sent is not what a grid sends."""

    status = 400


@dataclass(frozen=True, slots=True)
class Message:
    """A batch of edits as it was sent."""

    batch: str
    origin: str
    preview: bool
    skip_unfit: bool
    edits: list[Edit]


def read_object(body: bytes) -> dict[str, Any]:
    """The JSON object of a body, its texts cleaned; raises Unreadable."""
    try:
        sent = json.loads(
            body, parse_constant=_no_number, parse_int=_whole_number, parse_float=_fraction
        )
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(sent, dict):
        raise _unreadable()
    cleaned: dict[str, Any] = _cleaned(sent, DEEPEST)
    return cleaned


def read_message(body: bytes) -> Message:
    """A batch of edits; raises Unreadable with what is wrong."""
    sent = read_object(body)
    edits = sent.get("edits")
    if not isinstance(edits, list) or not edits:
        raise Unreadable("cells.none", "没有收到要修改的格，请刷新页面后再试。")
    origin = sent.get("origin", "edit")
    if not isinstance(origin, str) or origin not in ORIGINS:
        raise Unreadable("cells.origin", "没有这种修改方式，请刷新页面后再试。")
    preview, skip = sent.get("preview", False), sent.get("skip_unfit", False)
    if not isinstance(preview, bool) or not isinstance(skip, bool):
        raise _unreadable()
    return Message(text_of(sent, "batch"), origin, preview, skip, [_edit(each) for each in edits])


def text_of(sent: Mapping[str, Any], name: str) -> str:
    """A text that must be there; raises Unreadable."""
    found = sent.get(name)
    if not isinstance(found, str) or not found:
        raise _unreadable()
    return found


def _edit(sent: object) -> Edit:
    if not isinstance(sent, dict) or "value" not in sent:
        raise _unreadable()
    row, field = sent.get("row"), sent.get("field")
    if isinstance(row, bool) or not isinstance(row, int) or not isinstance(field, str):
        raise _unreadable()
    if not 0 < row <= LARGEST:
        raise _unreadable()
    was = sent.get("was", UNKNOWN)
    if was is None:
        was = ""
    if isinstance(was, list):  # ids of pictures or files, which no text tells apart
        was = Exactly(tuple(map(str, was)) or None)
    elif was is not UNKNOWN and not isinstance(was, str):
        raise _unreadable()
    return Edit(row, field, sent["value"], was)


def _cleaned(value: Any, deeper: int) -> Any:
    """Texts without what a database or an answer cannot carry; nothing nested beyond reason."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict | list) and deeper == 0:
        raise _unreadable()
    if isinstance(value, dict):
        return {clean_text(name): _cleaned(each, deeper - 1) for name, each in value.items()}
    return [_cleaned(each, deeper - 1) for each in value] if isinstance(value, list) else value


def _whole_number(text: str) -> int:
    return int(text) if len(text) <= LONGEST_NUMBER else _no_number(text)


def _fraction(text: str) -> float:
    return number if math.isfinite(number := float(text)) else _no_number(text)


def _no_number(text: str) -> NoReturn:
    raise ValueError(text)


def _unreadable() -> Unreadable:
    return Unreadable(
        "cells.unreadable", "收到的内容无法识别，没有修改任何一格。请刷新页面后再试。"
    )
