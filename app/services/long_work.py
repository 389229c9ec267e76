"""What long work shares: what it is handed, how it is told to stop, how it leaves its file."""

import os
import pickle
import shutil
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

from sqlalchemy.orm import Session


class Sessions(Protocol):
    """A database as far as such work needs it: short transactions, one after another."""

    def writing(self) -> AbstractContextManager[Session]:
        """A session that commits at its end."""

    def reading(self) -> AbstractContextManager[Session]:
        """A session that only reads."""


class TakenAway(Exception):
    """Another worker has the job now: stop without a word."""


def keep(path: Path, lots: Iterable[list[Any]]) -> int:
    """Put rows on the disk, a lot in memory at a time; how many.

    Who reads all before he works with it holds no transaction meanwhile.
    """
    rows = 0
    with path.open("wb") as file:
        for lot in lots:
            rows += len(lot)
            pickle.dump(lot, file)
    return rows


def kept(path: Path) -> Iterator[Any]:
    """Those rows, one after another; the file must be what `keep` wrote."""
    with path.open("rb") as file:
        while file.peek(1):
            yield from pickle.load(file)  # noqa: S301 our own of a moment ago


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
