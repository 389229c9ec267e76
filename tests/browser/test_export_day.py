"""A large export in a browser: started, left, found again, done while one looks on, downloaded."""

from __future__ import annotations

import openpyxl
from playwright.sync_api import expect

from app.jobs.worker import work_once, workshop
from app.services.tables import export
from tests.browser.screen import Screen
from tests.live import LiveServer


def test_a_large_export_may_be_left_and_is_found_again(
    desktop: Screen, live: LiveServer, monkeypatch, tmp_path
):
    monkeypatch.setattr(export, "DIRECT_CELLS", 0)
    desktop.sign_in("ke_shirong")
    page = desktop.open("/table?f.state.is=listed&cols=number,state,address")
    page.get_by_role("button", name="导出 Excel").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("我的导出")
    expect(page.get_by_role("button", name="停止")).to_be_visible()
    expect(page.locator("[data-behaviour=poll]")).to_contain_text("可以离开本页")
    desktop.axe()

    page.get_by_role("link", name="返回表格").click()
    expect(page.get_by_role("button", name="导出 Excel")).to_be_visible()
    page = desktop.open("/table/exports")
    expect(page.get_by_text("排队中")).to_be_visible()
    while work_once(workshop(live.app)):
        pass
    link = page.get_by_role("link", name="下载")
    expect(link).to_be_visible()  # without a hand of ours
    expect(page.get_by_role("button", name="停止")).to_have_count(0)
    desktop.axe()

    with page.expect_download() as coming:
        link.click()
    path = tmp_path / coming.value.suggested_filename
    coming.value.save_as(path)
    (sheet, *_) = openpyxl.load_workbook(path).worksheets
    # the section calls the address so
    assert [cell.value for cell in sheet[3]] == ["问题编号", "状态", "占道位置"]
    assert sheet.max_row > 3
