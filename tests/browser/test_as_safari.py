"""What Safari lacks or forgets is taken away from Chromium here: the day goes on without it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from app.demo.scenes import draw
from app.models import Photo, Problem
from tests.browser.screen import Screen

STREET = "zhanqian1"
BEFORE_SAFARI_15_4 = """
delete HTMLFormElement.prototype.requestSubmit;
delete SubmitEvent.prototype.submitter;
delete window.BroadcastChannel;
delete Navigator.prototype.locks;
delete Navigator.prototype.connection;
delete Navigator.prototype.permissions;
delete ServiceWorkerRegistration.prototype.sync;
delete window.ImageCapture;
"""
# A private window keeps no Blob; bare bytes it keeps.
NO_BLOB = """
const put = IDBObjectStore.prototype.put;
IDBObjectStore.prototype.put = function (...given) {
  if (given[0] instanceof Blob) throw new DOMException("no Blob", "DataCloneError");
  return put.apply(this, given);
};
"""
# The video is seen, and nothing of it comes into a canvas.
NOTHING_DRAWN = """
delete window.ImageCapture;
const paint = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (source, ...given) {
  if (!(source instanceof HTMLVideoElement)) paint.call(this, source, ...given);
};
"""
# The way to another application and back: the track is still there and gives no picture.
COUNTING = """
window.opened = 0;
const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = (asked) => (window.opened++, get(asked));
"""
STOPPED = """
const [track] = document.querySelector("[data-video]").srcObject.getTracks();
Object.defineProperty(track, "muted", { value: true });
document.dispatchEvent(new Event("visibilitychange"));
"""
IPHONE = """
Object.defineProperty(Navigator.prototype, "userAgent", {
  value: "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15%s",
});
Object.defineProperty(StorageManager.prototype, "persisted", { value: async () => false });
"""
BARE = """
() => new Promise((resolve) => {
  indexedDB.open("xiaohao-phone").onsuccess = ({ target: { result } }) => {
    result.transaction("bytes").objectStore("bytes").getAll().onsuccess = ({ target }) => {
      result.close();
      resolve(target.result.map((one) => one.constructor.name));
    };
  };
})
"""
# The whole page was kept while its report went out, and comes back as it was.
SENT = """
() => new Promise((resolve) => {
  indexedDB.open("xiaohao-phone").onsuccess = ({ target: { result } }) => {
    const records = result.transaction("records", "readwrite").objectStore("records");
    records.getAll().onsuccess = ({ target }) => {
      for (const one of target.result) records.put({ ...one, state: "sent" });
    };
    records.transaction.oncomplete = () => {
      result.close();
      resolve(window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
    };
  };
})
"""
SEEN = "image => image.complete && image.naturalWidth > 0"


@pytest.fixture
def street(open_screen, live) -> Screen:
    """The collector on a phone, signed in."""
    screen = open_screen("phone", live.origin)
    screen.sign_in(STREET)
    return screen


def chosen(page: Page, folder: Path) -> list[bytes]:
    """Two photos in the form, and their bytes."""
    pictures = [draw("rubbish", "before", "safari", (960, 720), take=take) for take in (1, 2)]
    for take, picture in enumerate(pictures):
        (folder / f"{take}.jpg").write_bytes(picture)
    files = [folder / f"{take}.jpg" for take in range(len(pictures))]
    page.locator("input[data-adds=album]").set_input_files(files)
    page.locator("[data-count]", has_text="照片 2/9").wait_for()
    return pictures


def test_a_report_is_kept_and_arrives_where_no_blob_can_be_stored(street, live, tmp_path):
    page, address = street.page, "西三路 8 号门前"
    street.context.add_init_script(BEFORE_SAFARI_15_4 + NO_BLOB)
    street.open("/report")
    pictures = chosen(page, tmp_path)
    page.get_by_role("button", name="定位").click()
    page.locator("[data-said]", has_text="已定位").wait_for()
    page.get_by_label("搜索类别").fill("bllj")
    page.get_by_role("radio", name="暴露垃圾").check()
    page.get_by_label("问题描述").fill("路口东侧堆放生活垃圾，约 2 平方米")
    page.get_by_label("具体点位").fill(address)
    page.get_by_text("已存在手机").nth(1).wait_for()
    page.wait_for_timeout(600)  # what was typed is stored a moment later
    assert page.evaluate(BARE) == ["ArrayBuffer", "ArrayBuffer"]

    street.open("/report")
    page.get_by_text("没有发送的内容，照片 2 张").wait_for()
    images = page.locator("[data-chosen-photos] img")
    expect(images).to_have_count(2)
    page.wait_for_function(SEEN, arg=images.nth(1).element_handle())
    page.get_by_role("button", name="上报", exact=True).click()
    page.get_by_role("heading", name="已上报").wait_for()

    with live.app.extensions["database"].reading() as session:
        of = select(Photo.sha256).join(Problem, Problem.id == Photo.problem_id)
        arrived = session.scalars(of.where(Problem.address == address)).all()
    assert sorted(arrived) == sorted(hashlib.sha256(one).hexdigest() for one in pictures)


def test_a_question_before_a_form_is_asked_and_its_answer_counts(street):
    page = street.page
    street.context.add_init_script(BEFORE_SAFARI_15_4)
    street.open("/account/tokens")
    page.get_by_label("用途").fill("地图程序")
    page.get_by_role("button", name="新建令牌").click()
    stop = page.get_by_role("button", name="停用", exact=True)
    stop.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="先不").click()
    dialog.wait_for(state="detached")
    stop.click()
    dialog.get_by_role("button", name="停用", exact=True).click()
    stop.wait_for(state="detached")


def test_the_way_back_to_a_form_that_was_sent_shows_a_new_one(street, tmp_path):
    page = street.page
    street.open("/report")
    chosen(page, tmp_path)
    page.get_by_text("已存在手机").nth(1).wait_for()
    page.evaluate(SENT)
    page.locator("[data-count]", has_text="照片 0/9").wait_for()
    assert page.locator("[data-chosen-photos] img").count() == 0


def test_a_video_that_cannot_be_drawn_gives_no_black_photo(street):
    page = street.page
    street.context.add_init_script(NOTHING_DRAWN)
    street.open("/report#capture")
    shutter = page.locator("[data-shutter]:enabled")
    shutter.click()
    page.get_by_role("alert").get_by_text("画面还没有出来，请稍等再拍").wait_for()
    shutter.click()
    page.get_by_text("这个浏览器不能在网页里取景，请用手机相机拍").wait_for()

    assert page.locator(".viewfinder-count").inner_text() == "0/9"
    assert page.locator("[data-shutter]").is_disabled()


def test_a_camera_that_stood_still_while_the_page_was_away_is_opened_anew(street):
    page = street.page
    street.context.add_init_script(COUNTING)
    street.open("/report#capture")
    shutter = page.locator("[data-shutter]:enabled")
    shutter.wait_for()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    page.evaluate(STOPPED)
    page.wait_for_function("() => window.opened === 2")
    shutter.click()
    page.locator(".viewfinder-count", has_text="1/9").wait_for()


@pytest.mark.parametrize(
    ("browser", "words"),
    [
        (" Version/17.5 Safari/604.1", "想从主屏幕打开"),
        (" MicroMessenger/8.0.49", "用默认浏览器打开"),
    ],
)
def test_an_iphone_is_told_the_way_to_its_home_screen_and_what_it_throws_away(
    street, tmp_path, browser, words
):
    page = street.page
    street.context.add_init_script(IPHONE % browser)
    street.open("/outbox")
    page.get_by_text(words).wait_for()
    cleared = page.get_by_text("连续 7 天没有打开本站")
    assert cleared.count() == 1
    assert not cleared.is_visible()

    street.open("/report")
    chosen(page, tmp_path)
    street.open("/outbox")
    cleared.wait_for()
    on_its_way = page.get_by_text("这个浏览器关掉后不会继续发送")
    assert not on_its_way.is_visible()
    street.look("outbox-iphone")
