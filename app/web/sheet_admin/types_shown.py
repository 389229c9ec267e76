"""The types of fields as an administrator chooses among them: in order, each with a drawing."""

from sheets.fields import FieldError, FieldType, field_type, field_types
from sheets.fields.vanished import VANISHED

# The order of the list; a type that is not named here stands behind these.
ORDER = (
    "text", "long_text", "number", "money", "date", "date_time", "single_choice",
    "multi_choice", "tick", "rating", "phone", "link", "person", "organisation", "photos",
    "file", "position", "auto_number", "formula", "lookup",
)  # fmt: skip
DRAWINGS = {
    "text": "letter-t", "long_text": "align-left", "number": "hash", "money": "coin-yuan",
    "date": "calendar", "date_time": "clock", "single_choice": "circle-dot",
    "multi_choice": "checks", "tick": "checkbox", "rating": "star", "phone": "phone",
    "link": "link", "person": "user", "organisation": "building", "photos": "photo",
    "file": "file", "position": "map-pin", "auto_number": "list-numbers",
    "formula": "math-function", "lookup": "eye", "reference": "sitemap",
}  # fmt: skip
OTHER_DRAWING = "tag"
WITHOUT_NAMES = "reference"  # only fixed columns refer to what has no list to choose from


def drawing_of(key: str) -> str:
    """The icon of a type."""
    return DRAWINGS.get(key, OTHER_DRAWING)


def label_of(key: str) -> str:
    """The word for a type; the key for one that is no longer there."""
    return field_types()[key].label if key in field_types() else key


def offered() -> list[FieldType]:
    """The types a field may be given, in the order of the list."""
    keys = sorted(field_types(), key=_place)
    return [field_type(key) for key in keys if _can_be_made(key)]


def _place(key: str) -> int:
    return ORDER.index(key) if key in ORDER else len(ORDER)


def _can_be_made(key: str) -> bool:
    if key in {VANISHED, WITHOUT_NAMES}:
        return False
    if field_type(key).virtual:
        return True
    try:
        field_type(key).sql_type()
    except FieldError:
        return False
    return True
