"""A phone's day without network: nothing is lost, nothing arrives twice, nobody reads another's."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import delete, select

from app.demo.people import DEMO_PASSWORD
from app.demo.scenes import draw
from app.models import LoginSession, Photo, Problem
from tests.browser.conftest import FLAGS
from tests.browser.find_browser import find_browser
from tests.browser.screen import FUSHUN, PERMISSIONS, SHAPES, Screen
from tests.chaos.memory import memory_of

LOGIN, OTHER = "zhanqian1", "fumin1"
PATIENCE = 30_000  # milliseconds
KEPT = """
async (wanted) => {
  for (const name of await caches.keys()) {
    if (!name.startsWith("pages-")) continue;
    const keys = await (await caches.open(name)).keys();
    if (wanted.every((path) => keys.some((key) => new URL(key.url).pathname === path))) return true;
  }
  return false;
}
"""
CACHES = "() => caches.keys()"
# A person is quicker than the page's scripts, which run after this.
EARLY = """
document.addEventListener("readystatechange", () => {
  const place = document.querySelector("input[name=address]");
  if (document.readyState === "interactive" && place) place.value = "河东路 7 号门前";
});
"""
# What the service worker sends by itself does not pass the test's hands.
NO_SYNC = "delete ServiceWorkerRegistration.prototype.sync"


class Phone:
    """A browser with a memory: it can be closed, and opened again with all that it kept."""

    def __init__(self, browser, origin: str, folder: Path) -> None:
        self._type, self.origin, self._folder = browser.browser_type, origin, folder
        self.wrong: list[str] = []
        self.open()

    def open(self, *, offline: bool = False) -> None:
        self.context: BrowserContext = self._type.launch_persistent_context(
            self._folder, executable_path=find_browser(), args=FLAGS, base_url=self.origin,
            locale="zh-CN", timezone_id="Asia/Shanghai", geolocation=FUSHUN,
            permissions=PERMISSIONS, **SHAPES["phone"],
        )  # fmt: skip
        self.context.set_default_timeout(PATIENCE)
        self.context.on("weberror", lambda error: self.wrong.append(str(error.error)))
        self.context.set_offline(offline)
        self.page: Page = self.context.pages[0]

    def close(self) -> None:
        self.context.close()
        assert self.wrong == []

    def sign_in(self, login: str = LOGIN) -> None:
        """At the form that stands there, or at the door."""
        if "/login" not in self.page.url:
            self.page.goto("/login")
        self.page.locator("input[autocomplete=username]").fill(login)
        self.page.locator("input[autocomplete=current-password]").fill(DEMO_PASSWORD)
        self.page.locator("main form button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: "/login" not in url)

    def keeps(self, *paths: str) -> None:
        """Wait until these pages can be read without network."""
        self.page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        for _ in range(100):
            if self.page.evaluate(KEPT, paths):
                return
            self.page.wait_for_timeout(200)
        raise AssertionError(f"never kept: {paths}")

    def stores(self, address: str, *, still: bool = True) -> None:
        """Wait until a report of this address lies in the phone's own database, or no longer."""
        for _ in range(100):
            if any(one.address == address for one in memory_of(self.page)) == still:
                return
            self.page.wait_for_timeout(200)
        raise AssertionError(f"never stored: {address}" if still else f"still stored: {address}")

    def arrived(self, words: str) -> None:
        """Wait for the page that a report leads to, or for its place among what was sent."""
        led_on = self.page.get_by_role("heading", name="已上报")
        led_on.or_(self.item("sent", words)).first.wait_for()

    def item(self, name: str, words: str):
        """A record of one of the three lists."""
        lists = self.page.locator(f"section:has(#{name}-title)")
        return lists.locator(".outbox-item", has_text=words)


@pytest.fixture
def phone(chromium, live, tmp_path) -> Iterator[Phone]:
    phone = Phone(chromium, live.origin, tmp_path / "profile")
    yield phone
    phone.close()


def pictures(folder: Path, *takes: int) -> list[Path]:
    paths = [folder / f"rubbish-{take}.jpg" for take in takes]
    for path, take in zip(paths, takes, strict=True):
        path.write_bytes(draw("rubbish", "before", "browser", (960, 720), take=take))
    return paths


def fill_in(page: Page, photos: list[Path], address: str) -> None:
    page.locator("input[data-adds=album]").set_input_files(photos)
    page.locator("[data-count]", has_text=f"照片 {len(photos)}/9").wait_for()
    page.locator("[data-said]", has_text="已定位").wait_for()
    page.get_by_label("搜索类别").fill("bllj")
    page.get_by_role("radio", name="暴露垃圾").check()
    page.get_by_label("问题描述").fill("路口东侧堆放生活垃圾，约 2 平方米")
    page.get_by_label("具体点位").fill(address)


def send(page: Page) -> None:
    page.get_by_role("button", name="上报", exact=True).click()


def reported(live, address: str) -> list[list[str]]:
    """The hashes of each problem reported at this address."""
    with live.app.extensions["database"].reading() as session:
        ids = session.scalars(select(Problem.id).where(Problem.address == address)).all()
        hashes = [
            session.scalars(select(Photo.sha256).where(Photo.problem_id == each)).all()
            for each in ids
        ]
        return [sorted(each) for each in hashes]


def hashes(photos: list[Path]) -> list[str]:
    return sorted(hashlib.sha256(path.read_bytes()).hexdigest() for path in photos)


def test_a_report_made_without_network_outlives_the_browser_and_arrives_once(phone, live, tmp_path):
    address, photos = "中央大街 12 号门前", pictures(tmp_path, 1, 2, 3)
    phone.sign_in()
    phone.page.goto("/today")
    phone.keeps("/today", "/report", "/outbox")
    phone.context.set_offline(True)

    phone.page.goto("/today")
    assert "离线，显示的是" in phone.page.locator("main").inner_text()
    assert phone.page.locator(".card").count() > 0
    phone.page.goto("/report")
    send(phone.page)
    reminder = phone.page.locator(".error-summary")
    assert "还没有照片，离开现场就补不了了" in reminder.inner_text()
    fill_in(phone.page, photos, address)
    send(phone.page)
    phone.item("waiting", address).wait_for()
    assert phone.item("waiting", address).get_by_text("在手机上，未传").count() == len(photos)
    phone.page.goto("/mine")
    phone.page.get_by_text("3 张照片未传，有网络后自动发送").wait_for()
    phone.close()

    phone.open(offline=True)  # the battery was dead; the session's cookie went with the browser
    phone.page.goto("/outbox")
    phone.item("waiting", address).wait_for()
    assert reported(live, address) == []
    phone.context.set_offline(False)
    phone.page.get_by_role("link", name="请登录后继续发送").click()
    phone.sign_in()
    phone.item("sent", address).wait_for()
    assert "3 张照片服务器都已核对" in phone.item("sent", address).inner_text()
    phone.page.get_by_role("link", name="查看").click()
    phone.page.get_by_role("heading", name="已上报").wait_for()

    assert reported(live, address) == [hashes(photos)]


def test_a_line_that_leads_nowhere_still_says_what_is_missing_on_the_spot(phone, tmp_path):
    phone.context.add_init_script(NO_SYNC)
    phone.sign_in()
    phone.page.goto("/report")
    fill_in(phone.page, pictures(tmp_path, 9), "东三路 2 号门前")
    phone.page.get_by_label("问题描述").fill("")
    for dead in ("**/phone/*", "**/uploads?*"):  # the phone believes in its line
        phone.context.route(dead, lambda route: route.abort())
    send(phone.page)

    reminder = phone.page.locator(".error-summary")
    reminder.get_by_text("现在联系不上服务器").wait_for()
    assert "问题描述：还没有填写" in reminder.inner_text()
    phone.page.get_by_label("问题描述").fill("人行道上堆放建筑垃圾")
    send(phone.page)
    phone.item("waiting", "东三路 2 号门前").get_by_text("网络不稳，稍后自动再试").wait_for()
    said = phone.page.locator(".outbox-now")
    expect(said).to_have_text("1 张照片未传，网络不稳，稍后自动再试")


def test_an_answer_that_gets_lost_doubles_nothing(phone, live, tmp_path):
    address, photos = "新华街 3 号门前", pictures(tmp_path, 4)
    lost: list[str] = []

    def lose_first(route):
        answer = route.fetch()
        if lost or answer.status != 200:
            route.fulfill(response=answer)
            return
        lost.append(route.request.url)
        route.abort()

    phone.sign_in()
    phone.context.route("**/phone/reports", lose_first)
    phone.page.goto("/report")
    fill_in(phone.page, photos, address)
    send(phone.page)
    phone.arrived(address)

    assert lost
    assert reported(live, address) == [hashes(photos)]


def test_a_session_that_ended_loses_nothing(phone, live, tmp_path):
    address, photos = "站前街 8 号门前", pictures(tmp_path, 5)
    phone.sign_in()
    phone.page.goto("/report")
    fill_in(phone.page, photos, address)
    with live.app.extensions["database"].writing() as session:
        session.execute(delete(LoginSession))
    send(phone.page)
    phone.page.wait_for_url(lambda url: "/outbox" in url)
    phone.sign_in()
    phone.arrived(address)

    assert reported(live, address) == [hashes(photos)]


def test_what_the_server_refuses_comes_back_to_the_form_with_everything(phone, live, tmp_path):
    address, photos = "北站路 1 号门前", pictures(tmp_path, 6)
    phone.sign_in()
    phone.page.goto("/report")
    fill_in(phone.page, photos, address)
    phone.page.get_by_label("问题描述").fill("垃圾")
    send(phone.page)
    phone.page.locator(".error-summary", has_text="至少").or_(
        phone.page.get_by_role("link", name="修改后再发送")
    ).wait_for()
    phone.page.goto("/outbox")
    phone.item("waiting", address).get_by_role("link", name="修改后再发送").click()

    phone.page.locator(".error-summary", has_text="问题描述").wait_for()
    assert phone.page.locator("#photos li img").count() == 1
    assert phone.page.get_by_label("具体点位").input_value() == address
    assert phone.page.get_by_role("radio", name="暴露垃圾").is_checked()
    phone.page.get_by_label("问题描述").fill("路口东侧堆放生活垃圾")
    send(phone.page)
    phone.arrived(address)
    assert reported(live, address) == [hashes(photos)]


def test_a_draft_stays_until_somebody_deletes_it_knowing_what_is_lost(phone, tmp_path):
    phone.sign_in()
    phone.page.goto("/report")
    fill_in(phone.page, pictures(tmp_path, 7), "河东路 5 号门前")
    phone.stores("河东路 5 号门前")
    phone.page.goto("/report")
    phone.page.get_by_text("没有发送的内容，照片 1 张").wait_for()
    assert phone.page.get_by_label("具体点位").input_value() == "河东路 5 号门前"
    phone.page.get_by_role("link", name="另起一件").click()
    assert phone.page.get_by_label("具体点位").input_value() == ""

    phone.page.goto("/outbox")
    phone.item("drafts", "河东路 5 号门前").get_by_role("button", name="删除").click()
    question = phone.page.get_by_role("dialog")
    assert "1 张照片和填写的文字只存在这部手机上，删除后找不回来" in question.inner_text()
    question.get_by_role("button", name="删除").click()
    expect(phone.item("drafts", "河东路 5 号门前")).to_have_count(0)


def test_what_waits_stands_first_and_a_form_left_empty_is_no_draft(phone):
    address = "河东路 6 号门前"
    phone.sign_in()
    phone.page.goto("/report")
    phone.page.get_by_label("具体点位").fill(address)
    phone.stores(address)
    phone.page.goto("/outbox")
    expect(phone.item("drafts", address)).to_have_count(1)

    phone.page.goto("/report")
    phone.page.get_by_text("没有发送的内容").wait_for()
    phone.page.get_by_label("具体点位").fill("")  # thought better of
    phone.stores(address, still=False)
    phone.page.goto("/outbox")
    phone.page.locator("#drafts-title").wait_for()
    expect(phone.item("drafts", "")).to_have_count(0)

    titles = [one.split("\n")[0] for one in phone.page.locator("main h2").all_inner_texts()]
    assert titles == ["待发送", "草稿", "已发送"]


def test_what_is_typed_before_the_page_has_its_scripts_is_kept_like_the_rest(phone):
    phone.sign_in()
    phone.context.add_init_script(EARLY)
    phone.page.goto("/report")
    phone.stores("河东路 7 号门前")

    phone.page.get_by_label("具体点位").fill("河东路 8 号门前")
    phone.page.get_by_label("问题描述").fill("路边堆放生活垃圾")
    phone.stores("河东路 8 号门前")
    phone.page.goto("/report")
    phone.page.get_by_text("没有发送的内容").wait_for()
    assert phone.page.get_by_label("问题描述").input_value() == "路边堆放生活垃圾"
    assert phone.page.get_by_label("具体点位").input_value() == "河东路 7 号门前"  # is newer
    phone.stores("河东路 7 号门前")


def test_signing_out_clears_the_pages_and_the_next_person_sees_figures_only(phone, live, tmp_path):
    address, photos = "长春街 2 号门前", pictures(tmp_path, 8)
    phone.sign_in()
    phone.page.goto("/today")
    phone.keeps("/today", "/report", "/outbox")
    phone.context.set_offline(True)
    phone.page.goto("/report")
    fill_in(phone.page, photos, address)
    send(phone.page)
    phone.item("waiting", address).wait_for()
    phone.context.route("**/phone/contact?*", lambda route: route.abort())  # no server yet
    phone.context.set_offline(False)
    phone.page.goto("/outbox")
    phone.page.locator(".site-user summary").click()
    phone.page.get_by_role("button", name="退出").click()
    phone.page.wait_for_url(lambda url: "/login" in url)
    assert [name for name in phone.page.evaluate(CACHES) if "precache" not in name] == []

    phone.context.unroute("**/phone/contact?*")
    phone.sign_in(OTHER)
    phone.page.goto("/outbox")
    phone.page.get_by_text("还有其他账号的 1 件没有发送").wait_for()
    assert address not in phone.page.locator("main").inner_text()
    phone.page.locator(".site-user summary").click()
    phone.page.get_by_role("button", name="退出").click()
    assert reported(live, address) == []
    phone.sign_in()
    phone.page.goto("/outbox")
    phone.item("sent", address).wait_for()
    assert reported(live, address) == [hashes(photos)]


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_the_outbox_is_plain_on_any_screen(open_screen, live, shape):
    screen: Screen = open_screen(shape, live.origin)
    screen.sign_in(LOGIN)
    screen.open("/outbox")
    screen.page.get_by_text("都已送达").wait_for()
    screen.look("outbox-empty")


def test_a_form_taken_up_elsewhere_keeps_the_place_where_it_was_begun(phone, tmp_path):
    phone.context.set_geolocation({**FUSHUN, "accuracy": 60})
    phone.sign_in()
    phone.page.goto("/report")
    fill_in(phone.page, pictures(tmp_path, 10), "东四路 6 号门前")
    lat = phone.page.locator("input[name=lat]")
    begun_at = lat.input_value()
    phone.stores("东四路 6 号门前")
    phone.page.goto("/mine")
    phone.context.set_geolocation({"latitude": 41.9, "longitude": 123.99, "accuracy": 5})
    phone.page.goto("/report")
    said = phone.page.locator("[data-said]", has_text="是填写当时的位置")
    said.wait_for()

    assert "±60 米" in said.inner_text()
    assert lat.input_value() == begun_at
    phone.page.get_by_role("button", name="重新定位").click()
    phone.page.locator("[data-said]", has_text="±5 米").wait_for()
    assert lat.input_value() == "41.9000000"
