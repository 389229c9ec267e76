"""Exports as their page shows them."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import url_for

from app.domain.roles import Actor
from app.models import TableExport
from app.services.tables import export_asking
from app.services.tables.export_asking import AT_WORK, DONE, KEPT, LABELS
from app.web import presenting

MEGABYTE = 1024 * 1024
NARROWED = "导出以后，您能看的行或列有了变化，这一份不能再下载。"
NO_LONGER = "不能下载"


def page(actor: Actor, found: Sequence[TableExport]) -> dict[str, Any]:
    """What table_exports/index.html draws."""
    return {"items": [item(actor, each) for each in found], "days": KEPT.days}


def item(actor: Actor, found: TableExport) -> dict[str, Any]:
    """One export in the table."""
    at_work = found.status in AT_WORK
    lost = found.status != DONE or not export_asking.may_take(actor, found)
    return {
        "name": found.name,
        "href": f"{url_for('table.show', sheet_id=found.sheet_id)}?{_asked(found)}".rstrip("?"),
        "conditions": found.conditions,
        "asked": presenting.moment(found.created_at),
        "status": status(actor, found),
        "stop_href": _href("stop", found) if at_work else "",
        "again_href": _href("again", found) if not at_work and lost else "",
    }


def status(actor: Actor, found: TableExport, *, alone: bool = False) -> dict[str, Any]:
    """How far it is; `alone` is the answer to the page's asking: once ended it leads on."""
    at_work = found.status in AT_WORK
    done = found.status == DONE
    takes = done and export_asking.may_take(actor, found)
    lost = done and not takes
    return {
        "label": NO_LONGER if lost else LABELS[found.status],
        "name": found.name,
        "done": found.rows_done,
        "total": found.rows_total,
        "note": NARROWED if lost else found.error,
        "poll_href": _href("status", found) if at_work else "",
        "file_href": _href("download", found) if takes else "",
        "size": f"{max((found.file_size or 0) / MEGABYTE, 0.1):.1f} MB",
        "leads_on": url_for("table_exports.index") if alone and not at_work else "",
    }


def _asked(found: TableExport) -> str:
    return urlencode([(name, raw) for name, raw in found.query if raw])


def _href(action: str, found: TableExport) -> str:
    return url_for(f"table_exports.{action}", export_id=found.id)
