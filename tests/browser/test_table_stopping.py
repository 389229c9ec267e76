"""Rows that take long, in a browser: told of, stopped where they are read, and tried again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from app.services.tables import kinds, rows
from tests.browser.screen import Screen
from tests.web.test_table_stopping import endless

LOGIN = "ke_shirong"
STOPPED = "已停止。可以改筛选条件，或再试一次。"
READING = "这个筛选要读全部数据，正在读取…"


@pytest.fixture
def slowly(monkeypatch) -> Callable[[bool], None]:
    """Whether rows take for ever, of whatever kind."""
    is_slow = {"now": True}
    monkeypatch.setattr("app.web.patience.AT_FIRST", 0.1)
    for module, name in ((rows, "fetch"), (kinds, "group_summaries")):
        monkeypatch.setattr(module, name, either(getattr(module, name), is_slow))
    return lambda now: is_slow.update(now=now)


def either(real: Callable[..., Any], is_slow: dict[str, bool]) -> Callable[..., Any]:
    def read(connection: Any, *rest: Any, **more: Any) -> Any:
        return (endless if is_slow["now"] else real)(connection, *rest, **more)

    return read


def nothing_runs(page: Page, folder: Path) -> None:
    """The server has let go of every reading."""
    for _ in range(40):
        if not list(folder.iterdir()):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"still running: {[each.name for each in folder.iterdir()]}")


def test_rows_that_take_long_are_told_of_stopped_with_the_keyboard_and_tried_again(
    desktop: Screen, slowly, instance_folder: Path
):
    desktop.sign_in(LOGIN)
    page = desktop.open("/table?f.address.contains=路")
    expect(page.locator(".grid-said")).to_have_text(READING)
    halt = page.get_by_role("button", name="停止读取")
    expect(halt).to_be_visible()
    desktop.axe()

    halt.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".grid-said")).to_have_text(STOPPED)
    nothing_runs(page, instance_folder / "runs")

    slowly(False)
    expect(page.get_by_role("button", name="再试一次")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".slick-row").first).to_be_visible()
    expect(page.locator(".grid-said")).to_have_text("")


def test_a_board_shows_its_frame_and_fills_it_or_is_stopped(
    phone: Screen, slowly, instance_folder: Path
):
    phone.sign_in(LOGIN)
    page = phone.open("/table?as=board&f.address.contains=路")
    part = page.locator("#part-kind")
    expect(part.get_by_role("status")).to_have_text(READING)
    expect(page.locator(".toolbar")).to_be_visible()
    phone.no_horizontal_scroll()

    part.get_by_role("button", name="停止").press("Enter")
    expect(part.get_by_role("status")).to_have_text(STOPPED)
    expect(part.get_by_role("link", name="改筛选")).to_be_visible()
    phone.axe()
    nothing_runs(page, instance_folder / "runs")

    slowly(False)
    part.get_by_role("link", name="再试").press("Enter")
    expect(page.locator(".board-column").first).to_be_visible()
