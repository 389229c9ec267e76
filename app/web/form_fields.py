"""What several forms share: text without control characters, numbers from hidden fields."""

import math
import uuid
from datetime import datetime
from unicodedata import category

from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

UNSEEN = {"Cc", "Cs"}  # controls, which one of the two databases refuses, and broken halves
LARGEST_ID_DIGITS = 9
FIRST_YEAR, LAST_YEAR = 2000, 2100


def clean(text: str | None) -> str:
    """Text as a person meant it: no control characters but line breaks, no blanks around it."""
    plain = (text or "").replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in plain if sign in "\n\t" or category(sign) not in UNSEEN).strip()


class Wanted:
    """Marks a field as one that must be filled in; the sentence comes from the rules."""

    field_flags = {"required": True}  # noqa: RUF012 wtforms reads it from the validator

    def __call__(self, form: object, field: object) -> None:
        """Nothing: drafts may leave it out."""


def line(label: str, most: int, *validators: object) -> StringField:
    """A line of text of at most `most` characters."""
    fits = Length(max=most, message=f"{label}最多 {most} 个字，请删减。")
    return StringField(label, [fits, *validators], filters=[clean])


def paragraph(label: str, *validators: object) -> TextAreaField:
    """A longer text; how long it may be is for the rules to say."""
    return TextAreaField(label, [*validators], filters=[clean])


def key_field() -> HiddenField:
    """The key that makes sending a form twice harmless; each new form has its own."""
    return HiddenField(default=new_key)


def new_key() -> str:
    """A key nobody else has."""
    return uuid.uuid4().hex


def number(text: str | None) -> float | None:
    """A finite number from a hidden field; None for anything else."""
    try:
        value = float(text or "")
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def whole(text: str | None) -> int | None:
    """An id from a field; None for anything that cannot be one."""
    plain = (text or "").strip()
    fits = len(plain) <= LARGEST_ID_DIGITS
    return int(plain) if fits and plain.isascii() and plain.isdecimal() else None


def instant(text: str | None) -> datetime | None:
    """An aware instant in ISO 8601, as a phone writes it; None for anything else."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return found if found.tzinfo is not None and is_plausible(found) else None


def is_plausible(moment: datetime) -> bool:
    """Whether a device can mean it: at the ends of the calendar a change of zone overflows."""
    return FIRST_YEAR <= moment.year <= LAST_YEAR
