"""A section's ledger of 20 columns and any number of rows, as an office keeps one in Excel."""

import random
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

import xlsxwriter

from app.demo.addresses import address, community
from app.demo.categories import CATEGORIES, DemoCategory, wording
from app.demo.chance import chance
from app.demo.organisations import BY_CODE, STREETS

ROWS = 50_000
TITLE = "环境卫生问题排查整改台账"
UNDER_TITLE = "填报单位：环境卫生管理科"
CAPTIONS = (
    "序号", "问题编号", "上报时间", "所属区", "街道", "社区", "具体点位", "经度", "纬度",
    "问题类别", "问题描述", "问题来源", "责任单位", "上报人", "联系电话", "整改期限", "整改措施",
    "整改完成时间", "整改状态", "备注",
)  # fmt: skip
SOURCES = ("网格巡查", "市民投诉", "领导检查", "12345热线")
REMARKS = ("", "", "", "", "已与社区对接", "雨后复查", "需夜间施工")
LAST_NAMES = "赵钱孙李周吴郑王冯陈"
NEAR = 0.02  # degrees
DONE, WAITING = 0.7, 0.15  # shares
FIRST_DAY, DAYS = date(2023, 11, 1), 1080
LIMIT = 9  # days
KINDS = tuple(kind for kind in CATEGORIES if kind.everyday)


def write_ledger(path: Path, rows: int = ROWS) -> None:
    """Write it: a title, a line below it, the captions, the rows; the same rows each time."""
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("台账")
        day = book.add_format({"num_format": "yyyy-m-d"})
        moment = book.add_format({"num_format": "yyyy-m-d h:mm"})
        sheet.merge_range(0, 0, 0, len(CAPTIONS) - 1, TITLE)
        sheet.write_string(1, 0, UNDER_TITLE)
        sheet.write_row(2, 0, CAPTIONS)
        for at, row in enumerate(_rows(rows), start=3):
            for col, value in enumerate(row):
                if isinstance(value, datetime):
                    sheet.write_datetime(at, col, value, moment)
                elif isinstance(value, date):
                    sheet.write_datetime(at, col, value, day)
                elif isinstance(value, str):
                    if value:
                        sheet.write_string(at, col, value)
                else:
                    sheet.write_number(at, col, value)


def _rows(count: int) -> Iterator[tuple[str | int | float | date, ...]]:
    luck = chance("wide ledger", count)
    for number in range(1, count + 1):
        street, kind = luck.choice(STREETS), luck.choice(KINDS)
        found = datetime.combine(
            FIRST_DAY + timedelta(days=number * DAYS // count),
            time(luck.randint(8, 17), luck.randrange(60)),
        )
        yield (
            number,
            f"HW{found.year}{number:06}",
            found,
            BY_CODE[street.parent_code or ""].name,
            street.short_name,
            community(luck, street.code),
            f"{address(luck, street.code, street.short_name)}{luck.randint(1, 400)}号",
            round((street.lng or 0) + luck.uniform(-NEAR, NEAR), 6),
            round((street.lat or 0) + luck.uniform(-NEAR, NEAR), 6),
            kind.minor_name,
            luck.choice(_observations(kind)),
            luck.choice(SOURCES),
            street.name,
            f"{luck.choice(LAST_NAMES)}某",
            f"138{luck.randrange(10**8):08}",
            found.date() + timedelta(days=LIMIT),
            *_done(luck, kind, found),
            luck.choice(REMARKS),
        )


def _done(luck: random.Random, kind: DemoCategory, found: datetime) -> tuple[str | date, ...]:
    """Measures, the day they were done, and the state."""
    drawn = luck.random()
    if drawn > DONE + WAITING:
        return "", "", "整改中"
    done = found.date() + timedelta(days=luck.randint(1, LIMIT + 3))
    state = "已销号" if drawn <= DONE else "已整改待核查"
    return luck.choice(wording()[kind.code].remedies).format(n=2, m=6, v=4), done, state


@cache
def _observations(kind: DemoCategory) -> tuple[str, ...]:
    patterns = wording()[kind.code].observations
    return tuple(one.format(n=n, m=n * 3, v=n * 2) for one in patterns for n in range(1, 9))
