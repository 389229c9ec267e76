"""The rows of a sheet as one now sees them, written as a workbook to take away."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL
from app.domain.policy import may_export
from app.domain.refusals import Invalid, NotAllowed
from app.domain.rights import HIDEABLE
from app.domain.roles import Actor
from app.services.access_log import note_access
from app.services.names import Names
from app.services.tables.rows import Table
from sheets.catalogue import Field
from sheets.fields.base import ExcelCell
from sheets.query import count, describe, iterate
from sheets.showing import NameCache, excel_rows
from sheets.writing import Column, Layout, Written, safe_name, write_workbook
from sheets.writing.layout import Kind

TAKEN = "table"
"""The kind of a line in the access log; its target is the id of the sheet."""
MOST_ROWS = 50_000
BATCH = 500
_KINDS: dict[str, tuple[Kind, float]] = {
    "number": ("number", 11),
    "money": ("number", 13),
    "rating": ("number", 8),
    "auto_number": ("code", 12),
    "date": ("date", 11.5),
    "date_time": ("date_time", 17),
    "tick": ("tick", 7),
    "long_text": ("text", 30),
    "single_choice": ("text", 11),
    "person": ("text", 14),
}
_OTHERS: tuple[Kind, float] = ("text", 18)
_WIDTHS = {"description": 30.0, "address": 24.0, "number": 21.0}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who takes the rows away, as the workbook names him, and when."""

    actor: Actor
    unit: str
    now: datetime


def refuse_without_right(actor: Actor) -> None:
    """Raise NotAllowed for whoever may not export, or looks on in somebody's place."""
    if actor.lent_to:
        raise NotAllowed(
            "viewing.download",
            f"您正在以 {actor.name} 的身份查看，导出会记在他名下，所以不能导出。请先返回我的账号。",
        )
    if not may_export(actor):
        raise NotAllowed("export.not_allowed", "您没有导出的权限。需要导出时请联系系统管理员。")


def write(session: Session, asking: Asking, table: Table, folder: Path) -> Written:
    """The workbook of a table's columns and of all its rows, in its order.

    Raises NotAllowed without the right, Invalid for more than 50,000 rows, OSError.
    """
    refuse_without_right(asking.actor)
    connection, sheet = session.connection(), table.opened.sheet
    found = count(connection, sheet, table.query, table.opened.where, MOST_ROWS)
    if not found.exact:
        raise Invalid(
            "export.too_many",
            f"符合条件的超过 {MOST_ROWS:,} 行，一次导不出来。请先筛选（如按月），再分几次导出。",
        )
    path = folder / file_name(table, asking.now)
    return write_workbook(path, _layout(session, asking, table), _rows(session, table))


def note(session: Session, asking: Asking, table: Table, rows: int) -> None:
    """Write down who took what away: how many rows, of which columns, under which conditions."""
    detail = {
        "rows": rows,
        "view": table.view.id if table.view else None,
        "query": [list(pair) for pair in table.query.typed],
        "columns": [field.id for field in table.columns],
    }
    note_access(session, asking.actor, asking.now, TAKEN, str(table.opened.id), detail)


def file_name(table: Table, now: datetime) -> str:
    """A name like 环卫_本周到期_202612010730.xlsx, safe anywhere."""
    names = (table.opened.name, table.view.name if table.view else "")
    parts = [part for part in map(safe_name, names) if part]
    return f"{'_'.join([*parts, f'{now.astimezone(LOCAL):%Y%m%d%H%M}'])}.xlsx"


def _layout(session: Session, asking: Asking, table: Table) -> Layout:
    title = " · ".join([table.opened.name, *([table.view.name] if table.view else [])])
    made = f"{asking.now.astimezone(LOCAL):%Y-%m-%d %H:%M}"
    by = f"{asking.unit} {asking.actor.name}".strip()
    return Layout(
        title=title,
        columns=tuple(_column(field) for field in table.columns),
        subtitle_left=f"导出人：{by}",
        subtitle_right=f"导出时间：{made}",
        sheet_name=table.opened.name,
        notes=_notes(session, asking, table, by, made),
        when_empty="没有符合条件的行。",
    )


def _column(field: Field) -> Column:
    kind, width = _KINDS.get(field.type, _OTHERS)
    return Column(field.caption, _WIDTHS.get(field.id, width), kind, field.id)


def _notes(
    session: Session, asking: Asking, table: Table, by: str, made: str
) -> list[tuple[str, str]]:
    names = Names(session, full=True)
    hidden = [HIDEABLE[each] for each in HIDEABLE if each in asking.actor.rights.hidden]
    left_out = dict.fromkeys(error.sentence for error in table.query.errors)
    return [
        ("导出人", by),
        ("导出时间", made),
        ("筛选条件", describe(table.opened.sheet, table.query, names)),
        *(("未采用", sentence) for sentence in left_out),
        *([("未列出", f"按权限规则未列出：{'、'.join(hidden)}")] if hidden else []),
    ]


def _rows(session: Session, table: Table) -> Iterator[dict[str, ExcelCell]]:
    """Cells by field id, row after row, of one moment."""
    sheet = table.opened.sheet
    ids = list(dict.fromkeys(field.id for field in table.columns))
    found = iterate(session.connection(), sheet, table.query, table.opened.where, ids, BATCH)
    names = NameCache(Names(session, full=True))
    while some := list(islice(found, BATCH)):
        names.prepare(sheet.only(ids), some)
        yield from excel_rows(sheet, some, names)
