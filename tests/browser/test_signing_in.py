"""The door: signing in on a phone and on a desktop."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize("shape", ["phone", "desktop"])
def test_a_street_collector_signs_in_and_sees_his_day(live, open_screen, shape):
    screen = open_screen(shape, live.origin)
    screen.open("/login")
    screen.look("sign-in")
    screen.type_password("zhanqian1")

    assert screen.page.locator("h1").inner_text()
    screen.look("home-street")
