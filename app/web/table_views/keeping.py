"""Saved views on the web: keeping a state, changing a view, the page that lists them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import flash, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.domain.roles import Actor
from app.services import admin_history
from app.services.super_table import section_sheets
from app.services.tables import view_sharing, view_state
from app.services.tables import views as table_views
from app.services.tables.views import View
from app.web import presenting
from app.web.table_views.place import address

Form = MultiDict[str, str]
Change = Callable[[Session, Actor, datetime, int, int], None]
CHANGES: dict[str, tuple[Change, str]] = {
    "share": (view_sharing.share_view, "已共享：能打开这张表的人都会看到它，各看各的行和列。"),
    "unshare": (view_sharing.unshare_view, "已取消共享，现在只有您能看到。"),
    "lock": (view_sharing.lock_view, "已锁定：别人可以用，不能改。"),
    "unlock": (view_sharing.unlock_view, "已解锁：能打开这张表的人都可以改它。"),
    "delete": (view_sharing.delete_view, "已删除，可以在“已删除的视图”里恢复。"),
    "restore": (view_sharing.restore_view, "已恢复。"),
}
MOST_EVENTS = 20
NO_SUCH_CHANGE = "没有这个操作，请从页面上的按钮进行。"


def save(session: Session, actor: Actor, now: datetime, sheet_id: int, form: Form) -> str:
    """Keep a state as a new view; gives where to go on, with what was typed when it is refused."""
    pairs, name = view_state.read(form.get("query", "")), form.get("name", "")
    try:
        like = _whole(form.get("like")) or None
        view = table_views.save_view(session, actor, now, sheet_id, name, pairs, like)
    except Invalid as refusal:
        flash(refusal.sentence, "error")
        return address(sheet_id, None, pairs, [("edit", "views"), ("name", name[:60])])
    said = f"已保存为视图“{view.name}”，现在只有您能看到；要给同事用，请在“管理视图”里共享。"
    flash(said, "success")
    return url_for("table.show", sheet_id=sheet_id, view=view.id)


def update(session: Session, actor: Actor, now: datetime, view_id: int, form: Form) -> str:
    """Let a view show a state; gives where to go on, the state kept when it is refused."""
    pairs = view_state.read(form.get("query", ""))
    view = table_views.find_view(session, actor, view_id)
    try:
        version = _whole(form.get("version"))
        view = table_views.update_view(session, actor, now, view_id, version, pairs)
    except (Conflict, Invalid, NotAllowed) as refusal:
        flash(refusal.sentence, "error")
        return address(view.sheet_id, view, pairs, [("edit", "views")])
    flash(f"视图“{view.name}”已保存。", "success")
    return url_for("table.show", sheet_id=view.sheet_id, view=view.id)


def change(
    session: Session, actor: Actor, now: datetime, view_id: int, name: str, form: Form
) -> str:
    """Anything else that is done to a view; gives the page to go on with."""
    row, _, _ = table_views.load(session, actor, view_id)
    sheet_id = row.sheet_id
    try:
        said = _changed(session, actor, now, view_id, name, form)
        flash(said, "success")
    except (Conflict, Invalid, NotAllowed) as refusal:
        flash(refusal.sentence, "error")
    return url_for("table_views.manage", sheet_id=sheet_id)


def _changed(
    session: Session, actor: Actor, now: datetime, view_id: int, name: str, form: Form
) -> str:
    version = _whole(form.get("version"))
    if name in {"up", "down"}:
        view_sharing.move_view(session, actor, view_id, up=name == "up")
        return "顺序已调整。"
    if name == "rename":
        view_sharing.rename_view(session, actor, now, view_id, version, form.get("name", ""))
        return "名字已改。"
    if name not in CHANGES:
        raise NotFound("view.no_such_change", NO_SUCH_CHANGE)
    make, said = CHANGES[name]
    make(session, actor, now, view_id, version)
    return said


def page(session: Session, actor: Actor, sheet_id: int) -> dict[str, Any]:
    """What table_views/manage.html draws."""
    sheet = section_sheets.find_sheet(session, actor, sheet_id)
    views = table_views.list_views(session, actor, sheet_id)
    return {
        "sheet": sheet.name,
        "back": url_for("table.show", sheet_id=sheet_id),
        "own": [_item(view) for view in views if not view.shared],
        "shared": [_item(view) for view in views if view.shared],
        "deleted": [_item(view) for view in table_views.deleted_views(session, actor, sheet_id)],
        "told": _told(session, sheet_id),
    }


def _item(view: View) -> dict[str, Any]:
    return {
        "id": view.id, "name": view.name, "owner": view.owner, "mine": view.mine,
        "shared": view.shared, "locked": view.locked, "version": view.version,
        "may_manage": view.may_manage,
        "href": url_for("table.show", sheet_id=view.sheet_id, view=view.id),
    }  # fmt: skip


def _told(session: Session, sheet_id: int) -> list[dict[str, str]]:
    """What happened to this sheet's shared views, the latest first."""
    events = admin_history.events(session, admin_history.VIEWS)
    here = [event for event in events if event.payload.get("sheet") == sheet_id]
    return [
        {"at": presenting.moment(event.at), "at_iso": event.at.isoformat(), "text": event.text}
        for event in here[:MOST_EVENTS]
    ]


def _whole(raw: str | None) -> int:
    """A version from a form; one that no row has where it is no number."""
    text = raw or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < len("2147483647") else 0
