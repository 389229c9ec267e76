"""What a ledger's workbook looks like: the columns of the domain handbook §7.3, title and notes."""

from collections.abc import Collection, Sequence
from datetime import datetime

from app.domain.calendars import LOCAL
from app.domain.clocks import LimitUnit
from app.models import Organisation
from app.services.dates import Period
from app.services.ledgers.units import WHOLE_CITY
from sheets.catalogue import Field
from sheets.fields.base import BLANK_CELL, ExcelCell
from sheets.writing import Column, Layout
from sheets.writing.layout import Kind, Values

BEFORE, AFTER = "before", "after"  # where a row of the ledger keeps its pictures
_BY_HOURS = frozenset({LimitUnit.URGENT_HOUR.value, LimitUnit.WORK_HOUR.value})
_SIGNATURE = "填报人：________　　审核人：________　　负责人（签字）：________　　（单位盖章）"
_REMARKS = (
    ("reopened", "曾撤销销号"),
    ("deferral_expired", "挂号到期后整改"),
    ("urgent_denied", "紧急申请转一般"),
)


def _is(row: Values, field_id: str) -> bool:
    """Whether a tick stands in a row of cells."""
    cell = row.get(field_id)
    return isinstance(cell, ExcelCell) and cell.value == "是"


def _on_day(row: Values, field_id: str) -> ExcelCell:
    """The local day of an instant: a ledger counts days."""
    cell = row.get(field_id)
    if not isinstance(cell, ExcelCell) or not isinstance(cell.value, datetime):
        return BLANK_CELL
    return ExcelCell("date", cell.value.date(), "yyyy-mm-dd")


def _remark(row: Values) -> str:
    """What a reader of the row would ask about."""
    words = [said for field_id, said in _REMARKS if _is(row, field_id)]
    unit, due = row.get("clock_unit"), row.get("due_at")
    if isinstance(unit, ExcelCell) and unit.value in _BY_HOURS and isinstance(due, ExcelCell):
        words.append(f"限 {due.value:%m-%d %H:%M} 前")
    return "；".join(words)


def _date(caption: str, field_id: str, *, folded: bool = False) -> Column:
    return Column(caption, 11.5, "date", lambda row: _on_day(row, field_id), folded=folded)


# Seen and printed: what fits on a landscape A4 in letters one can read.
PRINTED: tuple[Column, ...] = (
    Column("序号", 5, "serial"),
    Column("问题编号", 12, "code", "number"),
    Column("街道", 10, "text", "street"),
    Column("具体点位", 15, "text", "address"),
    Column("问题小类", 9, "text", "category"),
    Column("问题描述", 20, "text", "description"),
    _date("发现时间", "pooled_at"),
    Column("责任单位", 10, "text", "responsible"),
    _date("整改时限", "due_at"),
    Column("解决方案", 20, "text", "remedy"),
    _date("整改完成时间", "submitted_at"),
    Column("是否按期", 5.5, "tick", "on_time"),
    Column("整改前照片", 24, "photos", BEFORE),
    Column("整改后照片", 24, "photos", AFTER),
    _date("销号时间", "signed_off_at"),
    Column("备注", 10, "text", _remark),
)
# The rest of the handbook's list: in the file, folded away behind the plus above the header.
FOLDED: tuple[Column, ...] = (
    Column("区（县）", 8, "text", "district", folded=True),
    Column("社区", 10, "text", "community", folded=True),
    Column("问题大类", 10, "text", "major", folded=True),
    Column("问题来源", 10, "text", "source", folded=True),
    Column("上报人", 10, "text", "reporter", folded=True),
    Column("牵头科室", 12, "text", "lead_section", folded=True),
    Column("紧急程度", 6, "code", "priority", folded=True),
    _date("下发时间", "listed_at", folded=True),
    Column("核查人", 10, "text", "checked_by", folded=True),
    _date("预销号时间", "pre_signed_off_at", folded=True),
    Column("销号人", 10, "text", "signed_off_by", folded=True),
    Column("退件次数", 6, "integer", "returned_count", folded=True),
    Column("挂号期限", 11.5, "date", "deferral_due", folded=True),
    Column("状态", 6, "code", "state", folded=True),
    Column("经度（WGS-84）", 12, "number", "lng", folded=True),
    Column("纬度（WGS-84）", 12, "number", "lat", folded=True),
)
COLUMNS = PRINTED + FOLDED
_NO_FIELDS = frozenset({"", BEFORE, AFTER})
FIELDS: tuple[str, ...] = (
    *(c.source for c in COLUMNS if isinstance(c.source, str) and c.source not in _NO_FIELDS),
    "pooled_at", "listed_at", "submitted_at", "pre_signed_off_at", "signed_off_at", "due_at",
    "clock_unit", *(field_id for field_id, _ in _REMARKS),
)  # fmt: skip
_KINDS: dict[str, tuple[Kind, float]] = {
    "number": ("number", 9),
    "date": ("date", 11),
    "date_time": ("date_time", 16),
    "tick": ("tick", 6),
    "long_text": ("text", 22),
}


def section_column(field: Field) -> Column:
    """A section's own field as a column."""
    kind, width = _KINDS.get(field.type, ("text", 12))
    return Column(field.caption, width, kind, field.id)


def area_name(org: Organisation) -> str:
    """How a title names the range: 全市, or the unit."""
    return "全市" if org.org_type in WHOLE_CITY else org.name


def layout_of(
    org: Organisation,
    period: Period,
    now: datetime,
    *,
    city: str,
    fields: Sequence[Field] = (),
    hidden: Collection[str] = (),
    notes: Sequence[tuple[str, str]] = (),
) -> Layout:
    """The ledger's layout; `fields` are a section's own, after the printed columns.

    `hidden` are sources of columns to be left out.
    """
    today = now.astimezone(LOCAL)
    return Layout(
        title=f"{city}市容市貌环境整治工作台账（{area_name(org)}）",
        columns=tuple(
            column
            for column in (*PRINTED, *(section_column(field) for field in fields), *FOLDED)
            if column.source not in hidden
        ),
        subtitle_left=f"填报单位：{org.name}",
        subtitle_middle=f"统计时段：{period.first:%Y-%m-%d}—{period.last:%Y-%m-%d}",
        subtitle_right=f"填报日期：{today.year}年{today.month}月{today.day}日",
        signature=_SIGNATURE,
        sheet_name="整治台账",
        notes=notes,
        when_empty="本时段没有销号的问题。",
    )
