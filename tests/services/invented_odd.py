"""Ledgers in the oddest shapes that offices send: questions, columns for rows, days alone."""

from __future__ import annotations

import hashlib
import io
import zipfile
from typing import Any

from openpyxl import Workbook
from PIL import Image

from tests.services.invented_ledgers import DONE, Invented, saved

STATES = {"已整改": DONE, "已完成": DONE, "未整改": ["listed"], "整改中": ["listed"],
          "没有": ["listed"], "改完了": DONE, "已销号": ["signed_off"]}  # fmt: skip
STREETS = {"站前": "站前街道", "福民": "福民街道", "榆林": "榆林街道", "和平": "和平街道",
           "东洲": "东洲街道", "将军堡": "将军堡街道", "新华": "新华街道"}  # fmt: skip


def semicolons() -> Invented:
    """GBK, semicolons, three lines of preface and a line of signatures at the foot."""
    made = Invented("夜间巡查记录导出.csv", b"")
    made.columns["csv"] = dict(
        zip("ABCDEFGHI",
            ["seq", "reported_at", "district", "street", "point", "description", "unit", "due",
             "status"], strict=True)
    )  # fmt: skip
    rows = [
        ("1", "2026/9/3 21:15", "新抚区", "站前", "西一路夜市出口", "摊贩收摊后垃圾未清，油污明显",
         "站前街道办事处", "2026/9/14", "已整改"),
        ("2", "2026/9/3 21:40", "新抚区", "福民", "福民街15号楼前",
         "烧烤占道，桌椅摆上盲道；劝导无效",
         "福民街道办事处", "2026/9/14", "未整改"),
        ("3", "2026/9/4 20:05", "望花区", "和平", "和平广场东侧", "路灯下堆放建筑垃圾两处",
         "和平街道办事处", "2026/9/15", "整改中"),
    ]  # fmt: skip
    lines = [
        "夜间巡查记录（2026年9月）", "导出时间：2026-09-10 08:30;导出人：值班员", "",
        "序号;巡查时间;区;街道;地点;存在的问题;责任单位;整改期限;整改情况",
    ]  # fmt: skip
    for at, row in enumerate(rows, start=5):
        lines.append(";".join(f'"{cell}"' if "；" in cell else cell for cell in row))
        made.truth(
            "csv", at, seq=int(row[0]), reported_at=minute(row[1]), district=row[2],
            street=STREETS[row[3]], point=row[4], description=row[5], unit=row[6],
            due=day(row[7]), status_raw=row[8], status_accept=STATES[row[8]],
        )  # fmt: skip
    lines.append("填表人：值班员;审核人：带班领导")
    made.data = "\r\n".join(lines).encode("gbk")
    return made


def day(text: str) -> str:
    year, month, number = (int(part) for part in text.split("/"))
    return f"{year}-{month:02}-{number:02}"


def minute(text: str) -> str:
    first, clock = text.split()
    return f"{day(first)} {clock}"


def questions() -> Invented:
    """Captions that ask, as a form for volunteers does."""
    book = Workbook()
    sheet = book.active
    sheet.title = "随手拍"
    sheet.append(["志愿者随手拍问题收集表"])
    sheet.append(["第几个？", "什么时候发现的？", "在哪个区？", "属于哪个街道？", "问题在哪里？",
                  "是什么问题？", "属于哪一类？", "谁发现的？", "谁负责整改？",
                  "什么时候必须改完？", "怎么整改的？", "整改好了吗？", "什么时候改完的？",
                  "还有什么要说的？"])  # fmt: skip
    made = Invented("随手拍收集表.xlsx", b"")
    made.columns["随手拍"] = dict(
        zip("ABCDEFGHIJKLMN",
            ["seq", "reported_at", "district", "street", "point", "description", "category",
             "reporter", "unit", "due", "measures", "status", "finished_at", "remark"], strict=True)
    )  # fmt: skip
    rows = [
        (1, "2026年3月5日", "新抚区", "站前", "中央大街9号楼门前", "门前堆放生活垃圾，无人清理",
         "暴露垃圾", "周某", "站前街道办事处", "2026年3月16日", "安排人员清运", "改完了",
         "2026年3月9日", None),
        (2, "2026年3月6日", "望花区", "和平", "和平路与海城街交叉口", "人行道砖破损约3平方米",
         "人行道破损", "吴某某", "示例市政养护公司", "2026年3月17日", None, "没有", None,
         "雨天积水"),
        (3, "2026年3月7日", "东洲区", "东洲", "绥化路18号楼后身", "楼道口乱贴小广告",
         "非法小广告", "周某", "东洲街道办事处", "2026年3月18日", "用清洗机清除", "改完了",
         "2026年3月10日", None),
    ]  # fmt: skip
    for at, row in enumerate(rows, start=3):
        sheet.append(row)
        made.truth(
            "随手拍", at, seq=row[0], reported_at=chinese(row[1]), district=row[2],
            street=STREETS[row[3]], point=row[4], description=row[5], category=row[6],
            reporter=row[7], unit=row[8], due=chinese(row[9]), measures=row[10],
            status_raw=row[11], status_accept=STATES[row[11]], finished_at=chinese(row[12]),
            remark=row[13],
        )  # fmt: skip
    made.data = saved(book)
    return made


def chinese(text: str | None) -> str | None:
    return day(text.rstrip("日").replace("年", "/").replace("月", "/")) if text else None


def turned() -> Invented:
    """Fields down, problems across, with a title and a line of signatures."""
    book = Workbook()
    sheet = book.active
    sheet.title = "横向"
    sheet.append(["重点路段问题整改情况一览"])
    sheet.merge_cells("A1:E1")
    lines: list[list[Any]] = [
        ["序号", 1, 2, 3, 4],
        ["所属街道", "站前", "福民", "和平", "将军堡"],
        ["具体位置", "西一路12号门前", "福民街与东一路交叉口", "和平路桥下", "将军街5号楼前"],
        ["存在问题", "占道经营，摊位摆到路面", "雨水箅子缺失", "桥下堆放杂物", "废弃家具未清运"],
        ["发现日期", "2026.4.2", "2026.4.3", "2026.4.7", "2026.4.8"],
        ["整改期限", "2026.4.14", "2026.4.15", "2026.4.16", "2026.4.17"],
        ["责任单位", "站前街道办事处", "示例市政养护公司", "和平街道办事处", "将军堡街道办事处"],
        ["整改措施", "劝离摊贩，恢复通行", "更换箅子", None, "当日清运"],
        ["整改情况", "已整改", "已整改", "未整改", "已销号"],
    ]
    for line in lines:
        sheet.append(line)
    sheet.append(["填表人：甲", None, "审核人：乙"])
    made = Invented("重点路段整改一览.xlsx", b"")
    for at in range(1, 5):
        said = [line[at] for line in lines]
        made.truth(
            "横向", at + 1, seq=said[0], street=STREETS[said[1]], point=said[2],
            description=said[3], reported_at=day(said[4].replace(".", "/")),
            due=day(said[5].replace(".", "/")), unit=said[6], measures=said[7],
            status_raw=said[8], status_accept=STATES[said[8]],
        )  # fmt: skip
    made.data = saved(book)
    return made


def months() -> Invented:
    """A tab a month; the cells say the day alone, and one limit is in the month after."""
    book = Workbook()
    book.remove(book.active)
    made = Invented("2026年养护问题.xlsx", b"")
    plans = {
        "9月": [
            (1, "站前", "新城路口", "护栏歪斜约6米", "3日", "14日", "示例市政养护公司", "已完成"),
            (2, "榆林", "榆林路8号", "路缘石缺失", "25日", "12日", "示例市政养护公司", "整改中"),
        ],
        "10月": [
            (1, "和平", "海城街中段", "井盖松动异响", "9日", "20日", "示例市政养护公司", "已完成"),
            (2, "新华", "临江路西段", "路面坑槽一处", "12日", "21日", "示例市政养护公司", "已完成"),
        ],
    }  # fmt: skip
    for name, rows in plans.items():
        sheet = book.create_sheet(name)
        sheet.append(["序号", "街道", "点位", "问题", "发现日期", "整改期限", "养护单位",
                      "完成情况"])  # fmt: skip
        month = int(name[:-1])
        for at, row in enumerate(rows, start=2):
            sheet.append(row)
            found, limit = int(row[4][:-1]), int(row[5][:-1])
            later = month + (limit < found)
            made.truth(
                name, at, seq=row[0], street=STREETS[row[1]], point=row[2], description=row[3],
                reported_at=f"2026-{month:02}-{found:02}", due=f"2026-{later:02}-{limit:02}",
                unit=row[6], status_raw=row[7], status_accept=STATES[row[7]],
            )  # fmt: skip
    made.data = saved(book)
    return made


def five_rows() -> Invented:
    """A header of five merged rows, the words that tell columns apart in the third to fifth."""
    book = Workbook()
    sheet = book.active
    sheet.title = "汇总"
    heads = [
        ["序号", "问题基本信息", None, None, None, None, "整改落实信息", None, None, None, None,
         "备注"],
        [None, "位置", None, None, "情况", None, "责任", None, "时间", None, "结果", None],
        [None, "行政区划", None, "详细", "内容", "发现", "单位", "人员", "要求", "实际", "状态"],
        [None, "区", "街道", "地址", "描述", "日期", "名称", "姓名", "完成日期", "完成日期",
         "（√）"],
        [None, None, None, None, None, None, None, None, "（年月日）", "（年月日）", None, None],
    ]  # fmt: skip
    for head in heads:
        sheet.append(head)
    for area in ("A1:A5", "L1:L5", "B1:F1", "G1:K1", "B2:D2", "E2:F2", "G2:H2", "I2:J2",
                 "B3:C3", "B4:B5", "C4:C5", "D4:D5", "E4:E5", "F4:F5", "G4:G5", "H4:H5",
                 "K4:K5"):  # fmt: skip
        sheet.merge_cells(area)
    made = Invented("年度汇总.xlsx", b"")
    made.columns["汇总"] = dict(
        zip("ABCDEFGHIJKL",
            ["seq", "district", "street", "point", "description", "reported_at", "unit", "handler",
             "due", "finished_at", "status", "remark"], strict=True)
    )  # fmt: skip
    rows = [
        (1, "新抚区", "站前", "西一路3号", "门前乱堆杂物", "2026-05-06", "站前街道办事处", "甲某",
         "2026-05-15", "2026-05-12", "√", None),
        (2, "新抚区", "福民", "福民街7号", "店外经营占用人行道", "2026-05-07", "福民街道办事处",
         "乙某", "2026-05-18", None, None, "多次劝导"),
        (3, "东洲区", "东洲", "石化街2号", "沿街晾挂衣物", "2026-05-08", "东洲街道办事处", "丙某",
         "2026-05-19", "2026-05-11", "√", None),
    ]  # fmt: skip
    for at, row in enumerate(rows, start=6):
        sheet.append(row)
        made.truth(
            "汇总", at, seq=row[0], district=row[1], street=STREETS[row[2]], point=row[3],
            description=row[4], reported_at=row[5], unit=row[6], handler=row[7], due=row[8],
            finished_at=row[9], status_raw=row[10], remark=row[11],
            status_accept=DONE if row[10] else ["listed"],
        )  # fmt: skip
    made.data = saved(book)
    return made


def beside() -> Invented:
    """Two districts' tables side by side, with other captions and unlike numbers of rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = "两区"
    sheet.append(["新抚区问题清单", None, None, None, None, None, None, "望花区问题清单"])
    sheet.merge_cells("A1:F1")
    sheet.merge_cells("H1:L1")
    sheet.append(["序号", "街道", "点位", "存在问题", "整改期限", "整改情况", None,
                  "编号", "街道", "位置", "问题描述", "完成情况"])  # fmt: skip
    left = [
        (1, "站前", "西一路3号", "门前乱堆杂物", "2026-05-15", "已整改"),
        (2, "福民", "福民街7号", "店外经营占用人行道", "2026-05-18", "未整改"),
        (3, "榆林", "榆林路8号", "非法小广告", "2026-05-18", "未整改"),
    ]
    right = [
        ("WH-01", "和平", "和平路桥下", "桥下堆放杂物", "已完成"),
        ("WH-02", "和平", "海城街12号", "垃圾箱满溢", "整改中"),
    ]
    made = Invented("两区问题.xlsx", b"")
    for at, row in enumerate(left, start=3):
        other = right[at - 3] if at - 3 < len(right) else ()
        sheet.append([*row, None, *other])
        made.truth(
            "两区", at, seq=row[0], district="新抚区", street=STREETS[row[1]], point=row[2],
            description=row[3], due=row[4], status_raw=row[5], status_accept=STATES[row[5]],
        )  # fmt: skip
        if other:
            made.truth(
                "两区", at, no=other[0], district="望花区", street=STREETS[other[1]],
                point=other[2], description=other[3], status_raw=other[4],
                status_accept=STATES[other[4]],
            )  # fmt: skip
    made.data = saved(book)
    return made


def listed_points() -> Invented:
    """One cell lists several points; the row stays one record, its text as it stands."""
    book = Workbook()
    sheet = book.active
    sheet.title = "清单"
    sheet.append(["序号", "街道", "点位", "问题描述", "发现时间", "责任单位", "状态"])
    made = Invented("路段清单.xlsx", b"")
    rows = [
        (
            1,
            "站前",
            "1. 西一路3号\n2. 西一路9号\n3. 西二路路口",
            "1.垃圾满溢；\n2.乱堆杂物；\n3.占道经营",
            "2026-05-06",
            "站前街道办事处",
            "未整改",
        ),
        (2, "福民", "福民街7号", "店外经营", "2026-05-07", "福民街道办事处", "已整改"),
    ]
    for at, row in enumerate(rows, start=2):
        sheet.append(row)
        made.truth(
            "清单", at, seq=row[0], street=STREETS[row[1]], point=row[2], description=row[3],
            reported_at=row[4], unit=row[5], status_raw=row[6], status_accept=STATES[row[6]],
        )  # fmt: skip
    made.data = saved(book)
    return made


def wps() -> Invented:
    """Pictures that WPS keeps in cells, named by a formula, before and after."""
    book = Workbook()
    sheet = book.active
    sheet.title = "对比"
    sheet.append(["序号", "街道", "点位", "存在问题", "治理前", "治理后", "治理情况"])
    made = Invented("前后对比.xlsx", b"")
    pictures: dict[str, bytes] = {}
    rows = [(1, "站前", "西一路3号", "门前乱堆杂物", "已整改"),
            (2, "福民", "福民街7号", "店外经营占道", "未整改")]  # fmt: skip
    for at, row in enumerate(rows, start=2):
        sheet.append([*row[:4], None, None, row[4]])
        photos = []
        for col, phase in ("E", "before"), ("F", "after"):
            if phase == "after" and row[4] == "未整改":
                continue
            key = f"ID_{col}{at}"
            pictures[key] = jpeg((at * 40, 90, ord(col)))
            sheet[f"{col}{at}"] = f'=_xlfn.DISPIMG("{key}",1)'
            sha1 = hashlib.sha1(pictures[key]).hexdigest()  # noqa: S324  a name for a picture
            photos.append({"phase": phase, "sha1": sha1})
        made.truth(
            "对比", at, photos, seq=row[0], street=STREETS[row[1]], point=row[2],
            description=row[3], status_raw=row[4],
            status_accept=["pre_signed_off"] if row[4] == "已整改" else ["listed"],
        )  # fmt: skip
    made.data = with_cell_images(saved(book), pictures)
    return made


def jpeg(colour: tuple[int, int, int]) -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (48, 36), colour).save(target, "JPEG")
    return target.getvalue()


def with_cell_images(data: bytes, pictures: dict[str, bytes]) -> bytes:
    """A workbook with the part in which WPS keeps the pictures of cells."""
    office = "http://schemas.openxmlformats.org"
    images = "".join(
        f'<etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="{at}" name="{key}"/></xdr:nvPicPr>'
        f'<xdr:blipFill><a:blip r:embed="r{at}"/></xdr:blipFill></xdr:pic></etc:cellImage>'
        for at, key in enumerate(pictures)
    )
    links = "".join(
        f'<Relationship Id="r{at}" Target="media/wps{at}.jpeg" '
        f'Type="{office}/officeDocument/2006/relationships/image"/>'
        for at in range(len(pictures))
    )
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a") as archive:
        archive.writestr(
            "xl/cellimages.xml",
            f'<etc:cellImages xmlns:xdr="{office}/drawingml/2006/spreadsheetDrawing" '
            f'xmlns:a="{office}/drawingml/2006/main" xmlns:r="{office}/officeDocument/2006/'
            f'relationships" xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData">'
            f"{images}</etc:cellImages>",
        )
        archive.writestr(
            "xl/_rels/cellimages.xml.rels",
            f'<Relationships xmlns="{office}/package/2006/relationships">{links}</Relationships>',
        )
        for at, picture in enumerate(pictures.values()):
            archive.writestr(f"xl/media/wps{at}.jpeg", picture)
    return target.getvalue()
