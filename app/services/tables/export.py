"""The rows of a sheet as one now sees them, written as a workbook to take away."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL
from app.domain.policy import may_export
from app.domain.refusals import Invalid, NotAllowed
from app.domain.rights import HIDEABLE
from app.domain.roles import Actor
from app.services.access_log import note_access
from app.services.long_work import keep, kept
from app.services.names import Names
from app.services.tables.rows import Table
from sheets.catalogue import Field, Sheet
from sheets.fields.base import ExcelCell
from sheets.query import TooSlow, count, describe, iterate, stoppable
from sheets.showing import NameCache, excel_rows
from sheets.writing import Column, Layout, Written, safe_name, write_workbook
from sheets.writing.layout import Kind

TAKEN = "table"
"""The kind of a line in the access log; its target is the id of the sheet."""
MOST_ROWS = 50_000
DIRECT_CELLS, CELLS_OF_A_ROW = 150_000, 3
"""What is made while one waits. A core writes 90,000 cells a second, and a row costs as much as
three cells beside its own (50,000 rows of 60 columns: 34 s; of 2 columns: 2.5 s), so this takes
some two seconds: 4,100 rows of 33 columns."""
COUNTED_FOR = 1.0  # seconds of counting, after which there are many, or a filter reads everything
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


def asking_of(session: Session, actor: Actor, now: datetime) -> Asking:
    """Who asks, with the full name of the organisation he works for."""
    unit = Names(session, full=True).names("organisation", [actor.org_id or 0])
    return Asking(actor, unit.get(actor.org_id or 0, ""), now)


def rows_of(session: Session, table: Table) -> int | None:
    """How many rows an export would have; None where counting them takes more than a second.

    Raises Invalid for more than 50,000.
    """
    connection, sheet = session.connection(), table.opened.sheet
    try:
        with stoppable(connection, COUNTED_FOR):
            found = count(connection, sheet, table.query, table.opened.where, MOST_ROWS)
    except TooSlow:
        return None
    if not found.exact:
        raise _too_many()
    return found.number


def is_small(table: Table, rows: int | None) -> bool:
    """Whether so many rows of this table are made while one waits."""
    return rows is not None and rows * (len(table.columns) + CELLS_OF_A_ROW) <= DIRECT_CELLS


@dataclass(frozen=True, slots=True)
class Lot:
    """What was read for a workbook: the rows on disk, all else here; no session is needed now."""

    name: str
    layout: Layout
    sheet: Sheet
    ids: tuple[str, ...]
    names: NameCache
    rows: int
    path: Path


def read(session: Session, asking: Asking, table: Table, folder: Path) -> Lot:
    """Read the table's columns of all its rows, in its order and of one moment, into the folder.

    Of 36 seconds for 50,000 rows of 60 columns reading takes two: who reads first holds no
    transaction for the others. Raises NotAllowed without the right, Invalid for more than
    50,000 rows, OSError.
    """
    refuse_without_right(asking.actor)
    ids = tuple(dict.fromkeys(field.id for field in table.columns))
    sheet, path = table.opened.sheet.only(ids), folder / "rows"
    connection, whole = session.connection(), table.opened.sheet
    all_rows = iterate(connection, whole, table.query, table.opened.where, ids, BATCH)
    found = islice(all_rows, MOST_ROWS + 1)
    names = NameCache(Names(session, full=True))

    def lots() -> Iterator[list[tuple[Any, ...]]]:
        while some := list(islice(found, BATCH)):
            names.prepare(sheet, some)
            yield [tuple(row[each] for each in ids) for row in some]

    rows = keep(path, lots())
    if rows > MOST_ROWS:
        raise _too_many()
    layout = _layout(session, asking, table)
    names.settle()
    return Lot(file_name(table, asking.now), layout, sheet, ids, names, rows, path)


def write(lot: Lot, folder: Path, progress: Callable[[int], None] | None = None) -> Written:
    """The workbook of what was read; raises OSError."""
    return write_workbook(folder / lot.name, lot.layout, _cells(lot), progress=progress)


def _too_many() -> Invalid:
    return Invalid(
        "export.too_many",
        f"符合条件的超过 {MOST_ROWS:,} 行，一次导不出来。请先筛选（如按月），再分几次导出。",
    )


def told(table: Table, rows: int) -> dict[str, Any]:
    """What the access log says: how many rows, of which columns, under which conditions."""
    return {
        "rows": rows,
        "view": table.view.id if table.view else None,
        "query": [list(pair) for pair in table.query.typed if pair[1].strip()],
        "columns": [field.id for field in table.columns],
    }


def note(
    session: Session, actor: Actor, now: datetime, sheet_id: int, detail: Mapping[str, Any]
) -> None:
    """Write down who took what of a sheet away."""
    note_access(session, actor, now, TAKEN, str(sheet_id), detail)


def title_of(table: Table) -> str:
    """The sheet, and the saved view on it."""
    return " · ".join([table.opened.name, *([table.view.name] if table.view else [])])


def file_name(table: Table, now: datetime) -> str:
    """A name like 环卫_本周到期_202612010730.xlsx, safe anywhere."""
    names = (table.opened.name, table.view.name if table.view else "")
    parts = [part for part in map(safe_name, names) if part]
    return f"{'_'.join([*parts, f'{now.astimezone(LOCAL):%Y%m%d%H%M}'])}.xlsx"


def _layout(session: Session, asking: Asking, table: Table) -> Layout:
    made = f"{asking.now.astimezone(LOCAL):%Y-%m-%d %H:%M}"
    by = f"{asking.unit} {asking.actor.name}".strip()
    return Layout(
        title=title_of(table),
        columns=tuple(_column(field) for field in table.columns),
        subtitle_left=f"导出人：{by}",
        subtitle_right=f"导出时间：{made}",
        sheet_name=table.opened.name,
        notes=_notes(session, asking, table, by, made),
        when_empty="没有符合条件的行。",
        may_spread=True,
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


def _cells(lot: Lot) -> Iterable[dict[str, ExcelCell]]:
    """Cells by field id, row after row, from the disk."""
    rows = (dict(zip(lot.ids, values, strict=True)) for values in kept(lot.path))
    return excel_rows(lot.sheet, rows, lot.names)
