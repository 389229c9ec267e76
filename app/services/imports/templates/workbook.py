"""The workbook a section can fill in: its columns, its lists; read back it is fully understood."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.calendars import local_date
from app.domain.refusals import NotFound
from app.models import Organisation, SectionSheet
from app.services.imports.reading.own_fields import may_be_imported
from app.services.imports.reading.vocabulary import load_knowledge
from app.services.imports.templates.columns import Lists, fixed_column, own_column
from app.services.imports.templates.shape import Source, sources_of
from app.services.super_table import section_fields
from sheets.writing import Form, FormColumn, safe_name, write_form

NO_SECTION = "没有找到这个科室，请从列表中选择。"
TITLE = "{section}问题台账（导入模板）"
NOTE = (
    "填写说明：从样例行的下一行开始填，一行一个问题；橙色的列必须填。样例行不会导入，可以保留。"
    "带箭头的格可从列表中选择。列可以移动，不用的列可以删去，列名请不要改。"
)
HOW = (
    ("怎样用", "填好后在系统的“导入”页面上传这个文件，先看对比，确认后再写入。"),
    ("再次导入", "下个月可在同一个文件里接着填、接着改；没变的不会重复写入，空格不会清掉内容。"),
    ("照片", "把照片插入所在行的照片格；或在格里填文件名，另传照片的 zip 压缩包。"),
    ("日期", "写成 2026-03-05 这样；写“3月5日”也能看懂。"),
)  # fmt: skip
NAME = "导入模板_{section}_{day:%Y%m%d}.xlsx"


def template_workbook(session: Session, section_id: int, now: datetime) -> bytes:
    """The XLSX to download; raises NotFound for what is no section."""
    section = _section(session, section_id)
    lists, today = Lists.of(session, load_knowledge(session, now)), local_date(now)
    columns = [
        own_column(one.field, today)
        if one.field is not None
        else fixed_column(one.target, one.caption, lists, today)
        for one in _columns(session, section, now)
    ]
    return write_form(
        Form(
            title=TITLE.format(section=section.name),
            note=NOTE,
            columns=columns,
            sheet_name=section.short_name,
            notes=(*HOW, *_hints(columns)),
        )
    )


def template_name(session: Session, section_id: int, now: datetime) -> str:
    """The name to offer for the file; raises NotFound."""
    section = _section(session, section_id)
    return NAME.format(section=safe_name(section.short_name), day=local_date(now))


def _section(session: Session, section_id: int) -> Organisation:
    section = session.get(Organisation, section_id)
    if section is None:
        raise NotFound("section", NO_SECTION)
    return section


def _columns(session: Session, section: Organisation, now: datetime) -> list[Source]:
    row = session.scalar(select(SectionSheet).where(SectionSheet.section_id == section.id))
    own = [one for one in section_fields.all_fields(session, now) if may_be_imported(one)]
    return sources_of(row, section.code, own)


def _hints(columns: list[FormColumn]) -> list[tuple[str, str]]:
    """What each column wants, for the sheet 说明."""
    found = []
    for column in columns:
        chosen = "从下拉列表中选择。" if column.options and "列表" not in column.hint else ""
        text = f"{'必填。' if column.required else ''}{column.hint}{chosen}"
        if text:
            found.append((column.caption, text))
    return found
