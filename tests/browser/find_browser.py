"""Finds a Chromium: the system's, else Playwright's own; ``--install`` may bring one.

Run as a program it prints the path, or says in a sentence what to do and ends with 1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# The second is for a build without a window, which knows no --version.
QUESTIONS = (
    ["--version"],
    ["--no-sandbox", "--headless", "--disable-gpu", "--dump-dom", "about:blank"],
)
INSTALL_SECONDS = 600


class NoBrowserError(Exception):
    """No Chromium starts here; the text says how to get one."""


def find_browser() -> Path:
    """The first Chromium that answers.  Raises NoBrowserError."""
    for candidate in candidates():
        if candidate.exists() and answers(candidate):
            return candidate
    raise NoBrowserError(
        "No Chromium or Chrome found. Install the system's package (apt install chromium), or run "
        "'playwright install chromium', or set BROWSER to the path of one."
    )


def candidates() -> Iterator[Path]:
    """Where one may be: the one asked for, the system's, Playwright's."""
    if os.environ.get("BROWSER"):
        yield Path(os.environ["BROWSER"])
    for command in COMMANDS:
        if found := shutil.which(command):
            yield Path(found)
    yield from (Path(place) for place in PLACES)
    yield from playwrights_own()


def playwrights_own() -> Iterator[Path]:
    """What ``playwright install`` put in its cache, the fuller build first."""
    given = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    home = Path.home()
    caches = [Path(given)] if given else [
        home / ".cache" / "ms-playwright", home / "Library" / "Caches" / "ms-playwright",
    ]  # fmt: skip
    names = ("chrome", "Chromium", "Google Chrome for Testing", "headless_shell",
             "chrome-headless-shell")  # fmt: skip
    for cache in caches:
        for build in sorted(cache.glob("chromium*"), reverse=True):
            for name in names:
                yield from (path for path in build.rglob(name) if path.is_file())


def answers(path: Path) -> bool:
    """True when the program starts (a snap's stub is there and does not)."""
    for question in QUESTIONS:
        try:
            said = subprocess.run([path, *question], capture_output=True, timeout=30, check=False)
        except (OSError, subprocess.TimeoutExpired):
            return False
        if said.returncode == 0 and said.stdout.strip():
            return True
    return False


def install() -> Path:
    """The browser found, else Playwright's download, else the system's package.
    Raises NoBrowserError when none of these works here."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if os.geteuid() == 0 and shutil.which("apt-get"):
        ways.append(["apt-get", "install", "-y", "--no-install-recommends", "chromium"])
    for way in ways:
        try:
            return find_browser()
        except NoBrowserError:
            sys.stderr.write(f"No browser yet; trying: {' '.join(way)}\n")
            try:
                subprocess.run(way, check=False, timeout=INSTALL_SECONDS, stdout=sys.stderr)
            except (OSError, subprocess.TimeoutExpired) as problem:
                sys.stderr.write(f"{problem}\n")
    return find_browser()


def main() -> None:
    """Print the path of a browser, or the sentence."""
    try:
        found = install() if "--install" in sys.argv[1:] else find_browser()
    except NoBrowserError as problem:
        sys.exit(str(problem))
    sys.stdout.write(f"{found}\n")


if __name__ == "__main__":
    main()
