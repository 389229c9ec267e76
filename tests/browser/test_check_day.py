"""A checker's day: before and after in three ways, a verdict, the next."""

from __future__ import annotations

import pytest

from tests.browser.screen import Screen


@pytest.fixture
def checker(open_screen, live, shape) -> Screen:
    """The checker, signed in, before the first problem of his queue."""
    screen = open_screen(shape, live.origin)
    screen.sign_in("hecha")
    screen.open("/check")
    screen.look("check-queue")
    screen.page.locator(".row-target").first.click()
    screen.page.wait_for_url("**/check/*")
    return screen


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_a_checker_compares_passes_and_sends_back(checker):
    page = checker.page
    first = page.url
    stage = page.locator(".compare").first
    for way in ("滑块", "切换", "并排"):
        page.get_by_role("button", name=way).first.click()
        assert stage.get_attribute("data-mode") in {"slider", "swap", "side"}
    checker.look("check-show")

    page.get_by_role("button", name="核查通过").click()
    page.locator("[data-accepted]", has_text="已核查通过").wait_for()
    assert page.url != first

    page.locator("summary", has_text="退件").click()
    with checker.watcher.expecting("answer 422"):
        page.get_by_label("退件说明").fill("墙角还有一堆没有清走")
        page.get_by_role("button", name="退件").click()
        page.locator(".error-summary").wait_for()
    assert page.get_by_label("退件说明").input_value() == "墙角还有一堆没有清走"
    page.get_by_label("2 整改不彻底").check()
    checker.look("check-send-back")
    page.get_by_role("button", name="退件").click()
    page.locator("[data-accepted]", has_text="已退件").wait_for()


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_two_checkers_at_one_problem_the_second_hears_of_the_first(
    checker, open_screen, live, shape
):
    page = checker.page
    other = open_screen(shape, live.origin)
    other.sign_in("hecha2")
    other.open(page.url.removeprefix(live.origin))
    other.page.get_by_role("button", name="核查通过").click()
    other.page.locator("[data-accepted]").wait_for()

    with checker.watcher.expecting("answer 409"):
        page.get_by_label("核查意见").fill("已到现场看过")
        page.get_by_role("button", name="核查通过").click()
        page.locator(".error-summary").wait_for()
    checker.look("check-overtaken")
    assert "示例核查员乙" in page.locator(".error-summary").inner_text()
    assert page.get_by_label("核查意见").input_value() == "已到现场看过"
    page.get_by_role("link", name="查看最新情况").click()
    page.wait_for_url("**/problems/*")
    checker.look("problem-pre-signed-off")


@pytest.mark.parametrize("shape", ["desktop", "phone"])
def test_the_problem_page_leads_to_the_desk(checker):
    page = checker.page
    page.get_by_role("link", name="问题页").click()
    page.wait_for_url("**/problems/*")
    checker.look("problem-submitted")
    page.locator(".moves a", has_text="退件").click()
    page.wait_for_url("**/check/*")
    assert page.get_by_label("退件说明").is_visible()
