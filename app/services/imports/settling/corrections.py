"""What a person says the columns of an import are, which may become fields of the section."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid, NotFound
from app.domain.roles import Actor
from app.models import ImportFile, ImportRow, ImportRun, ImportSheet
from app.services.imports.reading.words import targets
from app.services.imports.settling.memory import remember_columns
from app.services.imports.settling.settings import (
    say_archive_column,
    say_columns,
)
from app.services.imports.work.runs import (
    UNWRITTEN,
    ZIP,
    queue_reading,
    require,
    sheets_of,
)
from app.services.super_table import field_admin
from sheets.fields.single_choice import LONGEST, MOST_MADE, choices_for
from sheets.storage import FieldSpec
from sheets.text import one_line

NEW = "new:"
"""Before the type of a field that a column is to become: `new:text`."""
CHOICE = "single_choice"
NO_CHOICES = (
    f"“{{caption}}”的内容不像选项（选项有 1 至 {MOST_MADE} 种，每种不超过 {LONGEST} 个字），"
    "请改选“新字段（单行文字）”。"
)
LONGEST_CAPTION = 40
_MANY = frozenset({"before", "after", "pictures"})  # several columns may be these


def correct_columns(
    session: Session,
    actor: Actor,
    now: datetime,
    run: ImportRun,
    sheet_id: int,
    columns: Mapping[str, str | None],
) -> None:
    """Take other fields for columns of a sheet, None to leave one out; the run is read again.

    Files without a sheet of that shape are left as they were read, unless there is a new field.
    `columns` is by the name of a column (`named_columns`); `new:<type>` adds a field of the
    section under the column's caption. It is remembered for the section and the shape. Raises
    NotFound, Invalid, NotAllowed for a new field of another's section, Conflict once something
    was written.
    """
    require(run, UNWRITTEN)
    sheet, file = _sheet(session, run, sheet_id)
    known = dict(named_columns(sheet.layout))
    if unknown := columns.keys() - known.keys():
        raise Invalid("import.no_column", f"这张表没有“{'、'.join(unknown)}”这一列，请刷新页面。")
    _check_twice(columns, known)
    by_shape: dict[str, dict[str, str | None]] = defaultdict(dict)
    for name, wanted in columns.items():
        field_id, column = wanted or None, known[name]
        if field_id and field_id.startswith(NEW):
            kind = field_id[len(NEW) :]
            labels = _labels(session, sheet_id, column) if kind == CHOICE else []
            field_id = _new_field(session, actor, now, file, column, kind, labels)
        by_shape[column["shape"]][column["key"]] = field_id
    for shape, said in by_shape.items():
        say_columns(run, shape, said)
        if file.section_id is not None:
            remember_columns(session, actor, now, file.section_id, shape, said)
    adds = any((wanted or "").startswith(NEW) for wanted in columns.values())
    alike = () if adds else _files_of_shapes(session, run, by_shape.keys())
    queue_reading(session, now, run, alike)


def _files_of_shapes(session: Session, run: ImportRun, shapes: Collection[str]) -> set[int]:
    """The files with a table of one of these shapes."""
    return {
        sheet.file_id
        for sheet in sheets_of(session, run.id)
        if any(column["shape"] in shapes for column in sheet.layout.get("columns", ()))
    }


def named_columns(layout: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """The columns of a sheet with their names: their keys, behind the shape of a further table.

    Columns of like tables side by side have one name: who corrects one corrects both.
    """
    columns = layout.get("columns", ())
    first: dict[str, str] = {}
    for column in columns:
        first.setdefault(column["key"], column["shape"])
    return [
        (key if first[key := column["key"]] == (shape := column["shape"]) else f"{shape} {key}",
         column)
        for column in columns
    ]  # fmt: skip


def choose_archive_column(
    session: Session, now: datetime, run: ImportRun, file_id: int, column: str
) -> None:
    """Say by which column the pictures of a zip find their rows; the run is read again."""
    require(run, UNWRITTEN)
    file = session.get(ImportFile, file_id)
    if file is None or file.run_id != run.id or file.kind != ZIP:
        raise NotFound("import.no_file", "这次导入里没有这个压缩包。")
    say_archive_column(run, file_id, column)
    queue_reading(session, now, run)


def _sheet(session: Session, run: ImportRun, sheet_id: int) -> tuple[ImportSheet, ImportFile]:
    sheet = session.get(ImportSheet, sheet_id)
    file = session.get(ImportFile, sheet.file_id) if sheet is not None else None
    if sheet is None or file is None or file.run_id != run.id:
        raise NotFound("import.no_sheet", "这次导入里没有这张表，请刷新页面。")
    return sheet, file


def _check_twice(columns: Mapping[str, str | None], known: Mapping[str, Any]) -> None:
    """Two columns of one table cannot be the same field."""
    names = {target.id: target.caption for target in targets()}
    captions: dict[tuple[str, str], str] = {}
    for key, field_id in columns.items():
        if not field_id or field_id.startswith(NEW) or field_id in _MANY:
            continue
        at, mine = (known[key]["shape"], field_id), known[key]["caption"]
        if at in captions:
            both, field = f"“{captions[at]}”和“{mine}”", names.get(field_id, "同一个字段")
            raise Invalid("import.twice", f"{both}不能都是“{field}”，请只留一列。")
        captions[at] = mine


def _new_field(
    session: Session,
    actor: Actor,
    now: datetime,
    file: ImportFile,
    column: Mapping[str, Any],
    kind: str,
    labels: Collection[str],
) -> str:
    """A field of the file's section under the column's caption; gives its id.

    `labels` are what may be chosen in it.
    """
    if file.section_id is None:
        raise Invalid("import.no_section", "还不知道这是哪个科室的台账，请先选择科室，再新增字段。")
    caption = str(column["caption"])[:LONGEST_CAPTION]
    spec = FieldSpec(caption=caption, type=kind, options=choices_for(labels) if labels else {})
    return field_admin.add(session, actor, now, file.section_id, spec).id


def _labels(session: Session, sheet_id: int, column: Mapping[str, Any]) -> list[str]:
    """What stands in a column of a sheet, each once; Invalid where that is no list to choose of."""
    index, field_id = str(column["index"]), column["field"]
    found: dict[str, None] = {}
    for record in session.scalars(
        select(ImportRow.record).where(ImportRow.sheet_id == sheet_id).order_by(ImportRow.id)
    ):
        text = record.get("t", {}).get(field_id) or record.get("x", {}).get(index) or ""
        found[one_line(text)] = None
    labels = [text for text in found if text]
    if not labels or len(labels) > MOST_MADE or max(map(len, labels)) > LONGEST:
        raise Invalid("import.no_choices", NO_CHOICES.format(caption=column["caption"]))
    return labels
