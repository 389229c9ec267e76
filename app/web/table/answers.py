"""What the grid is told as JSON: blocks of rows, changes, widths kept."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from flask import Response, jsonify
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.services.tables import rows as tables
from app.services.tables.rows import Line
from app.web import patience
from app.web.row_ids import LARGEST
from app.web.table import presenters

Args = MultiDict[str, str]
BLOCK, MOST = 100, 500
MOST_HELD = 300


def rows(session: Session, actor: Actor, now: datetime, sheet_id: int, args: Args) -> Response:
    """A block of rows; `columns` only where `meta` asks for them."""
    table = tables.open_table(session, actor, now, sheet_id, args.items(multi=True))
    limit = whole(args.get("limit"), BLOCK, MOST) or BLOCK
    with patience.limited(session, actor):
        found = tables.block(session, table, limit=limit)
    body: dict[str, Any] = {"rows": lines(found.lines), "next": found.next}
    if args.get("meta"):
        body |= {"columns": presenters.columns(table, {}), "errors": presenters.told(table)}
    return jsonify(body)


def anchors(session: Session, actor: Actor, now: datetime, sheet_id: int, args: Args) -> Response:
    """The number of rows and the cursors to jump by."""
    table = tables.open_table(session, actor, now, sheet_id, args.items(multi=True))
    with patience.limited(session, actor):
        found = tables.places(session, table)
    return jsonify(total=found.total, every=found.every, cursors=found.cursors)


def about(session: Session, actor: Actor, now: datetime, sheet_id: int, args: Args) -> Response:
    """Whether the rows of the query can only be found by reading all of them."""
    table = tables.open_table(session, actor, now, sheet_id, args.items(multi=True))
    return jsonify(all=patience.reads_all(session, table))


def stop(actor: Actor, given: object) -> Response:
    """End one's own reading of a token; whether there was one to end."""
    token = given.get("run") if isinstance(given, Mapping) else None
    return jsonify(ended=patience.runs().stop(actor.user_id, str(token)))


def changes(session: Session, actor: Actor, now: datetime, sheet_id: int, args: Args) -> Response:
    """Rows changed since an event; `have` are the ids of rows on the asker's screen."""
    table = tables.open_table(session, actor, now, sheet_id, args.items(multi=True))
    since = whole(args.get("since"), 0, 2**62)
    held = [whole(part, 0, LARGEST) for part in args.get("have", "").split(",")[:MOST_HELD]]
    found = tables.changes(session, actor, table, now, since, held)
    return jsonify(
        since=found.since,
        rows=lines(found.lines),
        gone=found.gone,
        more=found.more,
        who=found.who,
    )


def widths(
    session: Session, actor: Actor, now: datetime, sheet_id: int, args: Args, given: object
) -> Response:
    """Keep widths; Invalid for anything that is not widths by column."""
    if not isinstance(given, Mapping) or not isinstance(given.get("widths"), Mapping):
        raise Invalid("widths.wrong", "列宽没有保存：发送的内容格式不对。")
    table = tables.open_table(session, actor, now, sheet_id, args.items(multi=True))
    return jsonify(widths=tables.save_widths(session, actor, now, table, given["widths"]))


def lines(found: Iterable[Line]) -> list[list[Any]]:
    """[id, version, hue, pictures, cell, cell, …]"""
    return [[line.id, line.version, line.hue, line.pictures, *line.cells] for line in found]


def whole(raw: str | None, otherwise: int, most: int) -> int:
    """A whole number from an address, no larger than `most`."""
    text = raw or ""
    if not (text.isascii() and text.isdecimal()) or len(text) > len(str(most)):
        return otherwise
    return min(int(text), most)
