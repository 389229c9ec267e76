"""More ledgers of the tests' own making: pictures, months on sheets, long texts, awkward habits."""

from __future__ import annotations

import hashlib
import io
from typing import Any

from openpyxl import Workbook
from openpyxl.drawing.image import Image as SheetImage
from PIL import Image

from tests.services.invented_ledgers import DONE, Invented, iso, saved


def _picture(book_sheet: Any, cell: str, colour: tuple[int, int, int]) -> tuple[str, bytes]:
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
            photos = [("before", _picture(sheet, f"H{at}", (colour, 90, 60))[0])]
            done = row[7] != "未修复"
            if done:
                photos.append(("after", _picture(sheet, f"I{at}", (60, colour, 90))[0]))
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
