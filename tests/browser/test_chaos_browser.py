"""The browser of `make chaos-phone`: a call that would wait forever is given up."""

from __future__ import annotations

import os
import signal

import pytest

from tests.chaos.browser import Browser, Stuck


def test_a_browser_that_answers_no_more_is_given_up_and_begun_anew(chromium, tmp_path):
    browser = Browser(chromium.browser_type, tmp_path / "profile", "http://127.0.0.1", patience=5)
    try:
        browser.page()
        stopped = browser.main_process()
        os.kill(stopped, signal.SIGSTOP)
        with pytest.raises(Stuck):
            browser.fresh_page()

        assert browser.page().evaluate("1 + 1") == 2
        assert browser.main_process() not in {None, stopped}
        assert browser.launches == 2
    finally:
        browser.close()
