"""The least a server can do with a photo: take the body, write it, fsync, say so."""

import os
import tempfile
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("XIAOHAO_INSTANCE") or tempfile.gettempdir()) / "bare"


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """A WSGI application that keeps what it is sent."""
    data = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / uuid.uuid4().hex).open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    start_response("201 Created", [("Content-Type", "text/plain"), ("Content-Length", "3")])
    return [b"ok\n"]
