"""A section's day with its ledgers: dropped, corrected, decided on, written, found, taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.jobs.worker import work_once, workshop
from tests.sheets.workbooks import LEDGERS, written

NAMES = ("01_环境卫生管理科_环境卫生问题整改台账.xlsx", "06_环境卫生部_巡查上报导出.csv")
HEAD = [
    *("序号", "区", "街道", "具体点位", "问题类型", "存在问题"),
    *("发现时间", "整改时限", "整改情况", "备注"),
]


def a_ledger(month: int) -> bytes:
    """A ledger of a few rows, where the city's own are not there."""

    def fill(_book, sheet):
        sheet.write_row(0, 0, ["环境卫生问题整改台账"])
        sheet.write_row(1, 0, HEAD)
        for at in range(1, 9):
            said = "新抚区 站前街", f"中央大街{month}{at}号", "垃圾满溢 垃圾散落在人行道上"
            days = f"2026年{month}月{at}日", f"2026.{month}.{at + 9}", "待整改 重点"
            row = [at, *" ".join([*said, *days]).split()]
            sheet.write_row(at + 1, 0, row)

    return written(fill)


@pytest.fixture
def ledgers(tmp_path: Path) -> list[Path]:
    """Two ledgers: the city's own, or small ones of the same kind."""
    theirs = [LEDGERS / name for name in NAMES]
    if all(path.is_file() for path in theirs):
        return theirs
    made = [tmp_path / f"环境卫生台账{month}月.xlsx" for month in (3, 4)]
    for month, path in zip((3, 4), made, strict=True):
        path.write_bytes(a_ledger(month))
    return made


@pytest.fixture
def work(live):
    """A worker that does all that waits, and no more."""

    def run() -> None:
        while work_once(workshop(live.app)):
            pass

    return run


def test_two_ledgers_are_read_corrected_written_found_and_taken_back(desktop, phone, ledgers, work):
    page = desktop.sign_in("ke_huanwei")
    desktop.open("/imports")
    page.locator("#files").set_input_files(ledgers)
    page.get_by_role("button", name="开始读取").click()
    page.wait_for_url("**/imports/*")
    here = "/".join(page.url.removeprefix(desktop.origin).split("/")[:3])
    work()
    page.get_by_role("link", name="看列").first.wait_for()

    desktop.open(f"{here}/columns")
    page.get_by_label("列“备注”导入为").select_option(label="新字段（单行文字）")
    page.get_by_role("button", name="改好了，重新读取").click()
    work()

    desktop.open(f"{here}/values")
    page.locator(".doubt").first.get_by_role("button", name="一起改").click()
    page.locator("[data-accepted]", has_text="格都已改好").wait_for()

    desktop.open(f"{here}/diff?tab=new")
    desktop.look("import-diff")
    page.locator("input[name='row']").first.check()
    page.get_by_role("button", name="不导入").click()
    page.locator("[data-accepted]", has_text="1 行不导入").wait_for()
    by_thumb(phone, here)

    write_and_take_back(desktop, work)


def write_and_take_back(desktop, work) -> None:
    """What was decided is written, one of its problems opened, and all of it undone."""
    page = desktop.page
    page.get_by_role("link", name="写入…").click()
    page.locator("form[action$='/apply'] button").click()
    page.wait_for_url("**/result")
    work()
    page.locator("tbody a").first.wait_for()
    desktop.look("import-result")
    page.locator("tbody a").first.click()
    page.get_by_text("由台账导入").wait_for()
    page.get_by_text("文件里的原文").click()
    page.locator(".timeline dl").wait_for()
    page.locator(".timeline a", has_text="行").click()

    page.get_by_role("link", name="撤销这次导入…").click()
    desktop.look("import-undo")
    page.get_by_role("button", name="撤销导入").click()
    page.wait_for_url("**/result")
    work()
    page.get_by_text("已撤销", exact=True).wait_for()


def by_thumb(phone, here: str) -> None:
    """The same pages on a phone, outdoors."""
    phone.sign_in("ke_huanwei")
    for name in ("values", "twins", "apply"):
        phone.open(f"{here}/{name}")
        phone.look(f"import-{name}")
