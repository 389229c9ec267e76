"""Reports, moves and questions for lists, as they are sent."""

from datetime import date

from pydantic import ConfigDict, Field
from pydantic.config import JsonDict

from app.api.shapes.base import (
    Given,
    Id,
    Line32,
    Line100,
    Line200,
    Line300,
    PhotoId,
    Sent,
    Text,
    Version,
)
from app.api.shapes.photos import Latitude, Longitude, Metres
from app.domain.distances import CoordSource
from app.domain.states import Priority

MOST_PHOTOS = 50  # far above what the settings allow; they say the true number


SUBMITTED: JsonDict = {
    "version": 4,
    "remedy": "已清运垃圾并冲洗地面",
    "handled_by": "站前环卫班",
    "photo_ids": ["Xq3rJ8V0s1kWc2Lm9TzB4yNa7d"],
}


class ReportBody(Sent):
    """一次上报，草稿可以缺项。"""

    category_id: Id | None = Field(None, title="问题类别", examples=[3])
    description: Text = Field("", title="问题描述", examples=["路口东侧堆放生活垃圾约两立方米"])
    street_id: Id | None = Field(None, title="所在街道", examples=[18])
    address: Line300 = Field("", title="具体点位", examples=["中央大街与东一路交叉口"])
    community: Line100 = Field("", title="社区")
    lat: Latitude | None = Field(None, title="纬度", description="WGS-84", examples=[41.8797])
    lng: Longitude | None = Field(None, title="经度", description="WGS-84", examples=[123.9572])
    accuracy_m: Metres | None = Field(None, title="定位精度（米）", examples=[8])
    coord_source: CoordSource | None = Field(None, title="位置来源", examples=["browser"])
    located_at: Given | None = Field(None, title="定位时间")
    no_position_reason: Line200 = Field("", title="无法定位的原因")
    priority: Priority = Field(Priority.GENERAL, title="紧急程度")
    urgent_reason: Text = Field("", title="紧急理由")
    client_at: Given | None = Field(None, title="客户端的时间")
    photo_ids: list[PhotoId] = Field(default=[], max_length=MOST_PHOTOS, title="整改前照片")


class MoveBody(Sent):
    """办理一个操作；填哪些字段，以操作表和问题的 moves 为准，多填的会被拒绝。"""

    model_config = ConfigDict(json_schema_extra={"examples": [SUBMITTED]})

    version: Version | None = Field(
        None, title="您看到的版本", description="与现在的不同时答 409", examples=[4]
    )
    text: Text = Field("", title="意见、理由或说明", description="每个操作都可以写")
    reason_code: Line32 = Field("", title="原因代码", examples=["not_fixed"])
    category_id: Id | None = Field(None, title="问题类别")
    lead_section_id: Id | None = Field(None, title="牵头科室")
    responsible_org_id: Id | None = Field(None, title="责任单位")
    co_org_ids: list[Id] = Field(default=[], max_length=20, title="协办单位")
    remedy: Text = Field("", title="解决方案", examples=["已清运垃圾并冲洗地面"])
    handled_by: Line100 = Field("", title="整改人", examples=["站前环卫班"])
    target_date: date | None = Field(None, title="完成期限", examples=["2026-12-20"])
    interim_measure: Text = Field("", title="临时措施")
    days: int | None = Field(None, ge=1, le=1000, title="延长的工作日数")
    duplicate_of_id: Id | None = Field(None, title="与之重复的问题")
    photo_ids: list[PhotoId] = Field(default=[], max_length=MOST_PHOTOS, title="整改后照片")
    client_at: Given | None = Field(None, title="客户端的时间")


class ListQuery(Sent):
    """筛选、排序和翻页。

    除这里列出的，还可以用 f.<列>.<比较> 按列筛选，写法与网页地址相同，
    例如 f.state.is=listed、f.due_at.before=2026-11-30、f.street.in=12,18。
    """

    model_config = ConfigDict(extra="allow")

    q: Line200 = Field("", title="搜索", description="编号、描述、点位里的词")
    sort: Line200 = Field("", title="排序", description="例如 -due_at,number")
    limit: Line32 = Field("", title="每页行数", description="1 到 500")
    after: Text = Field("", title="接着哪一页", description="上一页答复里的 next")


class ProblemsQuery(ListQuery):
    """哪个清单，要哪些列。"""

    queue: Line32 = Field("all", title="清单", description="GET /me 的 queues 之一")
    fields: Line300 = Field("", title="另外要的列", description="列的名称，用逗号隔开")
