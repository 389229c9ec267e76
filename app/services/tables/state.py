"""A sheet, a saved view and an address read together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.services.super_table.section_sheets import OpenSheet, open_sheet
from app.services.tables.views import View, in_effect
from sheets.query import Query, parse_query


class Asked(Protocol):
    """What is asked of a sheet: the sheet in the actor's sight, the query, the view beneath it."""

    @property
    def opened(self) -> OpenSheet:
        """The sheet."""

    @property
    def query(self) -> Query:
        """The query in effect."""

    @property
    def view(self) -> View | None:
        """The saved view, if one is in effect."""

    @property
    def sentence(self) -> str:
        """Why a view that was named is not in effect."""


@dataclass(frozen=True, eq=False, slots=True)
class TableState:
    """What an address of a sheet means; `sentence` says why its view is not in effect."""

    opened: OpenSheet
    query: Query
    view: View | None
    sentence: str = ""


def read_table(
    session: Session,
    actor: Actor,
    now: datetime,
    sheet_id: int,
    pairs: Iterable[tuple[str, str]],
) -> TableState:
    """The sheet in this actor's sight with the query in effect; NotFound without the sheet."""
    opened = open_sheet(session, actor, sheet_id, now)
    effect = in_effect(session, actor, sheet_id, pairs)
    query = parse_query(opened.sheet, effect.pairs)
    return TableState(opened, query, effect.view, effect.sentence)
