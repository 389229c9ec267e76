"""Chromium as a phone whose memory lasts: a profile on disk, and a process that may be killed."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Page, Playwright

from tests.browser.conftest import FLAGS
from tests.browser.find_browser import find_browser
from tests.browser.screen import FUSHUN, PERMISSIONS, SHAPES
from tests.chaos.city import family_of

RENDERER = b"--type=renderer"
CHILD = b"--type="


class Browser:
    """One phone's browser: what it kept is there again after it was killed."""

    def __init__(self, playwright: Playwright, profile: Path, origin: str) -> None:
        self._playwright = playwright
        self._profile = profile
        self._origin = origin
        self._context: BrowserContext | None = None
        self._path = find_browser()
        self.launches = 0

    def page(self) -> Page:
        """The page in front; the browser is started, and a page opened, where there is none."""
        if self._context is None or self.main_process() is None:
            self._launch()
        assert self._context is not None
        pages = self._context.pages
        return pages[-1] if pages else self._context.new_page()

    def fresh_page(self) -> Page:
        """A page in place of one that crashed."""
        self.page()
        assert self._context is not None
        page = self._context.new_page()
        for old in self._context.pages[:-1]:
            with suppress(Error):
                old.close()
        return page

    def stand(self, lat: float, lng: float) -> None:
        """Where the phone is."""
        self.page()
        assert self._context is not None
        self._context.set_geolocation({"latitude": lat, "longitude": lng, "accuracy": 9})

    def _launch(self) -> None:
        self.close()
        self._context = self._playwright.chromium.launch_persistent_context(
            self._profile,
            executable_path=self._path,
            args=FLAGS,
            base_url=self._origin,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            geolocation=FUSHUN,
            permissions=PERMISSIONS,
            **SHAPES["phone"],
        )
        self.launches += 1

    def close(self) -> None:
        """Put the phone away."""
        if self._context is not None:
            with suppress(Error):
                self._context.close()
        self._context = None
        self.kill()

    def main_process(self) -> int | None:
        """The process that is the browser itself."""
        return next((pid for pid, command in self._processes() if CHILD not in command), None)

    def kill(self) -> bool:
        """As when the battery is empty: every process of it at once."""
        main = self.main_process()
        if main is None:
            return False
        for process in family_of(main):
            _kill(process)
        return True

    def kill_pages(self) -> bool:
        """As when the system needs the memory: what draws pages goes, the browser stays."""
        main = self.main_process()
        pages = [one for one in family_of(main) if RENDERER in _command(one)] if main else []
        for process in pages:
            _kill(process)
        return bool(pages)

    def _processes(self) -> list[tuple[int, bytes]]:
        """Processes of this profile with their commands; Linux only."""
        main = f"--user-data-dir={self._profile}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            command = _command(int(folder.name))
            if main in command.split(b"\0"):
                found.append((int(folder.name), command))
        return found


def _command(process: int) -> bytes:
    """How a process was started; empty when it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
