"""The page of a sheet in plain values: what the grid is told, and the list beneath it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from flask import g, url_for
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.policy import may_export
from app.domain.roles import Actor
from app.services.super_table.section_sheets import sheets_of
from app.services.tables import rows
from app.services.tables.rows import Block, Line, Table
from app.web import patience
from app.web.patience import Slow
from app.web.table_views import kinds
from app.web.table_views.presenters import toolbar
from sheets.catalogue import Field

Args = MultiDict[str, str]
ON_PAGE = 30  # rows a page without script; the grid shows no more at first
OF_THE_PLACE = frozenset({"after", "skip", "limit", "meta", patience.WAIT, patience.RUN})
DEFAULT_WIDTH = 130
OF_COLUMN = {"number": 178, "address": 200}
WIDTHS = {
    "long_text": 260,
    "text": 150,
    "number": 90,
    "money": 110,
    "date": 110,
    "date_time": 140,
    "single_choice": 100,
    "organisation": 110,
    "person": 90,
    "tick": 70,
    "photos": 84,
}
BY_FLOW = "这一列由流程自动填写，请通过办理操作改变。"
NOT_YOURS = "这一列由公式算出，或没有授权给您修改。"


def page(
    session: Session, actor: Actor, now: datetime, sheet_id: int, args: Args
) -> tuple[str, dict[str, Any]]:
    """The template and everything it draws; the rows on it are the grid's first ones."""
    since = rows.last_event(session)  # before the rows: what comes later is asked for
    table = rows.open_table(session, actor, now, sheet_id, args.items(multi=True))
    if kinds.kind_of(table) != "grid":
        return kinds.show_kind(session, actor, now, table)
    limit = min(table.query.limit, ON_PAGE)
    read = patience.part(
        session, actor, table, "rows", lambda: rows.block(session, table, limit=limit)
    )
    found = read if isinstance(read, Block) else None
    g.csp_nonce = secrets.token_urlsafe(16)
    return "table/index.html", {
        "table": table,
        "sheets": [_sheet(row.id, row.name, sheet_id) for row in sheets_of(session, actor)],
        "toolbar": toolbar(session, actor, table.opened, table.query, table.view),
        "slow": read if isinstance(read, Slow) else None,
        "rows": [_row(table, line) for line in found.lines] if found else [],
        "pager": pager(table, found) if found else {},
        "grid": grid(session, actor, table, found) | {"since": since},
    }


def grid(session: Session, actor: Actor, table: Table, found: Block | None) -> dict[str, Any]:
    """What the grid must know before its first request; it asks itself for rows not found."""
    sheet_id = table.opened.id
    return {
        "sheet": sheet_id,
        "query": address_of(table),
        "columns": columns(table, rows.widths(session, actor, table)),
        "freeze": table.freeze,
        "sort": [[term.field_id, term.descending] for term in table.query.sort],
        "next": found.next if found else None,
        "first": found is not None and not table.query.after,
        "csrf": generate_csrf(),
        "nonce": g.csp_nonce,
        "exports": may_export(actor),
        "urls": {
            "rows": url_for("table.rows", sheet_id=sheet_id),
            "anchors": url_for("table.anchors", sheet_id=sheet_id),
            "about": url_for("table.about", sheet_id=sheet_id),
            "stop": url_for("table.stop"),
            "changes": url_for("table.changes", sheet_id=sheet_id),
            "widths": url_for("table.widths", sheet_id=sheet_id),
            "options": url_for("table.options"),
            "row": url_for("table.row", problem_id=0),
            "thumb": url_for("photos.thumb", photo_id="ID"),
            "attached": url_for("table_edit.attachment_thumb", attachment_id="ID"),
            "cells": url_for("table_edit.edit"),
            "undo": url_for("table_edit.undo"),
            "undoable": url_for("table_edit.undoable"),
            "moves": url_for("bulk_moves.choose"),
        },
    }


def address_of(table: Table) -> str:
    """What the address asks for, without the place in the rows."""
    pairs = [pair for pair in table.query.typed if pair[0] not in OF_THE_PLACE]
    return urlencode(pairs)


def columns(table: Table, widths: Mapping[str, int]) -> list[dict[str, Any]]:
    """The columns as the grid wants them."""
    return [_column(field, widths) for field in table.columns]


def _column(field: Field, widths: Mapping[str, int]) -> dict[str, Any]:
    kind, listed = field.kind, field.options.get("choices")
    own = widths.get(field.id)
    described: dict[str, Any] = {
        "id": field.id,
        "name": field.caption,
        "type": field.type,
        "width": own or OF_COLUMN.get(field.id) or WIDTHS.get(field.type, DEFAULT_WIDTH),
        "sort": kind.sortable or field.sort is not None,
        "edit": not field.readonly,
    }
    if field.readonly:
        described["why"] = NOT_YOURS if field.id.startswith("f_") else BY_FLOW
    if field.help:
        described["help"] = field.help
    if isinstance(listed, list | tuple):
        described["choices"] = [[str(part) for part in each] for each in listed]
    if names := kind.names_kind(field.options):
        described["names"] = names
    return described


def told(table: Table) -> list[str]:
    """What of the address could not be used, each once."""
    found = [table.sentence, *(error.sentence for error in table.query.errors)]
    return list(dict.fromkeys(filter(None, found)))


# --- the list without a script ---


def _sheet(sheet_id: int, name: str, current: int) -> dict[str, Any]:
    href = url_for("table.show", sheet_id=sheet_id)
    return {"name": name, "href": href, "current": sheet_id == current}


def _row(table: Table, line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "version": line.version,
        "hue": line.hue,
        "href": url_for("table.row", problem_id=line.id, sheet=table.opened.id),
        "cells": [
            _cell(field, text, line.pictures.get(field.id, ""))
            for field, text in zip(table.columns, line.cells, strict=True)
        ],
    }


def _cell(field: Field, text: str, photo_id: str) -> dict[str, str]:
    thumb = thumb_href(field, photo_id) if photo_id else ""
    return {"label": field.caption, "text": text, "photo": photo_id, "thumb": thumb}


def thumb_href(field: Field, photo_id: str) -> str:
    """The small picture of evidence, or of what was put into a cell."""
    if field.id in rows.PICTURES:
        return url_for("photos.thumb", photo_id=photo_id)
    return url_for("table_edit.attachment_thumb", attachment_id=photo_id)


def pager(table: Table, found: Block) -> dict[str, str | None]:
    """Addresses of the first page and the next."""
    here = url_for("table.show", sheet_id=table.opened.id)
    pairs = [pair for pair in table.query.typed if pair[0] not in OF_THE_PLACE]
    limit = [pair for pair in table.query.typed if pair[0] == "limit"]
    first = f"{here}?{urlencode([*pairs, *limit])}".rstrip("?")
    after = urlencode([*pairs, *limit, ("after", found.next)]) if found.next else ""
    return {
        "first": first if table.query.after else None,
        "next": f"{here}?{after}" if after else None,
    }
