"""Closed problems with their pairs."""

from pydantic import Field

from app.api.shapes.base import Answer, Choice, Instant, Ref
from app.api.shapes.photos import Photo


class ResultItem(Answer):
    """一个已销号的问题和它的前后对比。"""

    id: int = Field(title="编号")
    number: str | None = Field(title="问题编号", examples=["FS-210402-2026-00012"])
    priority: Choice = Field(title="紧急程度")
    category: str = Field(title="问题小类")
    address: str = Field(title="具体点位")
    street: Ref | None = Field(title="街道")
    lead_section: Ref | None = Field(title="牵头科室")
    responsible: Ref | None = Field(title="责任单位")
    remedy: str = Field(title="解决方案")
    on_time: bool | None = Field(title="按期整改")
    signed_off_at: Instant = Field(title="销号时间")
    before: Photo | None = Field(title="第一张整改前照片")
    after: Photo | None = Field(title="通过核查那一次的第一张整改后照片")


class ResultPage(Answer):
    """成果库的一页。"""

    sentence: str = Field(title="筛选条件的中文说法")
    items: list[ResultItem] = Field(title="已销号的问题")
    next: str | None = Field(title="下一页的 after；空表示到底了")
