"""What a sheet keeps of each of its columns, and the change of them all at once."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sheets.catalogue import Field


@dataclass(frozen=True, slots=True)
class Column:
    """A field's place in one sheet; `caption` and `default` are empty for the field's own.

    `default` is written as a person would type it. `on_form` puts it on the phone form.
    """

    id: str
    caption: str = ""
    required: bool = False
    default: str = ""
    on_form: bool = False
    shown: bool = True


def columns_of(kept: Iterable[Any]) -> list[Column]:
    """The columns as a sheet's row keeps them, each field once."""
    found: dict[str, Column] = {}
    for entry in kept:
        if isinstance(entry, Mapping) and entry.get("id"):
            column = _read(entry)
            found.setdefault(column.id, column)
    return list(found.values())


def _read(entry: Mapping[str, Any]) -> Column:
    return Column(
        id=str(entry["id"]),
        caption=str(entry.get("caption") or ""),
        required=bool(entry.get("required")),
        default=str(entry.get("default") or ""),
        on_form=bool(entry.get("on_form")),
        shown=bool(entry.get("shown", True)),
    )


def kept(columns: Sequence[Column]) -> list[dict[str, Any]]:
    """The columns as a sheet's row keeps them."""
    return [asdict(column) for column in columns]


TYPED = frozenset(
    {
        "text", "textarea", "number", "date", "datetime-local", "select", "multi", "checkbox",
        "rating", "tel", "url", "person", "organisation", "position",
    }
)  # fmt: skip


def can_be_typed(field: Field) -> bool:
    """Whether a form can ask for a field: not for formulas, numbers given out, photos, files."""
    return not field.readonly and not field.kind.virtual and field.kind.control in TYPED
