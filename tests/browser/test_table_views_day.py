"""Views of a sheet: built by keyboard, saved, shared, opened by a colleague; each on a phone."""

from __future__ import annotations

import pytest


def build(page, field, operator, value):
    """One more condition, by keyboard alone from the button that adds it."""
    row = page.locator(".tool-filter [data-condition]").last
    row.locator(".condition-field").focus()
    row.locator(".condition-field").select_option(field)
    row = page.locator(".tool-filter [data-condition]").last
    row.locator(".condition-operator").wait_for()
    row.locator(".condition-operator").select_option(operator)
    row.locator(".condition-value").fill(value) if value else None


@pytest.fixture
def section(desktop):
    """A section's administrator before the cards of everybody's sheet."""
    desktop.sign_in("ke_huanwei")
    desktop.open("/table/1?as=cards")
    return desktop


def test_a_view_is_built_by_keyboard_saved_shared_and_opened(section, open_screen, live):
    page = section.page
    page.locator(".tool-filter > summary").focus()
    page.keyboard.press("Enter")
    build(page, "due_at", "due_within_workdays", "5")
    page.locator(".tool-filter [data-add]").press("Enter")
    page.locator(".tool-filter [data-condition]").nth(1).wait_for()
    build(page, "signed_off_at", "empty", "")
    section.look("views-filter")
    page.get_by_role("button", name="应用筛选").press("Enter")
    page.wait_for_url("**/table/1?f.*")
    assert "整改时限 5 个工作日内到期，且 销号时间 为空" in page.locator("main").inner_text()
    shown = page.locator(".card-title").count()
    assert shown

    page.locator(".tool-views > summary").press("Enter")
    page.get_by_label("把现在的样子存为视图").fill("快到期的")
    page.get_by_label("把现在的样子存为视图").press("Enter")
    page.locator("[data-accepted]", has_text="已保存为视图“快到期的”").wait_for()
    address = page.url
    section.open("/table/1/views")
    page.locator(".view-line", has_text="快到期的").get_by_role("button", name="共享").press(
        "Enter"
    )
    page.locator("[data-accepted]", has_text="已共享").wait_for()
    section.look("views-manage")

    colleague = open_screen("phone", live.origin)
    colleague.sign_in("zhanqian1")
    colleague.open(address)
    said = colleague.page.locator("main").inner_text()
    assert "整改时限 5 个工作日内到期" in said
    assert colleague.page.locator(".card-title").count() != shown
    colleague.look("views-colleague")


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_each_kind_is_calm_and_whole(open_screen, live, shape):
    screen = open_screen(shape, live.origin)
    screen.sign_in("ke_huanwei")
    for kind in ("board", "gallery", "map", "calendar"):
        screen.open(f"/table/1?as={kind}")
        if kind == "map":
            screen.page.locator(".map .map-mark").first.wait_for()
        screen.look(f"views-{kind}")


def test_columns_move_at_once_and_a_mark_opens_its_card(desktop):
    desktop.sign_in("taizhang")
    page = desktop.open("/table/1?as=map&f.state.is=deferred")
    mark = page.locator(".map-mark.mark-paused").first
    mark.focus()
    mark.press("Enter")
    page.locator(".map-card a").wait_for()
    desktop.open("/table/1?as=cards&edit=columns")
    first = page.locator(".column-list li").first
    words = first.inner_text()
    first.get_by_role("button", name="向后移").click()
    assert page.locator(".column-list li").nth(1).inner_text() == words
    page.locator(".tool-columns").get_by_role("button", name="应用").click()
    page.wait_for_url("**cols=state*")
