"""The brigade's day: the pool by the hour, a rectification, a signature."""

from __future__ import annotations

import pytest

from app.demo.scenes import draw


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_a_member_rectifies_the_most_urgent(live, open_screen, shape, tmp_path):
    screen = open_screen(shape, live.origin)
    page = screen.sign_in("dadui")
    screen.open("/brigade")
    screen.look("brigade-pool")
    before = page.locator(".card").count()
    photo = tmp_path / "after.jpg"
    photo.write_bytes(draw("manhole", "after", "brigade", (960, 720)))

    page.locator(".card-action").first.click()
    if shape == "phone":  # the same four taps as a street's
        screen.photograph()
    else:
        page.locator("input[data-adds=camera]").set_input_files(photo)
    page.locator("[data-said]", has_text="已定位").wait_for()
    page.get_by_role("textbox", name="解决方案").fill("更换井盖 1 套，周边路面已清理")
    screen.look("brigade-submit")
    page.get_by_role("button", name="提交整改").click()

    page.locator(".flash-success").wait_for()
    assert page.locator(".card").count() == before - 1


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_the_admin_signs_off_after_looking_at_the_pair(live, open_screen, shape):
    screen = open_screen(shape, live.origin)
    page = screen.sign_in("daduizhang")
    screen.open("/brigade")
    screen.look("brigade-admin")
    page.get_by_role("link", name="看前后照片，办理销号").first.click()
    page.locator("h1").wait_for()
    screen.look("brigade-sign-off")
