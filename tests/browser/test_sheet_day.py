"""A section admin's day with the table: a field by keyboard alone, converted, taken back."""

from __future__ import annotations

import pytest

from tests.browser.screen import Screen


@pytest.fixture
def section(open_screen, live, shape) -> Screen:
    """环卫科's administrator, not signed in yet."""
    return open_screen(shape, live.origin)


@pytest.mark.parametrize("shape", ["desktop"])
def test_a_field_is_added_by_keyboard_converted_and_taken_back(section):
    page = section.sign_in("ke_huanwei")
    section.open("/sheets")
    page.get_by_label("字段名称").focus()
    page.keyboard.type("清运车牌")
    page.keyboard.press("Enter")
    page.locator("[data-accepted]", has_text="已添加“清运车牌”（单行文字）").wait_for()
    assert page.evaluate("document.activeElement.id") == "caption"  # ready for the next one
    page.keyboard.type("冲洗次数")
    for key in ("Tab", "ArrowDown", "ArrowDown", "Tab", "Enter"):  # 单行文字, 多行文字, 数字
        page.keyboard.press(key)
    page.locator("[data-accepted]", has_text="已添加“冲洗次数”（数字）").wait_for()
    section.look("sheet-fields-added")

    page.get_by_role("link", name="垃圾量（立方米）").click()
    page.get_by_role("link", name="转换成别的类型").click()
    page.get_by_role("link", name="勾选").click()
    section.look("field-convert")
    page.get_by_role("button", name="转换为勾选").click()
    page.locator("[data-accepted]", has_text="已转换为勾选").wait_for()
    section.look("field-converted")
    page.get_by_role("button", name="撤回转换").click()
    page.locator("[data-accepted]", has_text="已撤回转换").wait_for()
    assert page.get_by_role("heading", name="类型：数字").is_visible()


@pytest.mark.parametrize("shape", ["phone"])
def test_a_form_is_filled_in_under_the_thumb(section):
    page = section.sign_in("ke_huanwei")
    section.open("/sheets")
    section.look("sheet-columns")
    page.get_by_role("link", name="手机表单").click()
    section.look("sheet-form-list")
    page.get_by_role("link", name="从第一条开始填").click()
    left = page.locator(".phone-form > p").inner_text()
    page.get_by_label("垃圾量（立方米）").fill("2.5")
    section.look("sheet-form")
    page.get_by_role("button", name="保存，下一条").click()
    page.locator("[data-accepted]", has_text="已保存").wait_for()
    assert page.locator(".phone-form > p").inner_text() != left
