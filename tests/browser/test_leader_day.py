"""A leader's minute: urgent cards, a decision, a stand-in."""

from __future__ import annotations

import pytest

LOGIN, OTHER = "lingdao", "lingdao2"


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_a_leader_decides(live, open_screen, shape):
    screen = open_screen(shape, live.origin)
    page = screen.sign_in(LOGIN)
    screen.open("/urgent")
    screen.look("leader-urgent")
    cards = page.locator(".decision").count()

    with screen.watcher.expecting("answer 422"):
        page.locator(".decision").first.get_by_role("button", name="转一般").click()
        page.locator(".form-error").wait_for()
    screen.look("leader-urgent-refused")
    page.locator(".decision").first.get_by_role("button", name="确认紧急").click()
    page.locator(".flash-success", has_text="确认紧急").wait_for()
    screen.look("leader-urgent-after")
    assert page.locator(".decision").count() == cards - 1


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_a_leader_names_a_stand_in_who_then_decides(live, open_screen, shape):
    screen = open_screen(shape, live.origin)
    page = screen.sign_in(LOGIN)
    screen.open("/urgent")
    page.get_by_role("link", name="委托他人").click()
    person = page.locator("#delegate_id option", has_text="示例分管领导乙").get_attribute("value")
    page.get_by_label("受托人").select_option(person)
    page.get_by_label("从", exact=True).fill("2026-11-18")
    page.get_by_label("到（含当天）").fill("2026-11-20")
    screen.look("leader-delegation")
    page.get_by_role("button", name="登记委托").click()
    page.get_by_text("生效中").wait_for()
    screen.look("leader-delegation-named")

    other = open_screen(shape, live.origin)
    theirs = other.sign_in(OTHER)
    other.open("/urgent")
    other.look("leader-stand-in")
    assert theirs.get_by_text("代 示例分管领导甲 审定").count() >= 1
