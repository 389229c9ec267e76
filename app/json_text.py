"""JSON as columns keep it: in UTF-8, without blanks, written and read by orjson.

Chinese takes half the bytes of the standard library's escapes, and an import of 50,000 rows, which
writes and reads some 300,000 such texts, spends a third of the time on them.
"""

import json
import re
from typing import Any

import orjson

# What the standard library refuses is to be refused here too, not stored in a form of its own.
_STRICT = orjson.OPT_PASSTHROUGH_DATACLASS | orjson.OPT_PASSTHROUGH_DATETIME

_LONG = re.compile(r"\d{19}")  # may be an integer of more than 64 bits, which orjson would round


def to_text(value: Any) -> str:
    """The value as JSON; raises TypeError for what JSON has no form for.

    What orjson will not write, and the standard library does (numbers as keys, integers of more
    than 64 bits, halves of a character), is written by the latter.
    """
    try:
        return orjson.dumps(value, option=_STRICT).decode()
    except TypeError:
        return json.dumps(value)


def of_text(text: str | bytes) -> Any:
    """What `to_text` wrote, now or in earlier versions.

    Raises ValueError for what is no JSON, and TypeError for what is no text: SQLite hands a bare
    number out as one, and its dialect then takes it as it is.
    """
    if isinstance(text, bytes):
        text = text.decode()
    if _LONG.search(text):
        return json.loads(text)
    try:
        return orjson.loads(text)
    except ValueError:
        return json.loads(text)


COLUMNS: dict[str, Any] = {"json_serializer": to_text, "json_deserializer": of_text}
"""For an engine, and for a dialect that is made without one."""
