"""The application served over HTTP to a browser, in a thread of the test's own process."""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ANSWER = "tests.answer"
SERVED: dict[str, Flask] = {}  # by origin
PATIENCE = 10  # seconds for what is still being answered when a test is over


def remembered(app: WSGIApplication) -> WSGIApplication:
    """The application, each answer's body kept in its request's environment."""

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        environ[ANSWER] = app(environ, start_response)
        return environ[ANSWER]

    return call


class Quiet(WSGIRequestHandler):
    """Serves without a line per request."""

    def run_wsgi(self) -> None:
        """Answer, and be known to be at it."""
        with self.server.at_work:  # type: ignore[attr-defined]
            super().run_wsgi()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002  (werkzeug's name)
        """Say nothing: a browser that leaves mid-picture is no error of ours."""

    def connection_dropped(
        self, error: BaseException, environ: WSGIEnvironment | None = None
    ) -> None:
        """Close the body: the server forgets to when the browser leaves at the very end of it."""
        close = getattr((environ or {}).get(ANSWER), "close", None)
        if close is not None:
            close()


class AtWork:
    """How many requests are being answered at this moment."""

    def __init__(self) -> None:
        self._number = 0
        self._changed = threading.Condition()

    def __enter__(self) -> None:
        """One more."""
        with self._changed:
            self._number += 1

    def __exit__(self, *_how: object) -> None:
        """One less."""
        with self._changed:
            self._number -= 1
            self._changed.notify_all()

    def wait_until_none(self) -> None:
        """Return when all are answered, or a browser does not take its answer."""
        with self._changed:
            self._changed.wait_for(lambda: self._number == 0, PATIENCE)


class LiveServer:
    """Serves an application on a free port of 127.0.0.1 while the block runs."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self._server = make_server(
            "127.0.0.1", 0, remembered(app), threaded=True, request_handler=Quiet
        )
        self._server.at_work = AtWork()  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def origin(self) -> str:
        """Scheme, host and port, without a slash."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> LiveServer:
        """Start serving."""
        SERVED[self.origin] = self.app
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Stop, let what is being answered come to its end, and close the port."""
        del SERVED[self.origin]
        self._server.shutdown()
        self._thread.join()
        self._server.at_work.wait_until_none()  # type: ignore[attr-defined]
        self._server.server_close()
