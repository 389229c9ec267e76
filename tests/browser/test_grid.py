"""The grid in a browser: typed, pasted, undone, fought over, jumped through, without a mouse."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Opener
from tests.browser.screen import Screen
from tests.live import LiveServer

SECTION, SHOP = "ke_shirong", "商户名称"  # who has a text field of its own, and the field
MANY = 1_000_000


def open_table(screen: Screen, login: str = SECTION, query: str = "") -> Page:
    """Somebody's own sheet as a grid, its rows counted and the keyboard in it."""
    screen.sign_in(login)
    page = screen.open(f"/table{query}")
    expect(page.locator(".slick-row").first).to_be_visible()
    expect(page.locator(".grid-count")).to_contain_text("共")
    return page


def to_shops(page: Page, row: int) -> None:
    """With the keys alone to the cell 商户名称 of a row."""
    page.keyboard.press("Control+Home")
    for _ in range(column(page) - 1):
        page.keyboard.press("ArrowRight")
    for _ in range(row - 1):
        page.keyboard.press("ArrowDown")
    expect(place(page)).to_contain_text(f"第 {row} 行，{SHOP}")


def column(page: Page) -> int:
    """Which column of the grid 商户名称 is; the first is 1."""
    facts = json.loads(page.locator("#grid").get_attribute("data-grid") or "")
    return [each["name"] for each in facts["columns"]].index(SHOP) + 1


def place(page: Page):
    """Where the cursor is, as a screen reader hears it."""
    return page.locator(".grid-status .visually-hidden[aria-live]")


def said(page: Page):
    """What the grid last said."""
    return page.locator(".grid-said")


def shop(page: Page, row: int):
    """The cell 商户名称 of a row that is on the screen."""
    return page.locator(f".slick-row[aria-rowindex='{row + 1}'] .slick-cell.l{column(page)}")


def test_chinese_typed_on_a_cell_that_is_not_open_begins_its_text(desktop):
    page = open_table(desktop)
    to_shops(page, 2)
    keys = page.context.new_cdp_session(page)

    keys.send("Input.imeSetComposition", {"text": "yan", "selectionStart": 3, "selectionEnd": 3})
    expect(page.locator(".grid-keeper.is-open")).to_have_value("yan")
    keys.send("Input.insertText", {"text": "烟酒店"})
    page.keyboard.press("Enter")

    expect(shop(page, 2)).to_have_text("烟酒店")
    expect(shop(page, 2)).not_to_have_class(re.compile("is-saving"))
    page.reload()
    expect(page.locator(".grid-count")).to_contain_text("共")
    to_shops(page, 2)
    expect(shop(page, 2)).to_have_text("烟酒店")


def test_cells_from_a_spreadsheet_are_pasted_taken_back_and_done_again(desktop):
    page = open_table(desktop)
    to_shops(page, 3)
    page.evaluate("""navigator.clipboard.writeText('甲店\\n"乙\\n店"\\n丙""店')""")

    page.keyboard.press("Control+v")
    expect(said(page)).to_contain_text("已改 3 格")
    expect(shop(page, 4)).to_contain_text("乙 店")
    page.keyboard.press("Control+z")
    expect(said(page)).to_contain_text("已撤销")
    expect(shop(page, 4)).to_have_text("")
    page.keyboard.press("Control+y")
    expect(said(page)).to_contain_text("已重做")
    expect(shop(page, 3)).to_have_text("甲店")

    page.keyboard.press("Control+c")
    expect(said(page)).to_contain_text("已复制 3 格")
    assert page.evaluate("navigator.clipboard.readText()").startswith("甲店\n乙 店\n")


def test_what_the_workflow_fills_in_says_so_and_stays(desktop):
    page = open_table(desktop)
    page.keyboard.press("Control+Home")
    before = page.locator(".slick-cell.active").inner_text()
    page.keyboard.type("x")

    expect(said(page)).to_contain_text("由流程自动填写")
    assert page.locator(".slick-cell.active").inner_text() == before


def test_two_people_at_one_cell_see_both_values_and_lose_no_word(
    open_screen: Opener, live: LiveServer
):
    first, second = (open_screen("desktop", live.origin) for _ in range(2))
    one, other = open_table(first), open_table(second)
    to_shops(one, 5)
    to_shops(other, 5)
    other.keyboard.type("正在写的")
    one.keyboard.type("先存的")
    one.keyboard.press("Enter")

    expect(other.locator(".grid-note")).to_contain_text("先存的")
    expect(other.locator(".grid-note")).to_contain_text("已被 市容科示例管理员 改为")
    expect(other.locator(".grid-keeper")).to_have_value("正在写的")
    with second.watcher.expecting("answer 409"):
        other.keyboard.press("Enter")
        expect(other.get_by_role("dialog")).to_contain_text("刚被 市容科示例管理员 改过")
        expect(other.get_by_role("dialog")).to_contain_text("先存的")
    expect(other.get_by_role("dialog")).to_contain_text("正在写的")
    other.get_by_role("button", name="用我的").click()

    expect(shop(other, 5)).to_have_text("正在写的")
    expect(shop(one, 5)).to_have_text("正在写的")


def test_everything_is_reached_without_a_mouse(desktop):
    page = open_table(desktop)
    page.keyboard.press("Space")
    expect(page.locator(".grid-panel .row-facts")).to_be_visible()
    desktop.look("grid-with-a-row")
    page.keyboard.press("Escape")
    expect(page.locator(".grid-panel")).to_be_hidden()

    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[aria-sort=descending]")).to_have_text("问题编号")
    assert "sort=-number" in page.url

    page.keyboard.press("Shift+Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    expect(page.locator(".grid-chosen")).to_contain_text("已选 2 行")
    page.keyboard.press("Escape")
    expect(page.locator(".grid-jump")).to_be_focused()
    page.keyboard.type("7")
    page.keyboard.press("Enter")
    expect(place(page)).to_contain_text("第 7 行")
    desktop.look("grid")
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("heading", name="批量办理 2 条")).to_be_visible()


def test_what_was_written_without_a_network_is_stored_when_it_is_back(desktop):
    page = open_table(desktop)
    to_shops(page, 6)
    page.context.set_offline(True)
    with desktop.watcher.expecting("request failed"):
        page.keyboard.type("断网时写的")
        page.keyboard.press("Enter")
        expect(said(page)).to_contain_text("未保存：网络不通")
    expect(shop(page, 6)).to_have_class(re.compile("is-unsaved"))

    page.context.set_offline(False)
    expect(said(page)).to_contain_text("刚才的修改已保存")
    expect(shop(page, 6)).not_to_have_class(re.compile("is-unsaved"))


def test_a_tick_turns_and_several_choices_are_taken_with_the_space_bar(desktop):
    page = open_table(desktop)
    to_shops(page, 3)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.locator(".slick-cell.active")).to_have_text("✓")

    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.locator(".grid-picker").wait_for()
    for key in ("ArrowDown", "Space", "ArrowDown", "Space", "Enter"):
        page.keyboard.press(key)
    page.keyboard.press("ArrowUp")
    expect(page.locator(".slick-cell.active .grid-tag")).to_have_text(["固定商户", "流动商贩"])


@pytest.fixture
def endless(desktop):
    """The table with a million rows behind it: row n says n."""

    def rows(route: Route) -> None:
        query = parse_qs(urlsplit(route.request.url).query)
        start = int(query.get("after", ["0"])[0]) + int(query.get("skip", ["0"])[0])
        stop = min(MANY, start + int(query["limit"][0]))
        width = len(query["cols"][0].split(","))
        lines = [[at + 1, 1, "", {}, *[str(at + 1)] * width] for at in range(start, stop)]
        route.fulfill(json={"rows": lines, "next": str(stop) if stop < MANY else None})

    def anchors(route: Route) -> None:
        cursors = [None, *(str(at) for at in range(1000, MANY, 1000))]
        route.fulfill(json={"total": MANY, "every": 1000, "cursors": cursors})

    desktop.page.route("**/rows.json*", rows)
    desktop.page.route("**/anchors.json*", anchors)
    return open_table(desktop)


def test_a_million_rows_are_jumped_through_to_the_very_row(endless):
    expect(endless.locator(".grid-count")).to_have_text("共 1,000,000 行")
    for row in (900_000, 123_457, 1_000_000, 1):
        endless.locator(".grid-jump").fill(str(row))
        endless.locator(".grid-jump").press("Enter")
        expect(endless.locator(".slick-cell.active")).to_have_text(str(row))
        top = endless.locator(".slick-cell.active").bounding_box()
        frame = endless.locator(".grid-range:not([hidden])").bounding_box()
        assert top is not None
        assert frame is not None
        assert abs(top["y"] - frame["y"]) <= 2


def test_a_phone_gets_cards_and_no_grid(phone):
    phone.sign_in("lingdao")
    page = phone.open("/table")

    expect(page.locator(".slick-row")).to_have_count(0)
    expect(page.locator(".card .card-photo").first).to_be_visible()
    expect(page.locator(".card .clock").first).to_be_visible()
    phone.look("table-cards")
