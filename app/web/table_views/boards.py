"""A board in plain values: columns of cards, each card with the moves open to this person."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.workflow import Option
from app.services.lists.pages import ListRow
from app.services.tables import kinds, view_state
from app.services.tables.kinds import Column
from app.services.tables.state import Asked
from app.web import cards, presenting
from app.web.table_views.place import Place

MOST_MOVES = 4


def board(
    session: Session, actor: Actor, now: datetime, asked: Asked, place: Place
) -> dict[str, Any]:
    """What table_views/board.html draws."""
    field = kinds.board_field(asked, place.own("board"))
    if field is None:
        return {"columns": [], "vacant": "", "fields": [], "field": ""}
    found = kinds.board(session, actor, now, asked, field)
    columns = [
        {
            "label": column.label,
            "number": f"{column.number:,}",
            "cards": [_card(row, found.moves.get(row.id, ()), field.id) for row in column.rows],
            "more": column.number - len(column.rows),
            "href": _whole(place, field.id, column),
        }
        for column in found.columns
    ]
    choices = [each for each in asked.opened.sheet.fields if each.type == "single_choice"]
    return {
        "columns": columns,
        "vacant": "、".join(found.vacant),
        "field": field.id,
        "fields": [(each.id, each.caption) for each in choices],
        "keep": [pair for pair in place.state if pair[0] != "board"],
    }


def _card(row: ListRow, options: Sequence[Option], field_id: str) -> dict[str, Any]:
    offered = [
        {"label": each.move.label, "href": presenting.move_href(row.id, each.move.id)}
        for each in options[:MOST_MOVES]
    ]
    said = {"state": ""} if field_id == kinds.BOARD_FIELD else {}
    return {"card": cards.card(row, **said), "moves": offered}


def _whole(place: Place, field_id: str, column: Column) -> str:
    """The rows of a column as a list."""
    name = f"f.{field_id}.{'empty' if column.value is None else 'is'}"
    others = [pair for pair in place.without(view_state.KIND) if pair[0] != name]
    return place.href([*others, (name, column.value or "1"), ("as", "cards")])
