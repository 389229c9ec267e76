"""More ledgers of the tests' own making: pictures, months on sheets, long texts, awkward habits."""

from __future__ import annotations

import hashlib
import io
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image

from tests.services.invented_ledgers import DONE, Invented, iso, saved


def picture(book_sheet: Any, cell: str, colour: tuple[int, int, int]) -> tuple[str, bytes]:
    target = io.BytesIO()
    Image.new("RGB", (48, 36), colour).save(target, "JPEG")
    data = target.getvalue()
    picture = SheetImage(io.BytesIO(data))
    picture.width, picture.height = 60, 45
    book_sheet.add_image(picture, cell)
    return hashlib.sha1(data).hexdigest(), data  # noqa: S324  a name for a picture


def lights() -> Invented:
    """照明: pictures under 治理前 and 治理后, two sheets by month, one sheet of explanations."""
    book = Workbook()
    made = Invented("路灯照明设施治理前后对照.xlsx", b"")
    notes = book.active
    notes.title = "填表说明"
    notes.append(["一、本表每月25日前报送；二、照片须为原图；三、不得改动列的顺序。"])
    plans = {
        "9月": [
            (1, "建设街道", "盘锦路16号对面", "路灯不亮2基", "9.3", "示例广照养护公司", "9.5",
             "修复"),
            (2, "光明街道", "康平街广场", "庭院灯灯罩破碎", "9.8", "光明街道办事处", "9.17",
             "未修复"),
        ],
        "10月": [
            (1, "李石街道", "沈抚路桥下", "桥下照明灯损坏", "10.12", "示例广照养护公司", "10.14",
             "已修复")
        ],
    }  # fmt: skip
    colour = 10
    for name, rows in plans.items():
        sheet = book.create_sheet(name)
        sheet.append([f"路灯照明设施问题治理前后对照表（2026年{name}）"])
        sheet.merge_cells("A1:J1")
        sheet.append(["号", "办事处", "灯位", "故障现象", "报修日期", "运维单位", "维修期限",
        "治理前", "治理后",
                      "维修状态"])  # fmt: skip
        made.columns[name] = dict(
            zip("ABCDEFGHIJ",
                ["seq", "street", "point", "description", "reported_at", "unit", "due", "before",
                 "after", "status"], strict=True)
        )  # fmt: skip
        for at, row in enumerate(rows, start=3):
            sheet.append([*row[:7], None, None, row[7]])
            sheet.row_dimensions[at].height = 60
            colour += 25
            photos = [("before", picture(sheet, f"H{at}", (colour, 90, 60))[0])]
            done = row[7] != "未修复"
            if done:
                photos.append(("after", picture(sheet, f"I{at}", (60, colour, 90))[0]))
            made.truth(
                name, at, [{"phase": phase, "sha1": sha1} for phase, sha1 in photos],
                seq=row[0], street=row[1], point=row[2], description=row[3],
                reported_at=_dotted(row[4]), unit=row[5], due=_dotted(row[6]), status_raw=row[7],
                status_accept=["pre_signed_off"] if done else ["listed"],
            )  # fmt: skip
    made.data = saved(book)
    return made


def _dotted(text: str) -> str:
    month, day = text.split(".")
    return f"2026-{int(month):02}-{int(day):02}"


def inspection() -> Invented:
    """督查: a list without numbers, place and street in front of long texts, 进度 in per cent."""
    book = Workbook()
    sheet = book.active
    sheet.append(["市级督查反馈问题整改推进表"])
    sheet.append(["截至2026年11月15日"])
    sheet.append(
        ["反馈日期", "责任街道", "督查点位", "反馈问题", "问题性质", "整改主体", "责任领导",
         "整改举措",
         "应完成时间", "实际完成时间", "推进情况", "未完成原因"]
    )  # fmt: skip
    made = Invented("督查反馈推进表.xlsx", b"")
    made.columns["Sheet"] = dict(
        zip("BCDEFHIJKL",
            ["street", "point", "description", "category", "unit", "measures", "due",
             "finished_at", "status", "deferral_reason"], strict=True)
    )  # fmt: skip
    rows = [
        ("二〇二六年三月五日", "长春街道", "长春街农贸市场周边", "市场外溢摊位多，人行道被占用",
         "占道经营",
         "长春街道办事处", "周某", "划线定位，早晚值守", "2026.3.16", "2026.3.14", "已完成", None),
        ("二〇二六年三月六日", "将军堡街道", "将军桥头", "桥头堆放杂物", "乱堆物堆料",
         "将军堡街道办事处", "吴某", "清理杂物", "2026.3.17", None, "正在整改", "权属单位协调中"),
        ("二〇二六年三月九日", "抚顺城街道", "城北街公厕", "公厕异味大", "公厕",
         "顺城区城市管理服务中心",
         "郑某", "增加消杀频次", "2026.3.18", "2026.3.18", "完成", None),
    ]  # fmt: skip
    days = ("2026-03-05", "2026-03-06", "2026-03-09")
    for at, (row, day) in enumerate(zip(rows, days, strict=True), start=4):
        sheet.append(row)
        made.truth(
            "Sheet", at, reported_at=day, street=row[1], point=row[2], description=row[3],
            category=row[4], unit=row[5], handler=row[6], measures=row[7], due=_dot(row[8]),
            finished_at=_dot(row[9]), status_raw=row[10], deferral_reason=row[11],
            status_accept=["listed"] if row[10] == "正在整改" else DONE,
        )  # fmt: skip
    made.data = saved(book)
    return made


def _dot(text: str | None) -> str | None:
    return iso(text.replace(".", "/")) if text else None


def ticked() -> Invented:
    """A tick under each state, district and street in one column."""
    book = Workbook()
    sheet = book.active
    sheet.title = "台账"
    sheet.append(["背街小巷问题台账"])
    sheet.merge_cells("A1:I1")
    sheet.append(["序号", "区/街道", "地点", "问题", "发现日期", "责任单位", "完成情况"])
    sheet.append([*[None] * 6, "已完成", "整改中", "挂号"])
    for col in "ABCDEF":
        sheet.merge_cells(f"{col}2:{col}3")
    sheet.merge_cells("G2:I2")
    made = Invented("背街小巷.xlsx", b"")
    made.columns["台账"] = dict(
        zip("ACDEFGHI",
            ["seq", "point", "description", "reported_at", "unit", "status", "status", "status"],
            strict=True)
    )  # fmt: skip
    states = {"已完成": DONE, "整改中": ["listed"], "挂号": ["deferred"]}
    rows = [
        ("望花区和平街道", "和平路13号后院", "院内堆放旧家具", "2026-05-03", "已完成"),
        ("望花区建设街道", "盘锦路胡同口", "路面坑洼积水", "2026-05-04", "整改中"),
        ("新抚区站前街道", "南阳路楼前空地", "缺株未补", "2026-05-05", "挂号"),
    ]
    for at, (area, point, matter, day, state) in enumerate(rows, start=4):
        marks = ["√" if state == name else None for name in states]
        sheet.append([at - 3, area, point, matter, day, f"{area[3:]}办事处", *marks])
        made.truth(
            "台账", at, seq=at - 3, district=area[:3], street=area[3:], point=point,
            description=matter, reported_at=day, unit=f"{area[3:]}办事处", status_raw=state,
            status_accept=states[state],
        )  # fmt: skip
    made.data = saved(book)
    return made


def grouped() -> Invented:
    """Districts and streets as rows between the problems, positions in one cell, a total."""
    book = Workbook()
    sheet = book.active
    sheet.title = "清单"
    sheet.append(
        ["编号", "所在位置", "问题情况", "巡查时间", "坐标", "管护单位", "整改限期", "整改进展"]
    )
    made = Invented("设施巡查清单.xlsx", b"")
    made.columns["清单"] = dict(
        zip("ABCDEFGH",
            ["no", "point", "description", "reported_at", "position", "unit", "due", "status"],
            strict=True)
    )  # fmt: skip
    streets = {
        "一、东洲区": {"（一）东洲街道": ["A-01"], "（二）万新街道": ["A-02", "A-03"]},
        "二、新抚区": {"（一）新抚街道": ["B-01"]},
    }
    words = ["已处理", "处理中", "待验收", "已处理"]
    accepted = {
        "已处理": ["pre_signed_off", "submitted"], "处理中": ["listed"], "待验收": ["submitted"]
    }  # fmt: skip
    at = 1
    for district, inner in streets.items():
        at += 1
        sheet.append([district])
        sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=8)
        for street, numbers in inner.items():
            at += 1
            sheet.append([street])
            sheet.merge_cells(start_row=at, start_column=1, end_row=at, end_column=8)
            for number in numbers:
                at += 1
                word = words[len(made.records)]
                point = f"石化街{at}号路口"
                moment = datetime(2026, 7, at, 8, 30, 5)  # noqa: DTZ001  as a workbook has it
                sheet.append(
                    [number, point, "箱体倾斜，线缆外露", moment, f"124.0{at:02}1,41.85{at:02}7",
                     "示例公用养护公司", "2026年8月1日", word]
                )  # fmt: skip
                sheet.cell(at, 4).number_format = "yyyy/m/d h:mm:ss"
                made.truth(
                    "清单", at, no=number, district=district[2:], street=street[3:], point=point,
                    description="箱体倾斜，线缆外露", reported_at=f"{moment}",
                    lng=float(f"124.0{at:02}1"), lat=float(f"41.85{at:02}7"),
                    unit="示例公用养护公司", due="2026-08-01", status_raw=word,
                    status_accept=accepted[word],
                )  # fmt: skip
    sheet.append(["合计", "4处"])
    made.data = saved(book)
    return made
