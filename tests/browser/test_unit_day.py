"""A responsible unit's day: its list, a rectification, a request; and the administrator's pages."""

from __future__ import annotations

import pytest

from app.demo.scenes import draw
from tests.browser.screen import Screen


@pytest.fixture
def unit(open_screen, live, shape) -> Screen:
    """A district's administrator, signed in, before its list."""
    screen = open_screen(shape, live.origin)
    screen.sign_in("qu_xinfu")
    screen.open("/unit")
    return screen


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_a_unit_looks_through_its_tabs_and_asks_for_a_deferral(unit):
    page = unit.page
    unit.look("unit-list")
    for tab in ("挂号", "待核查", "待整改"):
        page.locator(".tabs a", has_text=tab).click()
        page.locator(f".tabs a[aria-current]:has-text('{tab}')").wait_for()
    page.get_by_role("link", name="申请挂号").first.click()
    page.wait_for_url("**/moves/request_deferral")
    page.get_by_label("1 季节").check()
    page.get_by_label("挂号说明").fill("冬季不宜补栽，开春后实施")
    page.get_by_label("完成期限").fill("2026-12-31")
    page.get_by_label("临时措施").fill("已设围挡")
    unit.look("unit-request-deferral")
    page.get_by_role("button", name="申请挂号").click()
    page.locator("[data-accepted]", has_text="已申请挂号").wait_for()
    unit.look("problem-requested")
    assert "挂号申请待审批" in page.locator("main").inner_text()


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_a_unit_submits_from_its_list(unit, tmp_path):
    page = unit.page
    picture = tmp_path / "after.jpg"
    picture.write_bytes(draw("rubbish", "after", "unit", (960, 720), take=1))
    page.get_by_role("link", name="提交整改").first.click()
    page.wait_for_url("**/submit#capture")
    if unit.shape == "phone":
        unit.photograph()
    else:
        assert page.locator(".viewfinder").count() == 0  # at a desk the form comes first
        page.locator("input[data-adds=album]").set_input_files(picture)
    page.locator("[data-said]", has_text="已定位").wait_for()
    page.get_by_role("textbox", name="解决方案").fill("已清理完毕")
    page.get_by_role("button", name="提交整改").click()
    page.locator("[data-accepted]", has_text="已提交整改").wait_for()
    assert page.url.endswith("/unit")


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_everybody_finds_problems_by_filter_and_opens_one(unit):
    page = unit.page
    unit.open("/problems")
    unit.look("problems")
    if unit.shape == "phone":
        page.locator(".filters-fold > summary").click()
    page.get_by_label("状态").select_option(label="销号")
    page.wait_for_url("**f.state.is=signed_off**")
    page.locator(".row-target").first.click()
    page.wait_for_url("**/problems/*")
    unit.look("problem-signed-off")
    assert page.locator(".compare-side img").count() >= 2


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_an_administrator_sets_a_rule_looks_at_the_calendar_and_resets_a_password(
    open_screen, live, shape
):
    admin = open_screen(shape, live.origin)
    admin.sign_in("guanli")
    page = admin.page
    admin.open("/settings")
    admin.look("settings")
    page.get_by_label("一般问题整改时限（工作日）").fill("0")
    with admin.watcher.expecting("answer 422"):
        page.get_by_role("button", name="保存设置").click()
        page.locator(".error-summary").wait_for()
    page.get_by_label("一般问题整改时限（工作日）").fill("10")
    page.get_by_role("button", name="保存设置").click()
    page.locator("[data-accepted]", has_text="已保存，改动 1 项").wait_for()

    admin.open("/settings/calendar?year=2027")
    assert "尚未公布" in page.locator(".page-lead").inner_text()
    admin.look("calendar")
    admin.open("/settings/people?q=hecha2")
    page.get_by_role("button", name="重设密码").click()
    page.locator("dialog button[value=yes]").click()
    page.locator("[data-accepted]", has_text="的新密码").wait_for()
    admin.look("people")
    admin.open("/settings/looks")
    admin.look("looks")
