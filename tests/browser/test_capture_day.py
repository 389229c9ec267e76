"""Photos taken in the page, on a phone held upright and across, and at a desk."""

from __future__ import annotations

import re

import pytest

from app.demo.scenes import draw
from tests.browser.screen import Screen

LOGIN = "zhanqian1"
ACROSS = {"width": 740, "height": 360}
SHUTTER = 72  # CSS pixels, the least for a thumb in a glove
REFUSING = """
navigator.mediaDevices.getUserMedia = () =>
  Promise.reject(new DOMException("no", "NotAllowedError"));
"""
# A camera with a lamp and a zoom, which the fake one lacks; what is asked of it is remembered.
RICH = """
window.asked = [];
const plain = MediaStreamTrack.prototype.getCapabilities;
MediaStreamTrack.prototype.getCapabilities = function () {
  return { ...plain.call(this), torch: true, zoom: { min: 1, max: 8, step: 0.5 } };
};
MediaStreamTrack.prototype.applyConstraints = async function (set) {
  window.asked.push(set.advanced[0]);
};
"""
NEARLY_FULL = """
navigator.storage.estimate = async () => ({ quota: 5_000_000, usage: 1_000_000 });
"""

CUT_OFF = """
lines => lines.filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent)
"""
FAILING = """
const put = IDBObjectStore.prototype.put;
let left = %d;
IDBObjectStore.prototype.put = function (...given) {
  if (this.name === "bytes" && left-- > 0) throw new DOMException("broken", "%s");
  return put.apply(this, given);
};
"""
SILENT = "navigator.geolocation.watchPosition = () => 1;"
# The phone's clock is ten minutes before the satellites'; first comes what was known long ago.
CLOCK_AHEAD = """
navigator.geolocation.watchPosition = (found) => {
  const coords = { latitude: 41.8797, longitude: 123.9572, accuracy: 9 };
  const give = (age) => found({ coords, timestamp: Date.now() - age });
  setTimeout(give, 10, 3_600_000);
  return setInterval(give, 500, 600_000);
};
navigator.geolocation.clearWatch = (watch) => clearInterval(watch);
"""


@pytest.fixture
def street(open_screen, live, shape) -> Screen:
    """The collector, signed in."""
    screen = open_screen(shape, live.origin)
    screen.sign_in(LOGIN)
    return screen


def photos(count, page):
    """Wait until the form says that it has so many photos."""
    page.locator("#photos [data-count]", has_text=f"照片 {count}/9").wait_for()


def stamp(page):
    return page.locator("[data-stamp]").inner_text()


def live_picture(page):
    """Wait for the camera: the shutter can be pressed."""
    page.locator("[data-shutter]:enabled").wait_for()


def taken(count, page):
    page.locator(".viewfinder-count", has_text=f"{count}/9").wait_for()


def focused(page):
    return page.evaluate("document.activeElement.textContent.trim()")


def a_task(page):
    """The address of the first of today's problems' forms."""
    page.goto("/today")
    href = page.locator("main a[href*='/submit']").first.get_attribute("href")
    return href.split("#")[0]


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_a_collector_takes_photos_in_the_page(street):
    page = street.page
    street.open("/report")
    page.get_by_label("具体点位").fill("中央大街 12 号门前")
    page.get_by_role("button", name="拍照").click()
    live_picture(page)
    page.locator("[data-stamp]", has_text="±12 m").wait_for()
    words = stamp(page)

    assert words.startswith("整改前待编号")
    assert re.search(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d 星期", words)
    assert "中央大街 12 号门前" in words
    assert "防伪码 由服务器生成" in words
    assert page.locator("[data-stamp] li").evaluate_all(CUT_OFF) == []
    assert page.locator("[data-torch]").is_hidden()
    assert page.locator("[data-zoom-row]").is_hidden()
    assert page.locator("[data-hint]").inner_text() == "还缺远景、近景"
    box = page.locator("[data-shutter]").bounding_box()
    assert min(box["width"], box["height"]) >= SHUTTER
    street.look("capture-viewfinder")

    page.locator("[data-shutter]").click()
    taken(1, page)
    assert page.locator("[data-hint]").inner_text() == "还缺近景"
    page.keyboard.press("Space")
    taken(2, page)
    first = page.locator("[data-last] img").get_attribute("src")
    page.get_by_role("button", name="重拍").click()
    street.look("capture-retake")
    page.locator("[data-shutter]").click()
    page.wait_for_function(
        "src => document.querySelector('[data-last] img').getAttribute('src') !== src", arg=first
    )
    taken(2, page)
    page.get_by_role("button", name="完成").click()
    photos(2, page)
    assert focused(page) == "拍照"
    assert "#" not in page.url
    street.look("capture-done")


@pytest.mark.parametrize("shape", ["phone"])
def test_the_photo_after_is_laid_over_the_one_before(street):
    page = street.page
    street.context.add_init_script(RICH)
    street.open(a_task(page) + "#capture")
    live_picture(page)
    ghost = page.locator("[data-ghost]")
    ghost.wait_for()
    assert stamp(page).startswith("整改后FS-")

    page.locator("[data-opacity]").fill("80")
    assert ghost.evaluate("image => image.style.opacity") == "0.8"
    page.locator("[data-torch]").click()
    page.locator("[data-torch][aria-pressed=true]").wait_for()
    page.locator("[data-zoom]").fill("4")
    assert page.locator("[data-zoom-said]").inner_text() == "4×"
    assert page.evaluate("window.asked") == [{"torch": True}, {"zoom": 4}]
    street.look("capture-ghost")
    page.set_viewport_size(ACROSS)
    street.look("capture-ghost-across")

    page.locator("[data-shutter]").click()
    taken(1, page)
    page.get_by_role("button", name="完成").click()
    photos(1, page)
    assert focused(page) == "提交整改"
    assert "#" not in page.url


@pytest.mark.parametrize("shape", ["phone"])
def test_the_viewfinder_keeps_the_focus_and_lets_go_on_escape_and_back(street):
    page = street.page
    street.open("/report")
    page.get_by_role("button", name="拍照").click()
    live_picture(page)
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.viewfinder') !== null")
    page.keyboard.press("Escape")
    page.locator(".viewfinder").wait_for(state="detached")
    page.get_by_role("button", name="拍照").click()
    live_picture(page)
    page.go_back()
    page.locator(".viewfinder").wait_for(state="detached")

    assert page.url.endswith("/report")
    assert page.locator("h1").inner_text() == "上报问题"


@pytest.mark.parametrize("shape", ["phone"])
def test_a_refused_camera_falls_back_to_the_phones_own(street, tmp_path):
    page = street.page
    street.context.add_init_script(REFUSING)
    path = tmp_path / "own.jpg"
    path.write_bytes(draw("rubbish", "before", "capture", (960, 720), take=1))
    street.open("/report#capture")
    page.get_by_text("浏览器没有允许网页使用相机").wait_for()
    assert page.locator("[data-shutter]").is_disabled()
    street.look("capture-refused")

    page.locator("[data-file=file]").set_input_files(path)
    taken(1, page)
    page.get_by_role("button", name="完成").click()
    photos(1, page)


@pytest.mark.parametrize("shape", ["phone"])
def test_a_phone_without_room_says_so_before_the_shutter(street):
    page = street.page
    street.context.add_init_script(NEARLY_FULL)
    street.open("/report#capture")
    page.get_by_role("alert").get_by_text("手机存储不足，现在不能再拍").wait_for()

    assert page.locator("[data-shutter]").is_disabled()
    street.look("capture-full")


@pytest.mark.parametrize("shape", ["phone"])
@pytest.mark.parametrize(
    ("times", "name", "sentence"),
    [
        (1, "QuotaExceededError", "手机存储空间不够"),
        (2, "UnknownError", "这张照片没有存下，请再拍一次"),
    ],
)
def test_a_photo_that_could_not_be_stored_is_not_counted_and_can_be_taken_again(
    street, times, name, sentence
):
    page = street.page
    street.context.add_init_script(FAILING % (times, name))
    street.open("/report#capture")
    live_picture(page)
    page.locator("[data-shutter]").click()
    page.get_by_role("alert").get_by_text(sentence).wait_for()
    taken(0, page)
    page.locator("[data-shutter]").click()
    taken(1, page)


@pytest.mark.parametrize("shape", ["phone"])
def test_a_photo_is_stored_at_the_second_try_after_the_database_was_lost(street):
    page = street.page
    street.context.add_init_script(FAILING % (1, "UnknownError"))
    street.open("/report#capture")
    live_picture(page)
    page.locator("[data-shutter]").click()
    taken(1, page)
    street.open("/report")
    photos(1, page)


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_a_position_is_put_on_the_map_by_hand(street):
    page = street.page
    street.open("/report")
    page.locator("[data-said]", has_text="误差 ±12 米").wait_for()
    page.get_by_role("button", name="在地图上标注").click()
    said = page.locator(".pin-said")
    said.wait_for()
    street.look("capture-pin")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowUp")
    said.get_by_text("离手机定位").wait_for()
    by_keys = said.inner_text()
    pin = page.locator(".pin").bounding_box()
    page.mouse.move(pin["x"] + 22, pin["y"] + 22)
    page.mouse.down()
    page.mouse.move(pin["x"] - 40, pin["y"] + 60, steps=4)
    page.mouse.up()
    assert said.inner_text() != by_keys
    page.get_by_role("button", name="用这个位置").click()

    page.locator("[data-said]", has_text="已在地图上标注位置").wait_for()
    assert page.locator("input[name=coord_source]").input_value() == "pin"
    assert page.locator("input[name=accuracy_m]").input_value() == ""
    assert focused(page) == "在地图上标注"


@pytest.mark.parametrize("shape", ["phone"])
def test_a_phone_whose_clock_is_wrong_still_finds_its_place(street):
    page = street.page
    street.context.add_init_script(CLOCK_AHEAD)
    street.open("/report")
    page.locator("[data-said]", has_text="已定位，误差 ±9 米").wait_for()

    age = "Date.now() - Date.parse(document.querySelector('input[name=located_at]').value)"
    assert 0 <= page.evaluate(age) < 30_000


@pytest.mark.parametrize("shape", ["phone"])
def test_a_device_that_never_answers_leaves_the_choice_of_a_reason(street):
    page = street.page
    street.context.add_init_script(SILENT)
    page.clock.install()
    street.open("/report")
    page.locator("[data-said]", has_text="正在定位").wait_for()
    assert page.get_by_label("没有定位的原因").is_hidden()
    page.clock.fast_forward(26_000)

    page.locator("[data-said]", has_text="定位太慢，已停止").wait_for()
    page.get_by_label("没有定位的原因").select_option(index=1)
