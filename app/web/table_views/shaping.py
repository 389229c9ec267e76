"""From what the toolbar's forms send: the address they mean, a row drawn anew."""

from datetime import datetime
from typing import Any

from flask import Response, jsonify, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.services.tables import on_map
from app.services.tables import state as table_state
from app.web import patience
from app.web.table_views import composing, conditions, maps
from app.web.table_views.conditions import Row
from app.web.table_views.controls import Controls
from app.web.table_views.forms import COLOURS
from app.web.table_views.place import EDITORS, address

Args = MultiDict[str, str]


def target(session: Session, actor: Actor, now: datetime, sheet_id: int, args: Args) -> str:
    """The address that a form asks for; what is not complete is shown again for completion."""
    sent = list(args.items(multi=True))
    named = [("view", args.get("view", ""))]
    read = table_state.read_table(session, actor, now, sheet_id, named)
    state, own = composing.compose(read.opened, sent)
    part = args.get("part", "")
    moved = "up" in args or "down" in args
    if part in EDITORS and (own or moved):
        own.append(("edit", part))
    return address(sheet_id, read.view, state, own)


def row(session: Session, actor: Actor, now: datetime, sheet_id: int, args: Args) -> dict[str, Any]:
    """What condition.html draws for the field and operator that were just chosen."""
    read = table_state.read_table(session, actor, now, sheet_id, ())
    controls = Controls(session, actor, read.opened.sheet)
    prefix = args.get("prefix", "")
    found = conditions.PREFIX.fullmatch(prefix)
    prefix = prefix if found else "c1"
    sent = [(f"{prefix}.{name}", raw) for name, raw in args.items(multi=True) if name != "prefix"]
    rows = conditions.of_form(sent, prefix[0])
    chosen = rows[0] if rows else Row()
    return {
        "row": controls.row(chosen, prefix),
        "fields": controls.fields(),
        "colours": COLOURS if prefix.startswith("h") else (),
        "href": url_for("table_views.condition", sheet_id=sheet_id),
    }


def points(session: Session, actor: Actor, now: datetime, sheet_id: int, args: Args) -> Response:
    """The rows of the query within a part of the map; Invalid for what is no part of it."""
    asked = table_state.read_table(session, actor, now, sheet_id, args.items(multi=True))
    box = maps.box_of(args.get("box", ""))
    if box is None or not on_map.is_mappable(asked):
        raise Invalid("map.box", "地图的范围不对，请刷新页面后再看。")
    with patience.limited(session, actor):
        found = on_map.points_in(session, now, asked, box)
    return jsonify(maps.points(found))
