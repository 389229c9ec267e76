"""Chromium as a phone whose memory lasts: a profile on disk, and a process that may be killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import BrowserContext, BrowserType, Error, Page

from tests.browser.conftest import FLAGS
from tests.browser.find_browser import find_browser
from tests.browser.screen import FUSHUN, PERMISSIONS, SHAPES
from tests.chaos.city import family_of

RENDERER = b"--type=renderer"
CHILD = b"--type="
PATIENCE = 60.0  # seconds for what has no time limit of its own


class Stuck(Exception):
    """The driver still waits for a browser that was killed while it opened a page."""


class Browser:
    """One phone's browser: what it kept is there again after it was killed.

    Used by the main thread alone, but for the killing; calls raise Stuck after `patience` seconds,
    and the next one begins with a browser of its own.
    """

    def __init__(
        self, kind: BrowserType, profile: Path, origin: str, patience: float = PATIENCE
    ) -> None:
        self._kind = kind
        self._patience = patience
        self._profile = profile
        self._origin = origin
        self._context: BrowserContext | None = None
        self._path = find_browser()
        self.launches = 0

    def page(self) -> Page:
        """The page in front; the browser is started, and a page opened, where there is none."""
        with self._bounded():
            return self._page()

    def _page(self) -> Page:
        if self._context is None or self.main_process() is None:
            self._launch()
        assert self._context is not None
        pages = self._context.pages
        return pages[-1] if pages else self._context.new_page()

    def fresh_page(self) -> Page:
        """A page in place of one that crashed."""
        with self._bounded():
            self._page()
            assert self._context is not None
            page = self._context.new_page()
            for old in self._context.pages[:-1]:
                with suppress(Error):
                    old.close()
            return page

    def stand(self, lat: float, lng: float) -> None:
        """Where the phone is."""
        with self._bounded():
            self._page()
            assert self._context is not None
            self._context.set_geolocation({"latitude": lat, "longitude": lng, "accuracy": 9})

    @contextmanager
    def _bounded(self) -> Iterator[None]:
        before = signal.signal(signal.SIGALRM, _give_up)
        signal.setitimer(signal.ITIMER_REAL, self._patience)
        try:
            yield
        except Stuck:
            self._context = None
            self.kill()
            raise
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, before)

    def _launch(self) -> None:
        self._put_away()
        self._context = self._kind.launch_persistent_context(
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
        with suppress(Stuck), self._bounded():
            self._put_away()

    def _put_away(self) -> None:
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


def _give_up(_signal: int, _frame: object) -> None:
    raise Stuck("the browser was killed, and the driver has not noticed")


def _command(process: int) -> bytes:
    """How a process was started; empty when it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{process}/cmdline").read_bytes()
    return b""


def _kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
