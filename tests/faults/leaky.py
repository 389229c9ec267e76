"""A way to a PostgreSQL server that can be cut and mended, as a cable is."""

from __future__ import annotations

import socket
import tempfile
import threading
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from sqlalchemy.engine import make_url

PORT = 5432  # part of the socket's name


class LeakyWay:
    """Listens on a socket of its own and passes everything on to the server of a URL."""

    def __init__(self, url: str) -> None:
        self._real = make_url(url)
        self._folder = tempfile.TemporaryDirectory(prefix="xh-", dir="/tmp")
        self._path = Path(self._folder.name) / f".s.PGSQL.{PORT}"
        self._listener: socket.socket | None = None
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()

    @property
    def url(self) -> str:
        """The URL of the same database by this way."""
        way = self._real.set(host=None, port=None, query={"host": self._folder.name})
        return way.render_as_string(hide_password=False)

    def mend(self) -> None:
        """Let connections through from now on."""
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._path))
        self._listener.listen(64)
        threading.Thread(target=self._accept, args=(self._listener,), daemon=True).start()

    def cut(self) -> None:
        """End every connection in the middle of whatever it does, and refuse new ones."""
        if self._listener is not None:
            self._path.unlink(missing_ok=True)
            self._end(self._listener)
            self._listener = None
        with self._lock:
            broken, self._open = self._open, []
        for end in broken:
            self._end(end)

    def _end(self, end: socket.socket) -> None:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits for it
        end.close()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = self._reach()
            with self._lock:
                self._open += [near, far]
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _reach(self) -> socket.socket:
        host = str(self._real.query.get("host") or self._real.host or "localhost")
        port = self._real.port or PORT
        if host.startswith("/"):
            far = socket.socket(socket.AF_UNIX)
            far.connect(f"{host}/.s.PGSQL.{port}")
            return far
        return socket.create_connection((host, port))

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
        self._end(source)
        self._end(target)

    def __enter__(self) -> LeakyWay:
        """Open it."""
        self.mend()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Close it for good."""
        self.cut()
        self._folder.cleanup()
