"""A collector with a phone on which anything may fail: looks what is there, and goes on."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Error, Page, expect

from app.demo.people import DEMO_PASSWORD
from tests.chaos.books import KIND
from tests.chaos.browser import Browser, Stuck
from tests.chaos.memory import Record, memory_of
from tests.chaos.phone import Spot
from tests.chaos.pictures import Drawn

STEP_MS = 10_000.0
PAGE_MS = 20_000.0
REST = 0.5  # seconds before something is tried again
PRESS_EVERY = 8.0
METRES_APART = 0.0008  # degrees of latitude between two problems: 90 m


class NotYet(Exception):
    """Something else had to be done first; look again."""


@dataclass(frozen=True)
class Task:
    """A problem to report: what is typed, and its photos."""

    words: str
    photos: tuple[Drawn, ...]
    spot: Spot


@dataclass
class Person:
    """Works until `until` (monotonic seconds); `lost` names photos that the phone had and lost."""

    browser: Browser
    login: str
    until: float
    promised: dict[str, str] = field(default_factory=dict)  # hash -> words of its problem
    lost: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    recoveries: int = 0
    sign_ins: int = 0

    def report(self, task: Task) -> None:
        """Take the photos, type, press 上报: until the phone holds it as finished."""
        self._until_done(lambda page: self._report(page, task))

    def wait_until_sent(self, tasks: Sequence[Task]) -> None:
        """Look at the outbox until all has been sent."""
        self._until_done(lambda page: self._watch(page, tasks))

    def first_visit(self) -> None:
        """In the office: sign in and open each page once, for the times without network."""
        self._until_done(self._first_visit)

    # --- one try of each ---

    def _first_visit(self, page: Page) -> None:
        for path in ("/today", "/report", "/outbox"):
            self._open(page, path)
        page.wait_for_timeout(1000)
        if not page.evaluate("navigator.serviceWorker.controller !== null"):
            self._open(page, "/today")
            page.wait_for_timeout(1000)
            raise NotYet

    def _report(self, page: Page, task: Task) -> None:
        self._open(page, "/outbox")
        record = self._find(page, task)
        if record is not None and record.is_finished:
            return
        if record is not None and record.state == "refused":
            self.refused.append(f"{task.words}: {record.trouble}")
        self.browser.stand(task.spot.lat, task.spot.lng)
        path = f"{record.action}?record={record.id}" if record else "/report?record=new"
        self._open(page, path)
        self._take(page, task, record)
        self._type(page, task)
        page.get_by_role("button", name="上报", exact=True).click()
        end = time.monotonic() + STEP_MS / 1000
        while time.monotonic() < end:
            record = self._find(page, task)
            if record is not None and record.is_finished:
                return
            page.wait_for_timeout(300)
        raise NotYet

    def _take(self, page: Page, task: Task, record: Record | None) -> None:
        """The photos that are not there yet, one after the other, each until the phone has it."""
        shots = record.shots if record else ()
        here = {shot.size for shot in shots}
        count = page.locator("[data-count]").first
        expect(count).to_contain_text(f"照片 {len(shots)}/", timeout=STEP_MS)
        taken = len(shots)
        for photo in task.photos:
            if photo.size in here:
                continue
            page.locator("input[data-adds=camera]").set_input_files(photo.path)
            taken += 1
            expect(count).to_contain_text(f"照片 {taken}/", timeout=STEP_MS)
            self._find(page, task)

    def _type(self, page: Page, task: Task) -> None:
        page.locator("[data-said]", has_text="已定位").wait_for()
        page.get_by_label("搜索类别").fill(KIND)
        page.get_by_role("radio", name=KIND).first.check()
        page.get_by_label("问题描述").fill(task.words)
        page.get_by_label("具体点位").fill("示例路 12 号门前")

    def _watch(self, page: Page, tasks: Sequence[Task]) -> None:
        self._open(page, "/outbox")
        pressed = time.monotonic()
        while time.monotonic() < self.until:
            states = [(task, self._find(page, task)) for task in tasks]
            for task, record in states:
                if record is None or record.state in {"draft", "refused"}:
                    self._report(page, task)  # what the phone forgot or the server refused
                    raise NotYet
            if all(record is not None and record.state == "sent" for _, record in states):
                return
            if time.monotonic() - pressed > PRESS_EVERY:
                pressed = time.monotonic()
                self._press(page)
            page.wait_for_timeout(500)

    def _press(self, page: Page) -> None:
        """现在发送, or the way to sign in, whichever is offered."""
        send = page.get_by_role("button", name="现在发送")
        if send.count() and send.first.is_visible():
            send.first.click()
            return
        sign_in = page.get_by_role("link", name=re.compile("请登录后继续发送"))
        if sign_in.count() and sign_in.first.is_visible():
            sign_in.first.click()
            page.wait_for_url(lambda url: "/login" in url, timeout=PAGE_MS)
            self._sign_in(page)
        raise NotYet

    # --- what steps share ---

    def _until_done(self, work: Callable[[Page], None]) -> None:
        """Try until it is done, on a browser begun again where it was killed."""
        page: Page | None = None
        while time.monotonic() < self.until:
            try:
                page = page or self.browser.page()
                page.set_default_timeout(STEP_MS)
                work(page)
            except NotYet:
                time.sleep(REST)
            except (Error, Stuck, AssertionError):
                self.recoveries += 1
                page = self._again()
                time.sleep(REST)
            else:
                return
        raise TimeoutError("there was not enough time")

    def _again(self) -> Page | None:
        try:
            return self.browser.fresh_page()
        except (Error, Stuck):
            return None

    def _open(self, page: Page, path: str) -> None:
        page.goto(path, wait_until="load", timeout=PAGE_MS)
        if "/login" in page.url:
            self._sign_in(page)
            raise NotYet
        page.locator("main").wait_for()

    def _sign_in(self, page: Page) -> None:
        self.sign_ins += 1
        page.locator("input[autocomplete=username]").fill(self.login)
        page.locator("input[autocomplete=current-password]").fill(DEMO_PASSWORD)
        page.locator("form[method=post] button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/login" not in url, timeout=PAGE_MS)
        raise NotYet

    def _find(self, page: Page, task: Task) -> Record | None:
        """The task's record on the phone; what was there before must still be there."""
        records = memory_of(page)
        sizes = {photo.size: photo.sha256 for photo in task.photos}
        mine = [
            record for record in records
            if record.words == task.words or any(shot.size in sizes for shot in record.shots)
        ]  # fmt: skip
        there = {sizes.get(shot.size) for record in mine for shot in record.shots
                 if shot.here or record.state == "sent"}  # fmt: skip
        for sha256, words in self.promised.items():
            if words == task.words and sha256 not in there and sha256 not in self.lost:
                self.lost.append(sha256)
        self.promised |= {sha256: task.words for sha256 in there if sha256}
        return max(mine, key=lambda record: len(record.shots), default=None)
