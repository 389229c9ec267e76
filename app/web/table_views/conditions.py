"""Conditions as rows of a form: field, operator, values; read from an address and back to one."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sheets.catalogue import Sheet
from sheets.fields.base import MANY, Operator

MOST_GROUPS = 3
MOST_ROWS = 40
PARTS = 3
TWO = 2
NAME = re.compile(r"(?:g([1-9])\.)?f\.([a-z][a-z0-9_]{0,59})\.([a-z0-9_]{1,40})", re.ASCII)
HUE = re.compile(r"hue\.([a-z]{1,10})\.(f\..+)", re.ASCII)
ROW = re.compile(r"([ch])([0-9]{1,3})\.(f|op|v|w|g|colour)", re.ASCII)
PREFIX = re.compile(r"[ch][0-9]{1,3}", re.ASCII)
DRAFT = re.compile(r"([0-9])\.([a-z][a-z0-9_]{0,59})?(?:\.([a-z0-9_]{1,40}))?", re.ASCII)
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Row:
    """One condition of a form; `group` is "" at the top, `colour` names what it paints."""

    field_id: str = ""
    operator: str = ""
    values: tuple[str, ...] = ()
    group: str = ""
    colour: str = ""

    @property
    def draft(self) -> str:
        """What is chosen so far, for a row that is not complete."""
        return f"{self.group or 0}.{self.field_id}" + (f".{self.operator}" if self.operator else "")


def operator_of(sheet: Sheet, row: Row) -> Operator | None:
    """The operator a row names, if its field has it."""
    field = sheet.by_id.get(row.field_id)
    return field.kind.operator(row.operator) if field else None


def read(sheet: Sheet, state: Iterable[Pair]) -> list[Row]:
    """The conditions of a state on fields of this sheet, those of colours apart."""
    return [row for name, raw in state if (row := _row(sheet, name, raw)) is not None]


def read_hues(sheet: Sheet, state: Iterable[Pair]) -> list[Row]:
    """The conditions that give rows a colour."""
    found = []
    for name, raw in state:
        hue = HUE.fullmatch(name)
        row = _row(sheet, hue[2], raw) if hue else None
        if hue and row is not None:
            found.append(Row(row.field_id, row.operator, row.values, "", hue[1]))
    return found


def _row(sheet: Sheet, name: str, raw: str) -> Row | None:
    found = NAME.fullmatch(name)
    if found is None:
        return None
    row = Row(found[2], found[3], (), found[1] or "")
    operator = operator_of(sheet, row)
    if operator is None:
        return None
    listed = operator.arity in {MANY, TWO}
    values = tuple(part.strip() for part in raw.split(",")) if listed else (raw,)
    return Row(row.field_id, row.operator, values if operator.arity else (), row.group)


def pair_of(sheet: Sheet, row: Row) -> Pair | None:
    """The parameter of a complete row; None while something is missing."""
    operator = operator_of(sheet, row)
    if operator is None:
        return None
    filled = [value.strip() for value in row.values if value.strip()]
    if operator.arity == 0:
        raw = "1"
    elif not filled or (operator.arity == TWO and len(filled) != TWO):
        return None
    else:
        raw = filled[0] if operator.arity == 1 else ",".join(filled)
    prefix = f"g{row.group}." if row.group else ""
    colour = f"hue.{row.colour}." if row.colour else ""
    return f"{colour}{prefix}f.{row.field_id}.{row.operator}", raw


def of_form(pairs: Iterable[Pair], letter: str) -> list[Row]:
    """The rows a form sent (c for conditions, h for colours), in order, blank ones left out."""
    sent: dict[int, dict[str, list[str]]] = {}
    for name, raw in pairs:
        found = ROW.fullmatch(name)
        if found and found[1] == letter:
            sent.setdefault(int(found[2]), {}).setdefault(found[3], []).append(raw)
    rows = [_of_form(values) for _, values in sorted(sent.items())]
    return [row for row in rows if row.field_id][:MOST_ROWS]


def _of_form(values: Mapping[str, Sequence[str]]) -> Row:
    def last(name: str) -> str:
        return values.get(name, [""])[-1].strip()

    group = last("g")
    return Row(
        last("f"),
        last("op"),
        (*values.get("v", ()), *values.get("w", ())),
        group if group in {"1", "2", "3"} else "",
        last("colour"),
    )


def drafts(sheet: Sheet, pairs: Iterable[Pair]) -> list[Row]:
    """Rows that were sent before they were complete."""
    found = [DRAFT.fullmatch(raw) for name, raw in pairs if name == "draft"]
    rows = [
        Row(each[2] or "", each[3] or "", (), each[1] if each[1] in "123" else "")
        for each in found
        if each
    ]
    return [row for row in rows if not row.field_id or row.field_id in sheet.by_id][:MOST_ROWS]
