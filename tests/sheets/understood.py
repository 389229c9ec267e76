"""Builders for the tests of understanding: sheets by hand and a small vocabulary of a city."""

from sheets.reading.book import CellNote, Merge, RawPicture, RawSheet, Value
from sheets.understanding.choices import Choices
from sheets.understanding.places import Place, Places
from sheets.understanding.vocabulary import Target, Vocabulary


def picture(row: int, col: int, name: str = "image1.jpeg") -> RawPicture:
    """A picture in a cell."""
    return RawPicture(row, col, b"", "0", "0", "image/jpeg", name)


def sheet(
    rows: list[list[Value]],
    merges: list[Merge] | None = None,
    pictures: list[RawPicture] | None = None,
    hidden_rows: frozenset[int] = frozenset(),
    errors: list[CellNote] | None = None,
    name: str = "Sheet1",
) -> RawSheet:
    """A sheet as a reader hands it over."""
    return RawSheet(
        name,
        False,
        [tuple(row) for row in rows],
        merges or [],
        hidden_rows,
        pictures=pictures or [],
        errors=errors or [],
    )


PLACES = Places(
    [
        Place("新抚区", "district"),
        Place("东洲区", "district"),
        Place("望花区", "district"),
        Place("站前街道", "street", "新抚区"),
        Place("新抚街道", "street", "新抚区"),
        Place("福民街道", "street", "新抚区"),
        Place("东洲街道", "street", "东洲区"),
        Place("龙凤街道", "street", "东洲区"),
        Place("和平街道", "street", "望花区"),
        Place("古城子街道", "street", "望花区"),
        Place("中央社区", "community", "站前街道"),
        Place("西一社区", "community", "站前街道"),
    ]
)

CHOICES = {
    "state": Choices(
        {
            "open": ("待整改", "未整改", "未完成", "整改中", "处理中", "否", "未处理", "未办结"),
            "done": ("已整改", "已完成", "是", "√", "已处理", "办结", "已办结", "完成", "已修复"),
            "closed": ("已销号", "销号", "已关闭", "关闭"),
            "kept": ("挂号", "暂缓", "挂账"),
        }
    ),
    "kind": Choices(
        {
            "K1": ("暴露生活垃圾", "暴露垃圾"),
            "K2": ("路灯", "路灯不亮", "路灯缺亮"),
            "K3": ("井盖缺损", "井盖破损"),
            "K4": ("户外广告",),
        }
    ),
    "haste": Choices({"urgent": ("紧急", "急", "特急"), "general": ("一般", "普通", "不急")}),
}

TARGETS = (
    Target("seq", "序号", ("编次", "顺序", "No"), "sequence"),
    Target("no", "编号", ("工单编号", "案件编号", "受理编号"), "code", pieces={"编号": 0.6}),
    Target("district", "区", ("行政区", "所属区", "城区", "辖区"), "place", level="district"),
    Target(
        "street",
        "街道",
        ("所属街道", "属地", "街镇", "乡镇"),
        "place",
        level="street",
        pieces={"街道": 0.7},
        after=("district",),
    ),
    Target("community", "社区", ("社区村", "村居"), "place", level="community", open=True),
    Target(
        "spot",
        "具体点位",
        ("地点", "位置", "地址", "详细地址", "路段"),
        pieces={"地点": 0.8, "位置": 0.8, "地址": 0.8, "点位": 0.8, "路段": 0.6},
        words=("路", "街", "号", "楼", "交叉口", "门前"),
    ),
    Target(
        "kind", "问题类别", ("类别", "类型", "问题类型"), "choice", pieces={"类": 0.5}, open=True
    ),
    Target(
        "story",
        "问题描述",
        ("存在问题", "问题内容", "情况描述", "诉求内容"),
        "long_text",
        pieces={"问题": 0.4, "描述": 0.6, "隐患": 0.5, "内容": 0.4, "类": -0.6, "照片": -0.8},
    ),
    Target("haste", "紧急程度", ("缓急", "是否紧急"), "choice"),
    Target(
        "found",
        "发现时间",
        ("上报时间", "检查日期", "排查时间", "受理时间", "巡查日期"),
        "date_time",
        pieces={"发现": 0.5, "上报": 0.5, "巡查": 0.5, "受理": 0.5, "时间": 0.3, "日期": 0.3}
        | {"完成": -0.6, "期限": -0.7, "人": -0.7},
    ),
    Target(
        "finder",
        "上报人",
        ("检查人", "巡查员", "排查人"),
        "person",
        pieces={"上报人": 0.7, "巡查人": 0.7, "时间": -0.8, "日期": -0.8},
    ),
    Target("phone", "联系电话", ("电话", "手机"), "phone", pieces={"电话": 0.8, "手机": 0.8}),
    Target(
        "unit",
        "责任单位",
        ("整改单位", "处置单位", "主办单位", "养护单位"),
        pieces={"单位": 0.6, "部门": 0.5, "责任人": -0.5, "填报": -0.5},
        words=("中心", "公司", "办事处"),
    ),
    Target(
        "due",
        "整改时限",
        ("整改期限", "完成时限", "办理期限"),
        "date",
        pieces={"时限": 0.9, "期限": 0.9, "限期": 0.9, "截止": 0.8, "要求": 0.3},
        after=("found",),
    ),
    Target(
        "measure",
        "整改措施",
        ("处理结果", "整改方案", "整改情况"),
        "long_text",
        pieces={"措施": 0.9, "方案": 0.8, "处理": 0.3, "整改": 0.3, "时": -0.6, "日期": -0.6},
        after=("story",),
    ),
    Target(
        "done",
        "完成时间",
        ("整改完成时间", "办结时间", "销号时间"),
        "date",
        pieces={"完成": 0.5, "办结": 0.5, "销号": 0.5, "修复": 0.4, "时间": 0.3, "日期": 0.3}
        | {"期限": -0.8, "时限": -0.8, "限期": -0.8, "是否": -0.8, "要求": -0.5},
        after=("found", "due"),
    ),
    Target(
        "state",
        "整改状态",
        ("整改情况", "状态", "是否完成", "办理状态"),
        "choice",
        pieces={"状态": 0.8, "是否": 0.4, "进展": 0.6},
    ),
    Target("lng", "经度", ("东经", "lng"), "longitude", pieces={"经度": 0.9}),
    Target("lat", "纬度", ("北纬", "lat"), "latitude", pieces={"纬度": 0.9}),
    Target("place", "经纬度", ("坐标", "GPS"), "position", pieces={"坐标": 0.8}),
    Target(
        "before",
        "整改前照片",
        ("整改前", "问题照片", "治理前"),
        "picture",
        phase="before",
        pieces={"前": 0.5, "问题": 0.3, "照片": 0.4, "图片": 0.4, "后": -0.9},
    ),
    Target(
        "after",
        "整改后照片",
        ("整改后", "治理后"),
        "picture",
        phase="after",
        pieces={"后": 0.5, "照片": 0.4, "图片": 0.4, "前": -0.9},
        after=("before",),
    ),
    Target("both", "照片", ("图片", "影像资料", "前后对比照片"), "picture"),
    Target("count", "数量", ("处数", "个数"), "number", pieces={"数量": 0.8}),
    Target("mended", "是否修复", ("修复与否",), "tick"),
    Target("remark", "备注", ("说明",), "long_text"),
)


def vocabulary(**changes: object) -> Vocabulary:
    """The city of these tests, with what a test wants otherwise."""
    given: dict[str, object] = {"year": 2026, "places": PLACES, "choices": CHOICES}
    return Vocabulary(TARGETS, **(given | changes))  # type: ignore[arg-type]
