"""Fixtures of the browser tests: Chromium, a phone and a desktop before a live demo city."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from app.jobs import intake, worker
from tests.browser.find_browser import NoBrowserError, find_browser
from tests.browser.screen import PATIENCE, Screen
from tests.conftest import absent, application
from tests.databases import Backend
from tests.demo_city import demo_settings, lend_instance, preparing, set_clock
from tests.live import LiveServer

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
HERE = Path(__file__).parent
TOO_LATE = r"^TimeoutError: .*Timeout \d+ms exceeded"  # playwright's
OUTCOME = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test in this folder carries the marker ``browser``.

    Where Chromium did not come round to something in all its time, it is tried once more, and the
    summary says so; anything else that goes wrong counts at once.
    """
    once_more = pytest.mark.flaky(reruns=1, only_rerun=[TOO_LATE])
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(once_more)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Remember whether the test itself went well, for the pictures taken of failures."""
    report = yield
    if report.when == "call":
        item.stash[OUTCOME] = report.passed
    return report


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One headless Chromium a worker."""
    try:
        path = find_browser()
    except NoBrowserError as problem:
        absent(str(problem))
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


Opener = Callable[[Literal["phone", "desktop"], str], Screen]


@pytest.fixture
def open_screen(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """A function that opens a phone or desktop on an origin; at the end each must be content."""
    screens: list[Screen] = []

    def opener(shape: Literal["phone", "desktop"], origin: str) -> Screen:
        screens.append(Screen(chromium, shape, origin))
        return screens[-1]

    yield opener
    with ExitStack() as stack:
        for number, screen in enumerate(screens, 1):
            stack.callback(screen.close)
            stack.callback(screen.watcher.nothing_wrong)
            if not request.node.stash.get(OUTCOME, False):
                screen.screenshot(f"failed-{request.node.name}-{number}")


@pytest.fixture
def live(
    backend_named: Callable[[str], Backend],
    pytestconfig: pytest.Config,
    shared_folder: Path,
    instance_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[LiveServer]:
    """A server of its own with the whole demo city, at ``tests.demo_city.MORNING``.

    What phones send is judged beside it. On SQLite; ``--live-database postgresql`` puts it on
    PostgreSQL.
    """
    set_clock(monkeypatch)
    backend = backend_named(pytestconfig.getoption("--live-database"))
    made = shared_folder / f"{backend.name}-demo-instance"
    with backend.copy_of("demo", preparing(made)) as url:
        lend_instance(made, instance_folder)
        with (
            application(demo_settings(url, instance_folder)) as app,
            intake.running(worker.workshop(app)),
            LiveServer(app) as server,
        ):
            yield server


@pytest.fixture
def phone(open_screen: Opener, live: LiveServer) -> Screen:
    """An old Android phone in Fushun, 360 by 740, with a camera and a position."""
    return open_screen("phone", live.origin)


@pytest.fixture
def desktop(open_screen: Opener, live: LiveServer) -> Screen:
    """An office desktop, 1440 by 900."""
    return open_screen("desktop", live.origin)
