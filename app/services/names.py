"""The names behind ids, asked for only when a page shows them."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.models import Category, Organisation, SectionSheet, User


class Names:
    """A lookup for sheets: short names on screens, full ones where a paper is made.

    Names asked for once are kept for the life of the lookup.
    """

    def __init__(self, session: Session, *, full: bool = False) -> None:
        self._session = session
        org_name = Organisation.name if full else Organisation.short_name
        self._columns: dict[str, tuple[InstrumentedAttribute[Any], InstrumentedAttribute[str]]] = {
            "organisation": (Organisation.id, org_name),
            "person": (User.id, User.name),
            "category": (Category.id, Category.name),
            "sheet": (SectionSheet.section_id, SectionSheet.name),  # a section's table
        }
        self._known: dict[str, dict[int, str]] = {kind: {} for kind in self._columns}

    def names(self, kind: str, ids: Collection[int]) -> Mapping[int, str]:
        """The names of those ids that exist; a kind that nobody knows has none."""
        if kind not in self._columns:
            return {}
        known = self._known[kind]
        missing = set(ids) - known.keys()
        if missing:
            key, name = self._columns[kind]
            rows = self._session.execute(select(key, name).where(key.in_(missing)))
            known.update((row_id, row_name) for row_id, row_name in rows)
        return known
