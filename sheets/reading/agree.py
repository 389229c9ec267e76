"""Where two readers of one file differ: the fuller one counts, and the cell is marked."""

from __future__ import annotations

from datetime import date, datetime, time

from sheets.reading.book import CellNote, Row, Value

DISAGREE = "两种读法结果不同（另一种读作“{other}”），请对照原表。"
ONLY_SECOND = "这格只有一种读法读到了内容，请对照原表。"
_START = datetime(1899, 12, 30)  # noqa: DTZ001 - serial numbers count from here
_EPOCHS = 1462
"""Days between the two calendars of workbooks."""


SECONDS = 2 / 86_400
"""Days by which two readings of one instant may differ: fractions of a second are rounded."""

MOST_NOTES = 2_000


def weigh(
    rows: list[Row], notes: list[CellNote], noted: set[tuple[int, int]], row: int, other: Row
) -> None:
    """Put the second reader's row beside the first's; noted cells are known to be odd already."""
    while len(rows) <= row:
        rows.append(())
    first = list(rows[row])
    first.extend([None] * (len(other) - len(first)))
    for col, value in enumerate(other):
        if value is None or (row, col) in noted or alike(first[col], value):
            continue
        why = ONLY_SECOND
        if first[col] is None:
            first[col] = value
        else:
            why = DISAGREE.format(other=str(value)[:40])
        if len(notes) < MOST_NOTES:
            notes.append(CellNote(row, col, "disagree", str(first[col])[:200], why))
    while first and first[-1] is None:
        first.pop()
    rows[row] = tuple(first)


def alike(first: Value, second: Value) -> bool:
    """Whether two readers mean the same: a date is its serial number, a text its words."""
    if isinstance(first, str) or isinstance(second, str):
        return str(first).split() == str(second).split()
    one, two = _number(first), _number(second)
    if one is None or two is None:
        return one is two
    if isinstance(first, int | float) and isinstance(second, int | float):
        return abs(one - two) <= 1e-9 * max(1.0, abs(one))
    return any(abs(abs(one - two) - days) < SECONDS for days in (0, _EPOCHS))


def _number(value: Value) -> float | None:
    if isinstance(value, datetime):
        return (value - _START).total_seconds() / 86_400
    if isinstance(value, date):
        return float((value - _START.date()).days)
    if isinstance(value, time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
    return None if value is None or isinstance(value, str) else float(value)
