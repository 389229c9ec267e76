"""The JSON interface: what the pages do, for programs; the same services, no rules of its own."""

from app.api import (
    ledgers,
    moves,
    photos,
    problems,
    reading,
    reference,
    results,
    section_fields,
    tokens,
)
from app.api.blueprint import blueprint

__all__ = [
    "blueprint",
    "ledgers",
    "moves",
    "photos",
    "problems",
    "reading",
    "reference",
    "results",
    "section_fields",
    "tokens",
]
