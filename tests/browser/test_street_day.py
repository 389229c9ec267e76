"""A street collector's day on a phone, and the same pages on a desktop."""

from __future__ import annotations

import pytest

from app.demo.scenes import draw
from tests.browser.screen import Screen

LOGIN = "zhanqian1"


def photographed(folder, *names):
    """Pictures drawn for the purpose, as files one can choose."""
    paths = [folder / f"{name}.jpg" for name in names]
    for path in paths:
        phase, _, take = path.stem.partition("-")
        path.write_bytes(draw("rubbish", phase, "browser", (960, 720), take=int(take)))
    return paths


@pytest.fixture
def street(open_screen, live, shape) -> Screen:
    """The collector, signed in."""
    screen = open_screen(shape, live.origin)
    screen.sign_in(LOGIN)
    return screen


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_a_collector_sees_today_reports_and_finds_his_report(street, tmp_path):
    page = street.page
    street.open("/today")
    street.look("street-today")
    page.get_by_role("link", name="上报问题").first.click()
    street.look("street-report-empty")

    page.locator("input[data-adds=camera]").set_input_files(photographed(tmp_path, "before-1")[0])
    page.locator("input[data-adds=album]").set_input_files(photographed(tmp_path, "before-2"))
    page.locator("#photos [data-count]", has_text="照片 2/9").wait_for()
    page.locator("[data-said]", has_text="已定位").wait_for()
    page.get_by_label("搜索类别").fill("bllj")
    page.get_by_role("radio", name="暴露垃圾").check()
    page.get_by_label("问题描述").fill("路口东侧堆放生活垃圾，约 2 平方米")
    page.get_by_label("具体点位").fill("中央大街 12 号门前")
    street.look("street-report-filled")
    page.get_by_role("button", name="上报", exact=True).click()

    page.get_by_role("heading", name="已上报").wait_for()
    street.look("street-reported")
    assert "收到 2 张照片" in page.locator("main").inner_text()
    page.get_by_role("link", name="我的上报").last.click()
    street.look("street-mine")
    assert "中央大街 12 号门前" in page.locator(".card").first.inner_text()


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_a_refused_report_keeps_photos_and_words(street, tmp_path):
    page = street.page
    street.open("/report")
    page.locator("input[data-adds=album]").set_input_files(photographed(tmp_path, "before-3"))
    page.get_by_label("问题描述").fill("垃圾")
    page.get_by_role("radio", name="紧急申请").check()
    with street.watcher.expecting("answer 422"):
        page.get_by_role("button", name="上报", exact=True).click()
        page.locator(".error-summary").wait_for()
    street.look("street-report-refused")

    assert page.locator("[data-chosen-photos] img").count() == 1
    assert "照片 1/9" in page.locator("#photos").inner_text()
    page.get_by_role("button", name="移除第 1 张照片").click()
    page.locator("#photos [data-count]", has_text="照片 0/9").wait_for()
    page.get_by_role("link", name="问题类别").click()
    assert page.locator("#category_id :focus").count() == 1


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_a_collector_rectifies_the_first_of_todays_problems(street, tmp_path):
    page = street.page
    street.open("/today")
    titles = page.locator(".card-title").all_inner_texts()
    href = page.locator(".card-action").first.get_attribute("href") or ""
    street.open(href.removesuffix("#capture"))  # the viewfinder has tests of its own
    street.look("street-submit")
    assert page.locator("h1").inner_text().removeprefix("提交整改：") in titles

    page.locator("input[data-adds=camera]").set_input_files(photographed(tmp_path, "after-1")[0])
    page.locator("[data-said]", has_text="已定位").wait_for()
    page.get_by_role("textbox", name="解决方案").fill("出动 2 人清运垃圾 1 车，地面已冲洗")
    page.get_by_role("button", name="提交整改").click()

    page.get_by_text("已提交整改").wait_for()
    assert page.locator(".card").count() == len(titles) - 1
    street.look("street-today-after")


def test_the_report_works_without_a_script(chromium, live, tmp_path):
    context = chromium.new_context(
        base_url=live.origin, java_script_enabled=False, viewport={"width": 360, "height": 740}
    )
    page = context.new_page()
    page.goto("/login")
    notice = page.get_by_text("这个浏览器太旧，或者网络太慢")
    assert notice.bounding_box()["height"] == 0  # a script may still come
    page.evaluate("document.getAnimations().forEach(one => one.finish())")
    assert notice.bounding_box()["height"] > 0
    page.locator("input[autocomplete=username]").fill(LOGIN)
    page.locator("input[autocomplete=current-password]").fill("Xiaohao-Shili-2026")
    page.locator("main form button[type=submit]").first.click()
    page.goto("/report")
    page.locator("input[name=photos]").set_input_files(photographed(tmp_path, "before-4"))
    page.get_by_label("没有定位的原因").select_option("手机没有定位信号")
    page.get_by_role("radio", name="暴露垃圾").check()
    page.get_by_label("问题描述").fill("路口东侧堆放生活垃圾")
    page.get_by_role("button", name="上报", exact=True).click()
    # What the section that leads this kind asks for appears only now.
    page.get_by_label("垃圾量（立方米）").fill("2")
    page.get_by_role("button", name="上报", exact=True).click()

    assert page.locator("h1").inner_text() == "已上报"
    context.close()
