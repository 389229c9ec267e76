"""Watches a browser's pages and remembers everything a person would call broken."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, Response

# Says in the console what the policy refused; the listener runs before any script of the page.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP ${event.effectiveDirective} refused ${event.blockedURI || "inline"} ` +
                `at ${event.sourceFile || location.href}:${event.lineNumber}`);
});
"""
ABORTED = "net::ERR_ABORTED"  # the page was left, or the answer was a download


class Watcher:
    """Console errors, refused content, dialogs, failed requests and error answers of a context."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.found: list[str] = []
        self._origin = origin
        self._expected: list[re.Pattern[str]] = []
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self._note(f"uncaught: {error.error}"))
        context.on("dialog", self._on_dialog)
        context.on("requestfailed", self._on_failure)
        context.on("response", self._on_response)
        context.on("request", self._on_request)

    @contextmanager
    def expecting(self, pattern: str) -> Iterator[None]:
        """Within the block, findings that match the pattern are meant, and one must come."""
        before = len(self.found)
        yield
        fresh = self.found[before:]
        meant = [finding for finding in fresh if re.search(pattern, finding)]
        assert meant, f"nothing matched {pattern!r}; there were {fresh}"
        self.found[before:] = [finding for finding in fresh if finding not in meant]

    def nothing_wrong(self) -> None:
        """Fail with everything remembered."""
        assert not self.found, "the browser complained:\n  " + "\n  ".join(self.found)

    def _note(self, finding: str) -> None:
        self.found.append(finding)

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type not in ("error", "warning"):
            return
        if message.text.startswith("Failed to load resource"):
            return  # told better by the answer itself
        self._note(f"console {message.type}: {message.text}")

    def _on_dialog(self, dialog: Dialog) -> None:
        self._note(f"dialog {dialog.type}: {dialog.message}")
        dialog.dismiss()

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and f"{parts.scheme}://{parts.netloc}" != self._origin:
            self._note(f"a request left the house: {request.url}")

    def _on_failure(self, request: Request) -> None:
        if request.failure != ABORTED:
            self._note(f"request failed: {request.method} {request.url}: {request.failure}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            path = response.url.removeprefix(self._origin)
            self._note(f"answer {response.status}: {response.request.method} {path}")
