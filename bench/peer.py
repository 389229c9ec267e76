"""datasette on the same file, as it is installed: the peer a page of rows is measured against."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

from bench.serving import HOST, wait_for

NAME = "datasette"


def is_installed() -> bool:
    """Whether there is a peer here."""
    return find_spec(NAME) is not None


# A page as it is, and one without the count and the facets that come with it otherwise.
WAYS: dict[str, Sequence[tuple[str, str]]] = {
    "peer": (),
    "peer_bare": (("_nocount", "1"), ("_nosuggest", "1"), ("_nofacet", "1")),
}


def title(way: str) -> str:
    """Its name with its version, and how it was asked."""
    asked = ", no count, no facets" if WAYS[way] else ""
    return f"{NAME} {version(NAME)} as installed{asked}, same file and columns, ids without names"


@contextmanager
def serving_rows(file: Path) -> Iterator[http.client.HTTPConnection]:
    """A connection to datasette on a database file."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", NAME, "serve", str(file), "--host", HOST, "--port", str(port)]
    command += ["--setting", "sql_time_limit_ms", "60000"]  # slow is measured, not refused
    with subprocess.Popen(  # noqa: S603 our own command
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as peer:
        try:
            wait_for(port)
            connection = http.client.HTTPConnection(HOST, port, timeout=120)
            yield connection
            connection.close()
        finally:
            with suppress(ProcessLookupError):
                os.killpg(peer.pid, signal.SIGTERM)


def rows(
    connection: http.client.HTTPConnection,
    file: Path,
    columns: Sequence[str],
    asked: Sequence[tuple[str, str]],
    limit: int,
) -> list[object]:
    """A page of the table `problem`; RuntimeError for anything but rows."""
    shown = [("_col", column) for column in columns]
    query = urlencode([*shown, *asked, ("_size", str(limit)), ("_shape", "objects")])
    connection.request("GET", f"/{file.stem}/problem.json?{query}")
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{NAME}: {answer.status} {body[:300]!r}")
    found: list[object] = json.loads(body)["rows"]
    return found
