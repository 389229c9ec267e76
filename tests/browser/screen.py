"""A screen with a person before it: a page of Chromium and what one may ask of its looks."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from app.demo.people import DEMO_PASSWORD
from tests.browser.watch import Watcher
from tests.coming_in import COOKIE, cookie_of
from tests.live import SERVED

FOLDER = Path(os.environ.get("SCREENSHOTS", Path(__file__).parents[2] / ".run" / "screenshots"))
FUSHUN = {"latitude": 41.8797, "longitude": 123.9572, "accuracy": 12}
OLD_ANDROID = (
    "Mozilla/5.0 (Linux; Android 9; vivo 1901) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/120.0.0.0 Mobile Safari/537.36"
)
SHAPES: dict[str, dict[str, Any]] = {
    "phone": {
        "viewport": {"width": 360, "height": 740},
        "is_mobile": True,
        "has_touch": True,
        "device_scale_factor": 2,
        "user_agent": OLD_ANDROID,
    },
    "desktop": {"viewport": {"width": 1440, "height": 900}},
}
PERMISSIONS = ["geolocation", "camera", "clipboard-read", "clipboard-write"]
# What is read ahead for days without network would go on when the test is over.
READS_NOTHING_AHEAD = "delete Navigator.prototype.serviceWorker"
TARGET = 44  # CSS pixels, the least a thumb hits outdoors
# Milliseconds; two busy cores take their time. The machine that checks is the busiest.
PATIENCE = 60_000 if os.environ.get("CI") else 30_000
GRAVE = ("serious", "critical")

WIDE_PARTS = """
() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width + 1) return [];
  const scrolls = (element) => {
    for (let up = element.parentElement; up && up !== document.body; up = up.parentElement) {
      if (getComputedStyle(up).overflowX !== "visible") return true;
    }
    return false;
  };
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.getBoundingClientRect().right > width + 1 && !scrolls(element))
    .map((element) => element.outerHTML.slice(0, 120));
}
"""
SMALL_TARGETS = """
(least) => {
  const places = "nav, form, header, [role=navigation], [role=toolbar], .actions";
  const kinds = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const box = (element) => element.getBoundingClientRect();
  const seen = { visibilityProperty: true, opacityProperty: true };
  const shown = (element) => element.checkVisibility(seen);
  const small = [];
  for (const element of document.querySelectorAll(kinds)) {
    if (!element.closest(places)) continue;
    const inline = element.tagName === "A" && getComputedStyle(element).display === "inline";
    if ((inline && element.closest("p, td")) || element.disabled) continue; // a word in prose
    const targets = [element, ...(element.labels ?? [])].filter(shown).map(box)
      .filter((rect) => rect.width > 1 && rect.height > 1 && rect.right > 0 && rect.bottom > 0);
    if (targets.length === 0) continue;
    const wide = Math.max(...targets.map((rect) => rect.width));
    const high = Math.max(...targets.map((rect) => rect.height));
    if (wide < least - 0.5 || high < least - 0.5) {
      small.push(`${Math.round(wide)}x${Math.round(high)} ${element.outerHTML.slice(0, 120)}`);
    }
  }
  return small;
}
"""


class Screen:
    """One person's browser; ``page`` is Playwright's, everything else is asked of it."""

    def __init__(self, browser: Browser, shape: Literal["phone", "desktop"], origin: str) -> None:
        self.shape = shape
        self.origin = origin
        self.context: BrowserContext = browser.new_context(
            base_url=origin,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            geolocation=FUSHUN,
            permissions=PERMISSIONS,
            **SHAPES[shape],
        )
        self.context.set_default_timeout(PATIENCE)
        self.context.add_init_script(READS_NOTHING_AHEAD)
        self.watcher = Watcher(self.context, origin)
        self.page: Page = self.context.new_page()

    def open(self, path: str) -> Page:
        """Go to an address and wait until its scripts and pictures are in."""
        self.page.goto(path, wait_until="load")
        return self.page

    def photograph(self) -> None:
        """One photo in the viewfinder that a list has opened, and back to the form."""
        self.page.locator("[data-shutter]:enabled").tap()
        self.page.locator(".viewfinder-count", has_text="1/9").wait_for()
        self.page.locator("[data-done]").tap()

    def sign_in(self, name: str) -> Page:
        """Come in as somebody, and open the page his day begins with."""
        cookie = {"name": COOKIE, "value": cookie_of(SERVED[self.origin], name)}
        self.context.add_cookies(
            [{**cookie, "url": self.origin, "httpOnly": True, "sameSite": "Lax"}]
        )
        return self.open("/")

    def type_password(self, name: str, password: str = DEMO_PASSWORD) -> Page:
        """Sign in at /login by typing, as a person does."""
        self.open("/login")
        self.page.locator("input[autocomplete=username]").fill(name)
        self.page.locator("input[autocomplete=current-password]").fill(password)
        self.page.locator("form[method=post] button[type=submit]").first.click()
        self.page.wait_for_url(lambda url: "/login" not in url)
        return self.page

    def sign_out(self) -> None:
        """Forget everything: the next page is a stranger's."""
        self.context.clear_cookies()

    def screenshot(self, name: str, *, whole: bool = False) -> Path:
        """Keep a picture in the screenshots' folder, which git ignores; returns its path.

        Of what is on the screen now; ``whole`` takes the page down to its end, where a bar that
        sticks to the screen's edge appears in the middle.
        """
        FOLDER.mkdir(parents=True, exist_ok=True)
        plain = re.sub(r"[^\w.-]+", "-", name)
        path = FOLDER / f"{plain}-{self.shape}{'-whole' if whole else ''}.png"
        self.page.screenshot(path=path, full_page=whole, animations="disabled")
        return path

    def axe(self) -> None:
        """Fail on what axe calls serious or critical."""
        violations = Axe().run(self.page).response["violations"]
        grave = [
            f"{violation['id']}: {violation['help']}: {node['html'][:160]}"
            for violation in violations
            if violation["impact"] in GRAVE
            for node in violation["nodes"]
        ]
        assert not grave, f"{self.page.url}:\n  " + "\n  ".join(grave)

    def no_horizontal_scroll(self) -> None:
        """Fail when the page is wider than the screen, naming what sticks out."""
        wide = self.page.evaluate(WIDE_PARTS)
        assert not wide, f"{self.page.url} is too wide:\n  " + "\n  ".join(wide)

    def targets_are_large_enough(self) -> None:
        """Fail on buttons, links and fields of navigation and forms that a thumb would miss."""
        small = self.page.evaluate(SMALL_TARGETS, TARGET)
        assert not small, f"{self.page.url} has small targets:\n  " + "\n  ".join(small)

    def look(self, name: str) -> Path:
        """Every question about looks at once, and two pictures: the screen, and the whole page."""
        self.screenshot(name, whole=True)
        path = self.screenshot(name)
        self.no_horizontal_scroll()
        if self.shape == "phone":
            self.targets_are_large_enough()
        self.axe()
        self.watcher.nothing_wrong()
        return path

    def close(self) -> None:
        """Close the browser's window."""
        self.context.close()
