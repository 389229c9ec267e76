"""For figures of the grid in a browser: Chromium, signed in, on the million rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from app.demo.people import DEMO_PASSWORD
from bench.grid import REVIEWER, columns
from bench.million import Standing, standing
from bench.serving import HOST, serving
from tests.browser.conftest import FLAGS
from tests.browser.find_browser import find_browser

SIZE = (1440, 900)
WAIT_MS = 60_000
# Two frames after a row with text stands there, it has been painted.
MARK_FIRST_ROW = """
(() => {
  const look = () => {
    const cell = document.querySelector('.slick-row:not(.is-awaited) .slick-cell.l2');
    if (!cell || !cell.textContent.trim()) return requestAnimationFrame(look);
    const painted = () => { window.firstRowAt = performance.now(); };
    requestAnimationFrame(() => requestAnimationFrame(painted));
  };
  requestAnimationFrame(look);
})();
"""

FIRST_ROW = """
async (most) => {
  while (!(window.firstRowAt > 0)) {
    if (performance.now() > most) throw new Error('no row came');
    await new Promise(requestAnimationFrame);
  }
  return window.firstRowAt;
}
"""


@dataclass(slots=True)
class Desk:
    """A person at a desktop screen before the grid."""

    city: Standing
    browser: Browser
    context: BrowserContext
    address: str

    def open(self, context: BrowserContext | None = None) -> tuple[Page, float]:
        """The grid, and the milliseconds from navigation to its first painted row."""
        page = (context or self.context).new_page()
        page.add_init_script(MARK_FIRST_ROW)
        page.goto(self.address)
        return page, float(page.evaluate(FIRST_ROW, WAIT_MS))

    def stranger(self) -> BrowserContext:
        """The same person at a browser that has never been here: nothing is cached."""
        made = self.browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]})
        made.add_cookies(self.context.cookies())  # type: ignore[arg-type] as it gave them
        return made


@contextmanager
def desk() -> Iterator[Desk]:
    """Chromium in front of the product's server."""
    city = standing()
    with serving("wsgi:app", city.settings) as port, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        context = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]})
        origin = f"http://{HOST}:{port}"
        page = context.new_page()
        page.goto(f"{origin}/login")
        page.fill("input[name=login]", REVIEWER)
        page.fill("input[name=password]", DEMO_PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lambda url: "/login" not in url)
        page.close()
        shown = urlencode({"cols": ",".join(columns(city))})
        yield Desk(city, browser, context, f"{origin}/table/{city.sheet_id}?{shown}")
        browser.close()
