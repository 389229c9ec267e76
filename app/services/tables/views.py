"""Saved views of a sheet: personal until shared, a shared one the same for all who may open it.

A view keeps what stands after the question mark of its address and is read anew each time, so it
shows each person his own rows and columns and survives a field that went away.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.orm import Session

from app.domain.policy import may_administer_fields_of
from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound
from app.domain.roles import Actor
from app.models import ColumnWidths, SectionSheet, TableView, User
from app.services import admin_history
from app.services.super_table.section_sheets import find_sheet
from app.services.tables import view_state
from sheets.text import one_line

LONGEST_NAME = 30
LONGEST_QUERY = 8_000
MOST_VIEWS = 100
LARGEST = 2**31 - 1  # of an id
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class View:
    """A saved view as one actor finds it.

    `may_change` is for what it shows, `may_manage` for its name, sharing, lock, place and end.
    """

    id: int
    sheet_id: int
    name: str
    query: str
    widths: dict[str, Any]
    owner: str
    mine: bool
    shared: bool
    locked: bool
    version: int
    deleted: bool
    may_change: bool
    may_manage: bool

    @property
    def pairs(self) -> view_state.Pairs:
        """Its state as the pairs of an address."""
        return view_state.read(self.query)


def list_views(session: Session, actor: Actor, sheet_id: int) -> list[View]:
    """One's own views of a sheet, in one's order, then what others share; NotFound without it."""
    sheet = find_sheet(session, actor, sheet_id)
    own = TableView.owner_id == actor.user_id
    rows = session.execute(
        select(TableView, User.name)
        .join(User, User.id == TableView.owner_id)
        .where(
            TableView.sheet_id == sheet.id,
            TableView.deleted_at.is_(None),
            or_(own, TableView.shared.is_(True)),
        )
        .order_by(TableView.shared.desc(), TableView.position, TableView.id)
    )
    return [_seen(actor, sheet, row, owner) for row, owner in rows]


def deleted_views(session: Session, actor: Actor, sheet_id: int) -> list[View]:
    """The deleted views this actor may take back, the latest first."""
    sheet = find_sheet(session, actor, sheet_id)
    rows = session.execute(
        select(TableView, User.name)
        .join(User, User.id == TableView.owner_id)
        .where(TableView.sheet_id == sheet.id, TableView.deleted_at.is_not(None))
        .order_by(TableView.deleted_at.desc(), TableView.id)
    )
    seen = [_seen(actor, sheet, row, owner) for row, owner in rows]
    return [view for view in seen if view.may_manage][:MOST_VIEWS]


def find_view(session: Session, actor: Actor, view_id: int) -> View:
    """A view this actor may open; NotFound for a stranger's personal one and a deleted one."""
    row, sheet, owner = load(session, actor, view_id)
    if row.deleted_at is not None:
        raise _unknown()
    return _seen(actor, sheet, row, owner)


@dataclass(frozen=True, slots=True)
class InEffect:
    """What an address means: its view, if it names one, and the pairs with the view's beneath.

    `sentence` says why a view that was named is not in effect.
    """

    view: View | None
    pairs: view_state.Pairs
    sentence: str = ""


def in_effect(session: Session, actor: Actor, sheet_id: int, pairs: Iterable[Pair]) -> InEffect:
    """An address read together with the view it names; never raises."""
    own = list(pairs)
    raw = dict(own).get("view", "")
    if not raw:
        return InEffect(None, own)
    number = int(raw) if raw.isascii() and raw.isdigit() and len(raw) <= len(str(LARGEST)) else 0
    try:
        view = find_view(session, actor, min(number, LARGEST))
    except NotFound as refusal:
        return InEffect(None, own, f"{refusal.sentence}下面按地址里的其他条件显示。")
    if view.sheet_id != sheet_id:
        return InEffect(None, own, f"视图“{view.name}”是另一张表的，没有生效。")
    return InEffect(view, view_state.merged(view.pairs, own))


def save_view(
    session: Session,
    actor: Actor,
    now: datetime,
    sheet_id: int,
    name: str,
    pairs: Iterable[Pair],
    like: int | None = None,
) -> View:
    """A new personal view of this state, with the widths the columns have: in the view `like`
    it was made from, else in the sheet.

    Raises Invalid for a blank, long or taken name and for a state too long to keep.
    """
    sheet = find_sheet(session, actor, sheet_id)
    own = [TableView.sheet_id == sheet.id, TableView.owner_id == actor.user_id]
    living = [*own, TableView.deleted_at.is_(None)]
    if session.scalar(select(func.count()).where(*living)) >= MOST_VIEWS:  # type: ignore[operator]
        raise Invalid("view.many", f"您在这张表上已有 {MOST_VIEWS} 个视图，请先删除不用的。")
    last = session.scalar(select(func.max(TableView.position)).where(*own))
    row = TableView(
        sheet_id=sheet.id,
        owner_id=actor.user_id,
        name=checked_name(session, actor, sheet.id, name),
        query=_kept(pairs),
        widths=_widths(session, actor, sheet.id, like),
        position=(last or 0) + 1,
        created_at=now,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    return _seen(actor, sheet, row, actor.name)


def update_view(
    session: Session,
    actor: Actor,
    now: datetime,
    view_id: int,
    version: int,
    pairs: Iterable[Pair],
) -> View:
    """Let a view show this state; Conflict when somebody changed it since `version`."""
    row, sheet, _ = load(session, actor, view_id)
    if not may_change(actor, sheet, row):
        raise NotAllowed("view.locked", f"视图“{row.name}”已锁定，请用“另存为”存成自己的视图。")
    before, query = row.query, _kept(pairs)
    place = f"view:{row.id}"
    values = {"query": query, "widths": row.widths | _own_widths(session, actor, place)}
    change_row(session, row, now, version, values)
    _drop_widths(session, actor, place)
    if row.shared:
        said = f"{actor.name} 修改了共享视图“{row.name}”的内容"
        tell(session, actor, now, "changed", row, said, {"from": before, "to": query})
    return find_view(session, actor, view_id)


# --- what the changes of a view share ---


def load(session: Session, actor: Actor, view_id: int) -> tuple[TableView, SectionSheet, str]:
    """The row, its sheet and its owner's name; NotFound where the actor has no business."""
    row = session.get(TableView, view_id, populate_existing=True)
    if row is None:
        raise _unknown()
    if row.owner_id != actor.user_id and not row.shared:
        raise _unknown()
    try:
        sheet = find_sheet(session, actor, row.sheet_id)
    except NotFound:
        raise _unknown() from None
    owner = session.scalar(select(User.name).where(User.id == row.owner_id)) or ""
    return row, sheet, owner


def may_manage(actor: Actor, sheet: SectionSheet, row: TableView) -> bool:
    """Its owner; of a shared one the sheet's admin too."""
    return row.owner_id == actor.user_id or (
        row.shared and may_administer_fields_of(actor, sheet.section_id)
    )


def may_change(actor: Actor, sheet: SectionSheet, row: TableView) -> bool:
    """What it shows: whoever may open a shared one, unless it is locked."""
    return may_manage(actor, sheet, row) or (row.shared and not row.locked)


def change_row(
    session: Session, row: TableView, now: datetime, version: int, values: dict[str, Any]
) -> None:
    """One conditional UPDATE; Conflict for whoever comes second."""
    done = session.execute(
        update(TableView)
        .where(TableView.id == row.id, TableView.version == version)
        .values(**values, version=version + 1, updated_at=now)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(
            "view.changed",
            f"视图“{row.name}”刚被别人改过，您的改动没有保存。请刷新后查看，或另存为自己的视图。",
        )
    session.refresh(row)


def tell(
    session: Session,
    actor: Actor,
    now: datetime,
    kind: str,
    row: TableView,
    text: str,
    payload: dict[str, Any] | None = None,
) -> None:
    """Record a change of a shared view."""
    told = {"sheet": row.sheet_id} | (payload or {})
    admin_history.record(
        session, actor, now, admin_history.VIEWS, f"view_{kind}", f"view:{row.id}", text, told
    )


def checked_name(
    session: Session, actor: Actor, sheet_id: int, raw: str, but: int | None = None
) -> str:
    """A name of 1 to 30 characters that none of one's other views has; raises Invalid."""
    name = one_line(raw)
    sentence = ""
    if not 1 <= len(name) <= LONGEST_NAME:
        sentence = f"请给视图起一个 1 到 {LONGEST_NAME} 个字的名字。"
    elif session.scalar(
        select(TableView.id).where(
            TableView.sheet_id == sheet_id,
            TableView.owner_id == actor.user_id,
            TableView.name == name,
            TableView.deleted_at.is_(None),
            TableView.id != (but or 0),
        )
    ):
        sentence = f"您已有一个叫“{name}”的视图，请换个名字。"
    if sentence:
        raise Invalid("view.name", sentence, fields={"name": sentence})
    return name


def _unknown() -> NotFound:
    return NotFound("view.not_found", "没有找到这个视图：它可能已被删除，或没有共享给您。")


def _seen(actor: Actor, sheet: SectionSheet, row: TableView, owner: str) -> View:
    return View(
        id=row.id, sheet_id=row.sheet_id, name=row.name, query=row.query, widths=row.widths,
        owner=owner, mine=row.owner_id == actor.user_id, shared=row.shared, locked=row.locked,
        version=row.version, deleted=row.deleted_at is not None,
        may_change=may_change(actor, sheet, row), may_manage=may_manage(actor, sheet, row),
    )  # fmt: skip


def _kept(pairs: Iterable[Pair]) -> str:
    query = view_state.written(pairs)
    if len(query) > LONGEST_QUERY:
        raise Invalid("view.long", "筛选条件太多，存不下。请删去一些再保存。")
    return query


def _widths(session: Session, actor: Actor, sheet_id: int, like: int | None) -> dict[str, Any]:
    if like is None:
        return _own_widths(session, actor, f"sheet:{sheet_id}")
    widths = find_view(session, actor, like).widths
    return widths | _own_widths(session, actor, f"view:{like}")


def _own_widths(session: Session, actor: Actor, place: str) -> dict[str, Any]:
    own = session.get(ColumnWidths, (actor.user_id, place))
    return dict(own.widths) if own else {}


def _drop_widths(session: Session, actor: Actor, place: str) -> None:
    """One's personal widths are the view's from now on."""
    session.execute(
        delete(ColumnWidths).where(
            ColumnWidths.user_id == actor.user_id, ColumnWidths.place == place
        )
    )
