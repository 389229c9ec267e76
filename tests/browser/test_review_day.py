"""A reviewer's morning: through the pool, one report after another."""

from __future__ import annotations

import pytest

from tests.browser.screen import Screen


@pytest.fixture
def reviewer(open_screen, live, shape) -> Screen:
    """The reviewer, signed in, before the pool."""
    screen = open_screen(shape, live.origin)
    screen.sign_in("shenhe")
    screen.open("/review")
    return screen


def waiting(screen: Screen) -> int:
    """How many stand in the pool, as the walk through it says."""
    return int(screen.page.locator(".walk").inner_text().partition("共")[2].split("件")[0])


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_a_reviewer_dispatches_returns_and_voids_in_a_row(reviewer):
    page = reviewer.page
    reviewer.look("review-pool")
    page.locator(".row-target").first.click()
    page.wait_for_url("**/review/*")
    reviewer.look("review-show")
    count = waiting(reviewer)

    page.get_by_role("button", name="下发").click()
    page.locator("[data-accepted]").wait_for()
    said = page.locator("[data-accepted]").inner_text()
    assert "已下发，编号 FS-" in said
    assert "整改时限到 11月27日" in said
    assert waiting(reviewer) == count - 1

    page.locator("summary", has_text="退回补正").click()
    page.get_by_label("补正要求").fill("请补拍一张远景照片")
    reviewer.look("review-return")
    page.get_by_role("button", name="退回补正").click()
    page.locator("[data-accepted]", has_text="已退回补正").wait_for()

    page.locator("summary", has_text="作废").click()
    page.get_by_label("测试数据").check()
    with reviewer.watcher.expecting("answer 422"):
        page.get_by_role("button", name="作废").click()
        page.locator(".error-summary").wait_for()
    reviewer.look("review-void-refused")
    assert page.get_by_label("测试数据").is_checked()
    page.get_by_label("作废说明").fill("演示时误报")
    page.get_by_role("button", name="作废").click()
    page.locator("[data-accepted]", has_text="已作废").wait_for()
    assert waiting(reviewer) == count - 3


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_an_urgent_request_goes_to_the_leader_and_the_section_follows_the_kind(reviewer):
    page = reviewer.page
    reviewer.open("/review?f.priority.is=urgent")
    page.locator(".row-target").first.click()
    page.wait_for_url("**/review/*")
    assert "紧急申请" in page.locator(".problem-line").inner_text()
    lead = page.get_by_label("牵头科室").locator("option:checked")
    before = lead.inner_text()
    page.get_by_label("问题类别").select_option(label="行道树枯死倒伏")
    assert lead.inner_text() != before
    assert lead.inner_text().startswith("按类别：园林")
    reviewer.look("review-urgent")
    page.get_by_role("button", name="呈报领导").click()
    page.locator("[data-accepted]", has_text="已呈报领导").wait_for()


@pytest.mark.parametrize("shape", ["desktop"])
def test_the_desk_works_without_a_script(live, chromium, shape):
    context = chromium.new_context(base_url=live.origin, java_script_enabled=False)
    page = context.new_page()
    page.goto("/login")
    page.locator("input[autocomplete=username]").fill("shenhe")
    page.locator("input[autocomplete=current-password]").fill("Xiaohao-Shili-2026")
    page.locator("form[method=post] button[type=submit]").first.click()
    page.goto("/review")
    page.locator(".row-target").first.click()
    page.locator("summary", has_text="退回补正").click()
    page.get_by_label("补正要求").fill("请补拍一张远景照片")
    page.get_by_role("button", name="退回补正").click()
    assert "已退回补正" in page.locator(".flashes").inner_text()
    context.close()
