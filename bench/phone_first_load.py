"""The first list of a signed-in street person on a slow network: bytes, requests, seconds.

The network is Chromium's own throttle (slow 3G: 400 kbit/s down, 400 ms) and the cache is cold;
then once more with what the service worker kept, over a line of the same quality, because the
throttle does not reach a service worker. With a `lighthouse` command also its two scores.
"""

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.demo.people import DEMO_PASSWORD
from bench.figure import Figure
from tests.browser.conftest import FLAGS
from tests.browser.find_browser import find_browser
from tests.browser.screen import SHAPES
from tests.chaos.city import standing_city
from tests.chaos.line import Exchange
from tests.chaos.weather import SLOW_3G

LOGIN, LIST = "zhanqian1", "/today"
MOST_BYTES, MOST_SECONDS = 200_000, 2.0
LEAST_SCORE = 95
THROTTLE = {"offline": False, "latency": 400, "downloadThroughput": SLOW_3G.down,
            "uploadThroughput": SLOW_3G.up}  # fmt: skip
QUIET_MS = 3000  # the page asks for nothing more
SETTLED_MS = 15_000  # the service worker has what it keeps
ROUNDS = 3
# Two frames after the first card of the list stands there, it has been painted.
MARK_PAINTED = """
(() => {
  const look = () => {
    if (!document.querySelector('main .card')) return requestAnimationFrame(look);
    const painted = () => { window.paintedAt = performance.now(); };
    requestAnimationFrame(() => requestAnimationFrame(painted));
  };
  requestAnimationFrame(look);
})();
"""
KINDS = {"Document": "html", "Stylesheet": "css", "Script": "js", "Image": "pictures",
         "Font": "fonts"}  # fmt: skip


@dataclass
class Load:
    """What one visit cost: bytes on the wire by kind, requests, seconds to the painted list."""

    seconds: float = 0.0
    requests: int = 0
    sizes: Counter[str] = field(default_factory=Counter)

    @property
    def bytes(self) -> int:
        """All kinds together."""
        return sum(self.sizes.values())


def run() -> Iterator[Figure]:
    """The demo city as `make run` serves it."""
    given = os.environ.get("XIAOHAO_BENCH_CITY")
    with standing_city(Path(given) if given else None) as city, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        cookies = sign_in(browser, city.origin)
        loads = [first(browser, city.origin, cookies) for _ in range(ROUNDS)]
        yield from figures(sorted(loads, key=lambda load: load.seconds)[ROUNDS // 2])
        with Exchange(city.port) as exchange:
            line = exchange.open()
            context = stranger(browser, line.origin, cookies)
            settle(context)
            everything = line.down
            line.luck.change(SLOW_3G)
            seconds = visit(context.new_page())
            context.close()
        yield Figure("phone_first_load_again", round(seconds, 2), "s", "at most 2 s, with the"
                     " service worker", round(seconds / MOST_SECONDS, 2))  # fmt: skip
        yield Figure("phone_first_load_kept", round(everything / 1000, 1), "KB", "all that the"
                     " phone keeps for times without network, no limit", 0.0)  # fmt: skip
        browser.close()
        yield from scores(city.origin + LIST, cookies)


def figures(load: Load) -> Iterator[Figure]:
    """The first visit in numbers."""
    kinds = ", ".join(f"{kind} {size / 1000:.1f}" for kind, size in load.sizes.most_common())
    size = load.bytes
    yield Figure("phone_first_load", round(size / 1000, 1), "KB packed", f"at most 200 KB: {kinds}",
                 round(size / MOST_BYTES, 2))  # fmt: skip
    yield Figure("phone_first_load_requests", load.requests, "requests", "no limit", 0.0)
    yield Figure("phone_first_load_painted", round(load.seconds, 2), "s", "at most 2 s on slow 3G",
                 round(load.seconds / MOST_SECONDS, 2))  # fmt: skip


def sign_in(browser: Browser, origin: str) -> list[Any]:
    """The cookies of the street person."""
    context = browser.new_context(base_url=origin, **SHAPES["phone"], service_workers="block")
    page = context.new_page()
    page.goto("/login")
    page.fill("input[name=login]", LOGIN)
    page.fill("input[name=password]", DEMO_PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(lambda url: "/login" not in url)
    cookies: list[Any] = context.cookies()
    context.close()
    return cookies


def stranger(browser: Browser, origin: str, cookies: list[Any]) -> BrowserContext:
    """A browser that knows nothing but who is there."""
    context = browser.new_context(base_url=origin, **SHAPES["phone"])
    context.add_cookies(cookies)
    context.add_init_script(MARK_PAINTED)
    return context


def first(browser: Browser, origin: str, cookies: list[Any]) -> Load:
    """A visit with nothing kept."""
    context = stranger(browser, origin, cookies)
    page, load = context.new_page(), Load()
    wire = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    wire.on("Network.responseReceived",
            lambda event: kinds.update({event["requestId"]: event["type"]}))  # fmt: skip

    def finished(event: dict[str, Any]) -> None:
        load.requests += 1
        kind = KINDS.get(kinds.get(event["requestId"], ""), "other")
        load.sizes[kind] += int(event["encodedDataLength"])

    wire.on("Network.loadingFinished", finished)
    wire.send("Network.enable")
    wire.send("Network.emulateNetworkConditions", THROTTLE)
    load.seconds = visit(page)
    page.wait_for_load_state("load")
    page.wait_for_timeout(QUIET_MS)
    context.close()
    return load


def settle(context: BrowserContext) -> None:
    """A visit in peace, until the service worker has what it wants."""
    page = context.new_page()
    page.goto(LIST)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload()
    page.wait_for_timeout(SETTLED_MS)
    page.close()


def visit(page: Page) -> float:
    """Seconds from the navigation to the painted list."""
    page.goto(LIST, wait_until="commit", timeout=60_000)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        painted = page.evaluate("window.paintedAt ?? 0")
        if painted:
            return float(painted) / 1000
        page.wait_for_timeout(20)
    raise TimeoutError("no list came")


def scores(address: str, cookies: list[Any]) -> Iterator[Figure]:
    """Lighthouse on its own terms, as a phone; nothing where it is not installed."""
    program = shutil.which("lighthouse")
    if program is None:
        return
    cookie = "; ".join(f"{each['name']}={each['value']}" for each in cookies)
    with tempfile.TemporaryDirectory(prefix="xiaohao-lighthouse-") as folder:
        report = Path(folder) / "report.json"
        command = [
            *(program, address, "--quiet", "--output=json", f"--output-path={report}"),
            "--only-categories=performance,accessibility",
            f"--extra-headers={json.dumps({'Cookie': cookie})}",
            "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
        ]
        environment = {**os.environ, "CHROME_PATH": str(find_browser())}
        subprocess.run(command, env=environment, check=True, timeout=300)  # noqa: S603 as found
        told = json.loads(report.read_text("utf-8"))["categories"]
    for name in ("performance", "accessibility"):
        score = round(100 * float(told[name]["score"]))
        yield Figure(f"phone_first_load_{name}", score, "of 100", f"at least {LEAST_SCORE}",
                     round(score / LEAST_SCORE, 2))  # fmt: skip
