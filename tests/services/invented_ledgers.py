"""Ledgers of other sections in shapes of their own, each with what an ideal reader reads there."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from openpyxl import Workbook

DONE = ["submitted", "pre_signed_off", "signed_off"]


@dataclass
class Invented:
    """A file, whose it is, and its truth in the form of the examples' truth files."""

    name: str
    data: bytes
    records: list[dict[str, Any]] = field(default_factory=list)
    columns: dict[str, dict[str, str | None]] = field(default_factory=dict)
    section: str | None = None

    def truth(self, sheet: str, row: int, photos: list[Any] | None = None, **fields: Any) -> None:
        """One problem of it; a field given as None is not in the file."""
        kept = {key: value for key, value in fields.items() if value is not None}
        self.records.append({"sheet": sheet, "row": row, "fields": kept, "photos": photos or []})


def saved(book: Workbook) -> bytes:
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def roads() -> Invented:
    """市政: districts as group rows, subtotals, days as dates and as 3月5日, 是 and 否."""
    book = Workbook()
    sheet = book.active
    sheet.title = "道路病害"
    sheet.append(["2026年度城市道路病害排查整治统计表"])
    sheet.merge_cells("A1:K1")
    sheet.append(["报送部门：市政设施管理科", *[None] * 6, "制表时间：2026年11月"])
    sheet.append(
        ["序号", "街道（乡镇）", "道路名称及位置", "病害类别", "病害描述", "巡查日期", "巡查员",
         "养护单位", "修复期限", "修复方式", "是否修复"]
    )  # fmt: skip
    made = Invented("道路病害统计（市政设施管理科）.xlsx", b"", section="2104-ZJ-04")
    made.columns["道路病害"] = dict(
        zip("ABCDEFGHIJK",
            ["seq", "street", "point", "category", "description", "reported_at", "reporter",
             "unit", "due", "measures", "status"], strict=True)
    )  # fmt: skip
    rows = [
        ("一、新抚区", None),
        ("福民", "福民路与永安路交叉口东侧", "道路破损", "沥青路面坑槽3处，约6平方米",
         date(2026, 4, 2), "孙某", "示例市政养护公司", "4月13日", "铣刨后热沥青修补", "是"),
        ("永安台街", "永安路35号门前人行道", "人行道破损", "步道砖松动缺失约2平方米",
         date(2026, 4, 9), "孙某", "同上", "4月20日", "更换步道砖并勾缝", "否"),
        ("小计", "2处"),
        ("二、望花区", None),
        ("工农", "雷锋路公交站旁", "雨水箅子", "雨水箅子断裂一块", date(2026, 5, 6), "钱某某",
         "望花区城市管理服务中心", "5月15日", "更换复合箅子", "是"),
        ("小计", "1处"),
        ("合计", "3处"),
    ]  # fmt: skip
    district, serial, above = "", 0, ""
    for at, row in enumerate(rows, start=4):
        if row[1] is None:
            sheet.append([row[0]])
            sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=11)
            district = row[0][2:]
            continue
        if len(row) == 2:
            sheet.append([row[0], None, None, None, row[1]])
            continue
        serial += 1
        sheet.append([serial, *row])
        above = above if row[6] == "同上" else row[6]
        month, day = row[7].rstrip("日").split("月")
        done = DONE if row[9] == "是" else ["listed"]
        made.truth(
            "道路病害", at, seq=serial, district=district, point=row[1], category=row[2],
            street={"福民": "福民街道", "永安台街": "永安台街道", "工农": "工农街道"}[row[0]],
            description=row[3], reported_at=row[4].isoformat(), reporter=row[5], unit=above,
            due=f"2026-{int(month):02}-{int(day):02}", measures=row[8], status_raw=row[9],
            status_accept=done,
        )  # fmt: skip
    made.data = saved(book)
    return made


def trees() -> Invented:
    """园林: three header rows, merges down, shelved problems with reason and new day."""
    book = Workbook()
    sheet = book.active
    sheet.title = "绿化缺陷"
    sheet.append(["园林绿化养护问题交办清单"])
    sheet.merge_cells("A1:N1")
    heads = [
        ["项次", "属地", None, None, "问题详情", None, None, "整改落实", None, None, None, "缓办",
         None,
         "备注"],
        [None, "区", "街道", "位置", "种类", "具体问题", "来源", "承办单位", "限办日期",
         "整治措施",
         "销号情况", "缓办理由", "缓办至", None],
    ]  # fmt: skip
    for head in heads:
        sheet.append(head)
    for area in ("A2:A3", "B2:D2", "E2:G2", "H2:K2", "L2:M2", "N2:N3"):
        sheet.merge_cells(area)
    made = Invented("2026年绿化问题交办清单.xlsx", b"", section=None)
    made.columns["绿化缺陷"] = dict(
        zip("ABCDEFGHIJKLMN",
            ["seq", "district", "street", "point", "category", "description", "source", "unit",
             "due", "measures", "status", "deferral_reason", "deferral_until", "remark"],
            strict=True)
    )  # fmt: skip
    rows = [
        (1, "东洲区", "东洲街道", "石化街路口绿化带", "占绿毁绿", "绿带内种菜约12平方米",
         "网格上报",
         "示例园林养护公司", "2026/4/3", "清除菜地并补植草皮", "已销号", None, None, None),
        (2, None, None, "绥化路18号楼前", "行道树", "枯死行道树2株未清除", "市民投诉",
         "东洲街道办", "2026/4/8", "清除枯树，待季节补植", "缓办", "栽植季节已过", "2027/5/10",
         "含树池"),
        (3, None, "龙凤街道", "龙凤路公园西门", "绿化弃料", "修剪树枝堆放两日", "领导检查",
         "示例园林养护公司", "2026/4/9", "当日清运", "待复核", None, None, None),
        (4, "顺城区", "葛布街道", "临江路滨河绿地", "绿地脏乱", "草坪内白色垃圾较多", "市民投诉",
         "葛布办事处", "2026/5/6", "组织捡拾", "推进中", None, None, None),
    ]  # fmt: skip
    state = {
        "已销号": ["signed_off"],
        "缓办": ["deferred"],
        "待复核": ["submitted"],
        "推进中": ["listed"],
    }
    area = ["", ""]
    for at, row in enumerate(rows, start=4):
        sheet.append(row)
        area = [new or old for new, old in zip(row[1:3], area, strict=True)]
        unit = {"东洲街道办": "东洲街道办事处", "葛布办事处": "葛布街道办事处"}.get(row[7], row[7])
        made.truth(
            "绿化缺陷", at, seq=row[0], district=area[0], street=area[1], point=row[3],
            category=row[4], description=row[5], source=row[6], unit=unit, due=iso(row[8]),
            measures=row[9], status_raw=row[10], status_accept=state[row[10]],
            deferral_reason=row[11], deferral_until=iso(row[12]), remark=row[13],
        )  # fmt: skip
    for area_of in ("B4:B6", "C4:C5"):
        sheet.merge_cells(area_of)
    made.data = saved(book)
    return made


def iso(text: str | None) -> str | None:
    if text is None:
        return None
    year, month, day = (int(part) for part in text.split("/"))
    return f"{year}-{month:02}-{day:02}"


def adverts() -> Invented:
    """广告: UTF-8 CSV, codes with zeros, GCJ-02 said in the caption, moments to the minute."""
    made = Invented("户外广告与照明_设施隐患导出.csv", b"", section="2104-ZJ-06")
    captions = ["隐患编号", "采集时间", "采集员", "手机号", "辖区", "所在街道", "设置位置",
                "经度(GCJ-02)", "纬度(GCJ-02)", "隐患类型", "隐患描述", "权属单位", "完成期限",
                "处置措施", "处置完成时间", "案件状态"]  # fmt: skip
    made.columns["csv"] = dict(
        zip("ABCDEFGHIJKLMNOP",
            ["no", "reported_at", "reporter", "phone", "district", "street", "point", "lng", "lat",
             "category", "description", "unit", "due", "measures", "finished_at", "status"],
            strict=True)
    )  # fmt: skip
    rows = [
        ["000071", "2026-06-03 08:41", "赵某", "13800000001", "新抚", "站前", "中央大街12号楼顶",
         "123.962976", "41.881856", "违规户外广告", "楼顶广告牌面板翘起，\n大风天易坠落",
         "示例广照养护公司",
         "2026-06-05", "加固面板", "2026-06-04", "已结案"],
        ["000072", "2026-06-03 14:05", "赵某", "13800000001", "新抚", "榆林街道办",
         "榆林路\"惠民\"超市门前",
         "123.962976", "41.881856", "违规牌匾标识", "一店多匾，缺字", "榆林街道办事处",
         "2026-06-12", "", "", "处置中"],
    ]  # fmt: skip
    target = io.StringIO()
    csv.writer(target).writerows([captions, *rows])
    made.data = target.getvalue().encode("utf-8-sig")
    streets = {"站前": "站前街道", "榆林街道办": "榆林街道"}
    for at, row in enumerate(rows, start=2):
        made.truth(
            "csv", at, no=row[0], reported_at=row[1], reporter=row[2], phone=row[3],
            district="新抚区", street=streets[row[5]], point=row[6], lng=123.9572, lat=41.8797,
            category=row[9], description=row[10], unit=row[11], due=row[12],
            measures=row[13] or None, finished_at=row[14] or None, status_raw=row[15],
            status_accept=["signed_off"] if row[15] == "已结案" else ["listed"],
        )  # fmt: skip
    return made


def hotline() -> Invented:
    """热线: an export without banner, columns nobody asked for, everything a text."""
    book = Workbook()
    sheet = book.active
    sheet.title = "工单"
    sheet.append(
        ["工单编号", "来电时间", "诉求人", "联系方式", "诉求渠道", "办理等级", "所属区县",
         "所属乡镇街道",
         "事发地址", "诉求类型", "诉求内容", "转办单位", "办结时限", "办理结果", "办结时间",
         "工单状态",
         "满意度", "回访次数"]
    )  # fmt: skip
    made = Invented("12345工单导出20261120.xlsx", b"")
    made.columns["工单"] = dict(
        zip("ABCDEFGHIJKLMNOPQR",
            ["no", "reported_at", "reporter", "phone", "source", "urgent", "district", "street",
             "point", "category", "description", "unit", "due", "measures", "finished_at",
             "status", None, None], strict=True)
    )  # fmt: skip
    rows = [
        ["20260301000123", "2026/3/1 09:12:30", "王先生", "024-57500001", "12345热线", "紧急",
         "顺城区", "新华街道", "新华大街9号", "供水管道破裂", "楼前路面冒水，影响出行",
         "新华街道办事处",
         "2026/3/2", "关阀抢修，已恢复供水", "2026/3/1 20:05:11", "已办结", "满意", "1"],
        ["20260302000456", "2026/3/2 21:40:05", "李女士", "13800000002", "微信投诉", "一般",
         "望花区", "和平街道", "和平路夜市东口", "露天烧烤", "夜间烧烤油烟扰民", "和平街道办事处",
         "2026/3/11", None, None, "办理中", None, None],
        ["20260303000789", "2026/3/3 07:02:59", "张女士", "13800000003", "12345热线", "一般",
         "望花区", "光明街道", "康平街6号楼", "暴露垃圾", "垃圾数日未清", "光明街道办事处",
         "2026/3/12", "已清运", "2026/3/5 10:00:00", "待回访", "不满意", "0"],
    ]  # fmt: skip
    state = {"已办结": ["signed_off"], "办理中": ["listed"], "待回访": ["submitted"]}
    for at, row in enumerate(rows, start=2):
        sheet.append(row)
        made.truth(
            "工单", at, no=row[0], reported_at=_moment(row[1]), reporter=row[2], phone=row[3],
            source=row[4], urgent=row[5], district=row[6], street=row[7], point=row[8],
            category=row[9], description=row[10], unit=row[11], due=iso(row[12]),
            measures=row[13], finished_at=_moment(row[14]), status_raw=row[15],
            status_accept=state[str(row[15])],
        )  # fmt: skip
    made.data = saved(book)
    return made


def _moment(text: str | None) -> str | None:
    return f"{datetime.strptime(text, '%Y/%m/%d %H:%M:%S')}" if text else None  # noqa: DTZ007


def gas() -> Invented:
    """公用: ticks under 已完成 and 未完成, a hidden row, figures kept as texts, signatures."""
    book = Workbook()
    sheet = book.active
    sheet.title = "隐患"
    sheet.append(["公用事业管理科燃气供热设施隐患排查治理情况表"])
    sheet.merge_cells("A1:K1")
    head = ["编次", "县区", "镇街", "隐患部位", "隐患内容", "检查时间", "检查人员",
    "治理责任单位", "治理时限",
            "治理完成情况", None]  # fmt: skip
    sheet.append(head)
    sheet.append([*[None] * 9, "已完成", "未完成"])
    for col in "ABCDEFGHI":
        sheet.merge_cells(f"{col}2:{col}3")
    sheet.merge_cells("J2:K2")
    made = Invented("燃气供热隐患.xlsx", b"", section="2104-ZJ-07")
    made.columns["隐患"] = dict(
        zip("ABCDEFGHI",
            ["seq", "district", "street", "point", "description", "reported_at", "reporter",
             "unit", "due"], strict=True)
    )  # fmt: skip
    rows = [
        ("1", "东洲区", "万新", "万新路5号楼调压箱", "调压箱门锁损坏，无警示标识", 46_086,
         "李某 王某",
         "示例公用养护公司", "2026年3月15日前", "√", None),
        ("2", "东洲区", "搭连街", "城东路热力井", "热力井盖破损冒汽", 46_087, "李某",
         "搭连街道办事处",
         "2026年3月16日前", None, "√"),
        ("3", "新抚区", "刘山", "千金路阀门井", "阀井积水，阀门锈蚀", 46_088, "王某",
         "示例公用养护公司",
         "2026年3月17日前", "√", None),
    ]  # fmt: skip
    days = {46_086: "2026-03-05", 46_087: "2026-03-06", 46_088: "2026-03-07"}
    streets = {"万新": "万新街道", "搭连街": "搭连街道", "刘山": "刘山街道"}
    for at, row in enumerate(rows, start=4):
        sheet.append(row)
        sheet.cell(at, 6).number_format = "m月d日"
        made.truth(
            "隐患", at, seq=int(row[0]), district=row[1], street=streets[row[2]], point=row[3],
            description=row[4], reported_at=days[row[5]], reporter=row[6], unit=row[7],
            due=f"2026-03-{row[8][7:9]}", status_raw="已完成" if row[9] else "未完成",
            status_accept=DONE if row[9] else ["listed"],
        )  # fmt: skip
    sheet.row_dimensions[5].hidden = True
    sheet.append(["制表：李某", None, None, "审核：王某", None, None, None, "单位负责人（签章）："])
    made.data = saved(book)
    return made
