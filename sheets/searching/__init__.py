"""A full-text index of a table: pairs of letters by row, a sieve in front of the exact search."""

from sheets.searching.filling import (
    BATCH,
    forget_marks,
    mark_all,
    pending,
    reindex,
    with_lookup,
    without_lookup,
)
from sheets.searching.index import TextIndex
from sheets.searching.layout import create, drop

__all__ = [
    "BATCH",
    "TextIndex",
    "create",
    "drop",
    "forget_marks",
    "mark_all",
    "pending",
    "reindex",
    "with_lookup",
    "without_lookup",
]
