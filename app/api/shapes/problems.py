"""Problems as they are answered: one whole, lists of them, their history and neighbours."""

from datetime import date
from typing import Any

from pydantic import Field

from app.api.shapes.base import Answer, Choice, Instant, Ref
from app.api.shapes.photos import Photo
from app.api.shapes.reference import NeedShape


class Done(Answer):
    """办成之后：问题现在的状态和版本。"""

    problem_id: int = Field(title="问题", examples=[128])
    move: str = Field(title="操作", examples=["dispatch"])
    state: Choice = Field(title="状态")
    version: int = Field(title="版本", examples=[3])
    number: str | None = Field(title="问题编号", examples=["FS-210402-2026-00012"])


class Draft(Answer):
    """存下的草稿。"""

    problem_id: int = Field(title="问题", examples=[128])


class Due(Answer):
    """时限。provisional 表示涉及尚未公布放假安排的日期，为暂定。"""

    at: Instant = Field(title="到期时刻", examples=["2026-10-12T23:59:59+08:00"])
    on: date = Field(title="到期日", examples=["2026-10-12"])
    provisional: bool = Field(title="暂定")


class Clock(Answer):
    """时限的读法。"""

    light: str = Field(title="green、yellow、red 或 grey", examples=["yellow"])
    text: str = Field(title="剩余", examples=["剩 2 个工作日"])
    due_text: str = Field(title="到期", examples=["到 10月12日"])
    provisional: bool = Field(title="暂定")


class ListItem(Answer):
    """清单里的一个问题。"""

    id: int = Field(title="编号")
    number: str | None = Field(title="问题编号")
    version: int = Field(title="版本")
    state: Choice = Field(title="状态")
    priority: Choice = Field(title="紧急程度")
    category: str = Field(title="问题小类")
    description: str = Field(title="问题描述")
    address: str = Field(title="具体点位")
    community: str = Field(title="社区")
    street: Ref | None = Field(title="街道")
    responsible: Ref | None = Field(title="责任单位")
    lat: float | None = Field(title="纬度（WGS-84）")
    lng: float | None = Field(title="经度（WGS-84）")
    pooled_at: Instant | None = Field(title="上报时间")
    due: Due | None = Field(title="整改时限")
    stage_due: Due | None = Field(title="办理时限")
    deferral_due: date | None = Field(title="挂号期限")
    clock: Clock | None = Field(title="时限的读法")
    on_time: bool | None = Field(title="按期整改")
    returned_count: int = Field(title="退件次数")
    photo_id: str | None = Field(title="第一张整改前照片")
    fields: dict[str, Any] = Field(title="另外要的列：名称到 {value, shown}")


class ProblemPage(Answer):
    """清单的一页。"""

    queue: Choice = Field(title="清单")
    sentence: str = Field(title="筛选条件的中文说法")
    items: list[ListItem] = Field(title="问题")
    next: str | None = Field(title="下一页的 after；空表示到底了")


class Category(Answer):
    """上报时的类别，名称按当时的保存。"""

    id: int
    name: str
    major: str


class Position(Answer):
    """位置，WGS-84。"""

    lat: float
    lng: float
    accuracy_m: float | None
    source: str


class Request(Answer):
    """等待审批的申请：挂号、改派或延期。"""

    kind: str = Field(title="种类", examples=["deferral"])
    status: Choice = Field(title="审批情况")
    asked_at: Instant = Field(title="申请时间")
    reason_code: str = Field(title="原因代码")
    text: str = Field(title="说明")
    target_date: date | None = Field(title="完成期限")
    interim_measure: str = Field(title="临时措施")
    days: int | None = Field(title="延长的工作日数")


class Round(Answer):
    """没有通过的一次整改。"""

    round: int = Field(title="第几次")
    photos: list[Photo] = Field(title="照片")


class AllowedMove(Answer):
    """现在可以办理的操作。"""

    code: str = Field(title="编码", examples=["T06"])
    id: str = Field(title="名称", examples=["dispatch"])
    label: str = Field(title="按钮上的字", examples=["下发"])
    consequence: str = Field(title="办了以后")
    needs: list[NeedShape] = Field(title="要交什么")


class Entry(Answer):
    """经过中的一条。"""

    at: Instant = Field(title="时间")
    move: str = Field(title="操作")
    who: str = Field(title="谁")
    sentence: str = Field(title="做了什么")
    reason: str = Field(title="原因和说明")
    photo_ids: list[str] = Field(title="一起提交的照片")


class Problem(Answer):
    """一个问题的全部内容，以及您现在可以办理的操作。"""

    id: int = Field(title="编号")
    number: str | None = Field(title="问题编号；下发前没有")
    version: int = Field(title="版本")
    state: Choice = Field(title="状态")
    priority: Choice = Field(title="紧急程度")
    urgent_reason: str = Field(title="紧急理由")
    urgent_denied: bool = Field(title="紧急转一般")
    category: Category | None = Field(title="类别")
    description: str = Field(title="问题描述")
    source: str = Field(title="问题来源", examples=["street_survey"])
    district: Ref | None = Field(title="区（县）")
    street: Ref | None = Field(title="街道")
    community: str = Field(title="社区")
    address: str = Field(title="具体点位")
    position: Position | None = Field(title="位置")
    no_position_reason: str = Field(title="无法定位的原因")
    reporter: Ref | None = Field(title="上报人")
    reporter_org: Ref | None = Field(title="上报单位")
    lead_section: Ref | None = Field(title="牵头科室")
    responsible: Ref | None = Field(title="责任单位")
    co_organisations: list[Ref] = Field(title="协办单位")
    created_at: Instant = Field(title="建立时间")
    updated_at: Instant = Field(title="最近变化")
    pooled_at: Instant | None = Field(title="上报时间")
    listed_at: Instant | None = Field(title="下发时间")
    submitted_at: Instant | None = Field(title="整改完成时间")
    pre_signed_off_at: Instant | None = Field(title="预销号时间")
    signed_off_at: Instant | None = Field(title="销号时间")
    voided_at: Instant | None = Field(title="作废时间")
    due: Due | None = Field(title="整改时限")
    stage_due: Due | None = Field(title="办理时限")
    clock: Clock | None = Field(title="整改时限的读法")
    stage_clock: Clock | None = Field(title="办理时限的读法")
    remedy: str = Field(title="解决方案")
    handled_by: str = Field(title="整改人")
    submitted_by: Ref | None = Field(title="提交人")
    checked_by: Ref | None = Field(title="核查人")
    signed_off_by: Ref | None = Field(title="销号人")
    on_time: bool | None = Field(title="按期整改")
    round: int = Field(title="整改次数")
    returned_count: int = Field(title="退件次数")
    send_back_reason: str = Field(title="退件原因代码")
    send_back_text: str = Field(title="退件说明")
    deferral_due: date | None = Field(title="挂号期限")
    deferral_expired: bool = Field(title="挂号已到期")
    deferrals_approved: int = Field(title="批准挂号次数")
    extensions_granted: int = Field(title="批准延期次数")
    reopened: bool = Field(title="曾撤销销号")
    void_reason: str = Field(title="作废原因代码")
    duplicate_of_id: int | None = Field(title="与之重复的问题")
    request: Request | None = Field(title="等待审批的申请")
    before: list[Photo] = Field(title="整改前照片")
    after: list[Photo] = Field(title="最近一次整改后照片")
    earlier_rounds: list[Round] = Field(title="以前没有通过的各次")
    timeline: list[Entry] = Field(title="经过")
    moves: list[AllowedMove] = Field(title="您现在可以办理的操作")


class Event(Answer):
    """一条不可改的记录；hash 覆盖本条和同一问题的上一条。"""

    seq: int = Field(title="第几条")
    move: str = Field(title="操作")
    from_state: str | None = Field(title="从")
    to_state: str = Field(title="到")
    at: Instant = Field(title="时间")
    actor: str = Field(title="谁")
    organisation: str = Field(title="单位")
    in_place_of: str = Field(title="代谁办理")
    reason_code: str = Field(title="原因代码")
    text: str = Field(title="意见、理由或说明")
    payload: dict[str, Any] = Field(title="随操作写下的内容")
    hash: str = Field(title="校验值")


class Events(Answer):
    """一个问题的全部记录，从早到晚。"""

    items: list[Event]


class Neighbour(Answer):
    """附近的问题。"""

    id: int = Field(title="编号")
    number: str | None = Field(title="问题编号")
    state: Choice = Field(title="状态")
    category: str = Field(title="问题小类")
    description: str = Field(title="问题描述")
    metres: int = Field(title="距离（米）")
    same_category: bool = Field(title="同类")
    photo_id: str | None = Field(title="第一张照片")


class Neighbours(Answer):
    """附近的问题，同类的在前，由近到远。"""

    items: list[Neighbour]
