"""One cell read as the kind that its column's target asks for."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from sheets.reading.book import Value
from sheets.understanding.grid import as_text
from sheets.understanding.values.base import BLANK, Read
from sheets.understanding.values.coordinates import read_degrees, read_position
from sheets.understanding.values.dates import read_date, read_span
from sheets.understanding.values.plain import (
    read_code,
    read_number,
    read_phone,
    read_text,
    read_tick,
    tidy,
)
from sheets.understanding.vocabulary import Target, Vocabulary
from sheets.understanding.words import is_blank


def read_cell(
    target: Target,
    value: Value,
    shown: str,
    vocabulary: Vocabulary,
    within: Mapping[str, str],
) -> Read:
    """What a cell means for a target; ``within`` are the places that are known of its row."""
    if target.kind in {"date", "date_time"}:
        read = read_date(value, vocabulary.year, vocabulary.month)
        if read.value is None and read.why and isinstance(value, str):
            read = _read_span(target, value, vocabulary.year) or read
        if target.kind == "date" and isinstance(read.value, datetime):
            return Read(read.value.date(), read.why)
        if read.value is None and read.why and shown and not isinstance(value, str | date):
            return read_date(shown, vocabulary.year)
        return read
    if target.kind == "place":
        return read_place(target, as_text(value), vocabulary, within)
    if target.kind == "choice":
        return _read_option(target, value, shown, vocabulary)
    return _READERS[target.kind](value, shown)


def _read_span(target: Target, raw: str, year: int) -> Read | None:
    """Of several days the last for a limit, which the target's kind says, else the first."""
    span = read_span(raw, year)
    if span is None:
        return None
    day, which = (span[1], "最后") if target.kind == "date" else (span[0], "最早")
    return Read(day, f"“{tidy(raw)}”按其中{which}一天理解，请核对。")


def read_place(target: Target, raw: str, vocabulary: Vocabulary, within: Mapping[str, str]) -> Read:
    """The full name of the place that a text means."""
    text = tidy(raw)
    if is_blank(text):
        return BLANK
    if not vocabulary.places.knows(target.level):
        return Read(text)
    found = vocabulary.places.find(text, target.level, within)
    if found.place is None:
        return Read(text if target.open else None, found.why)
    return Read(found.place.name, found.why)


def read_choice(target: Target, raw: str, vocabulary: Vocabulary) -> Read:
    """The id of the option that a text means; an open list keeps a text that is not in it."""
    text = tidy(raw)
    choices = vocabulary.choices.get(target.id)
    if not text or choices is None:
        return Read(text) if text and not is_blank(text) else BLANK
    found = choices.find(text)
    if found.option is None:
        if is_blank(text):
            return BLANK
        why = f"“{text}”不在“{target.caption}”的选项里，请选择。"
        return Read(text, why) if target.open else Read(None, why)
    label = choices.label(found.option)
    return Read(found.option, f"“{text}”按“{label}”理解，请核对。" if found.guessed else "")


def _read_option(target: Target, value: Value, shown: str, vocabulary: Vocabulary) -> Read:
    """An option by its word; a share of the work as the sheet shows it, 0.3 as 30%."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return read_choice(target, as_text(value), vocabulary)
    if shown.endswith("%"):
        return read_choice(target, shown, vocabulary)
    choices = vocabulary.choices.get(target.id)
    share = f"{value:.0%}" if 0 < value < 1 else ""
    if choices is not None and share and choices.find(share).option is not None:
        why = f"“{as_text(value)}”按“{share}”理解，请核对。"
        return Read(choices.find(share).option, why)
    return read_choice(target, as_text(value), vocabulary)


_READERS: dict[str, Callable[[Value, str], Read]] = {
    "text": read_text,
    "long_text": lambda value, shown: read_text(value, shown, lines=True),
    "person": read_text,
    "code": read_code,
    "phone": read_phone,
    "number": lambda value, _shown: read_number(value),
    "sequence": lambda value, _shown: read_number(value),
    "tick": lambda value, _shown: read_tick(value),
    "latitude": lambda value, _shown: read_degrees(value, latitude=True),
    "longitude": lambda value, _shown: read_degrees(value, latitude=False),
    "position": lambda value, _shown: read_position(value),
}
