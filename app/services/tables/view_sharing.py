"""What an owner does with a view: name, share, lock, order, delete and take back."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import NotAllowed
from app.domain.roles import Actor
from app.models import TableView
from app.services.tables.views import change_row, checked_name, load, may_manage, tell


def rename_view(
    session: Session, actor: Actor, now: datetime, view_id: int, version: int, name: str
) -> None:
    """Another name; Invalid for a blank, long or taken one."""
    row = _mine(session, actor, view_id)
    before = row.name
    new = checked_name(session, actor, row.sheet_id, name, but=row.id)
    change_row(session, row, now, version, {"name": new})
    if row.shared:
        said = f"{actor.name} 把共享视图“{before}”改名为“{new}”"
        tell(session, actor, now, "renamed", row, said, {"from": before, "to": new})


def share_view(session: Session, actor: Actor, now: datetime, view_id: int, version: int) -> None:
    """Everybody who may open the sheet finds it from now on, each with his own rows and columns."""
    _set(session, actor, now, view_id, version, {"shared": True}, "shared", "共享了视图")


def unshare_view(session: Session, actor: Actor, now: datetime, view_id: int, version: int) -> None:
    """Personal again, and unlocked."""
    values = {"shared": False, "locked": False}
    _set(session, actor, now, view_id, version, values, "unshared", "不再共享视图")


def lock_view(session: Session, actor: Actor, now: datetime, view_id: int, version: int) -> None:
    """Only its owner and the sheet's admin change what it shows."""
    _set(session, actor, now, view_id, version, {"locked": True}, "locked", "锁定了共享视图")


def unlock_view(session: Session, actor: Actor, now: datetime, view_id: int, version: int) -> None:
    """Whoever finds it may change what it shows."""
    _set(session, actor, now, view_id, version, {"locked": False}, "unlocked", "解锁了共享视图")


def delete_view(session: Session, actor: Actor, now: datetime, view_id: int, version: int) -> None:
    """Gone from everybody's list; `restore_view` brings it back as it was."""
    _set(session, actor, now, view_id, version, {"deleted_at": now}, "deleted", "删除了共享视图")


def restore_view(session: Session, actor: Actor, now: datetime, view_id: int, version: int) -> None:
    """Back in the list; Invalid while another view of one's own has its name."""
    row = _mine(session, actor, view_id)
    checked_name(session, actor, row.sheet_id, row.name, but=row.id)
    _set(session, actor, now, view_id, version, {"deleted_at": None}, "restored", "恢复了共享视图")


def move_view(session: Session, actor: Actor, view_id: int, *, up: bool) -> None:
    """One place up or down among the views of the same kind; at the end nothing happens."""
    row = _mine(session, actor, view_id)
    same = [TableView.sheet_id == row.sheet_id, TableView.deleted_at.is_(None)]
    same.append(TableView.shared.is_(True) if row.shared else TableView.shared.is_(False))
    if not row.shared:
        same.append(TableView.owner_id == row.owner_id)
    order = select(TableView).where(*same).order_by(TableView.position, TableView.id)
    rows = list(session.scalars(order))
    place = rows.index(row)
    other = place + (-1 if up else 1)
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    for position, each in enumerate(rows, start=1):
        each.position = position
    session.flush()


def _mine(session: Session, actor: Actor, view_id: int) -> TableView:
    row, sheet, owner = load(session, actor, view_id)
    if not may_manage(actor, sheet, row):
        raise NotAllowed("view.not_yours", f"这个视图由 {owner} 管理，您可以另存为自己的视图。")
    return row


def _set(
    session: Session,
    actor: Actor,
    now: datetime,
    view_id: int,
    version: int,
    values: dict[str, Any],
    kind: str,
    verb: str,
) -> None:
    """Change a view, and record it where others see it before or after."""
    row = _mine(session, actor, view_id)
    was_shared = row.shared
    change_row(session, row, now, version, values)
    if was_shared or row.shared:
        tell(session, actor, now, kind, row, f"{actor.name} {verb}“{row.name}”")
