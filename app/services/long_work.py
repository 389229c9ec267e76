"""What long work shares: what it is handed, how it is told to stop, how it leaves its file."""

import os
import shutil
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from sqlalchemy.orm import Session


class Sessions(Protocol):
    """A database as far as such work needs it: short transactions, one after another."""

    def writing(self) -> AbstractContextManager[Session]:
        """A session that commits at its end."""

    def reading(self) -> AbstractContextManager[Session]:
        """A session that only reads."""


class TakenAway(Exception):
    """Another worker has the job now: stop without a word."""


def empty_folder(folder: Path) -> Path:
    """The folder, without what an earlier try left."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def settle(path: Path) -> None:
    """Let file, name and folder reach the disk before a row names them."""
    folders = (path.parent, path.parent.parent) if os.name == "posix" else ()
    for each in (path, *folders):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
