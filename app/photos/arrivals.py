"""Files that come piece by piece: what has arrived of each lies in a file of its own and grows."""

import errno
import hashlib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock

from app.photos.store import make_folders, sync_folder

NAME = re.compile(r"[0-9a-f]{32}")
PIECE = 1024 * 1024  # bytes, to read what is there again
_HERE = Lock()  # beside the file's own lock, for systems without one


class Arrivals:
    """Partial files in one folder, for all processes of a server; names are of our own making."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def size(self, name: str) -> int:
        """How many bytes are there; 0 when nothing has come."""
        try:
            return self._path(name).stat().st_size
        except FileNotFoundError:
            return 0

    @contextmanager
    def open(self, name: str) -> Iterator["Arrival"]:
        """The file, to be added to; made where it is not there yet."""
        path = self._path(name)
        make_folders(self.root)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o600)
        try:
            # Not only whoever made the file: that request may have died before it came to this.
            if os.fstat(handle).st_size == 0:
                sync_folder(self.root)
            yield Arrival(handle)
        finally:
            os.close(handle)

    def read(self, name: str) -> bytes:
        """All that has come; nothing where there is no such file."""
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError:
            return b""

    def drop(self, name: str) -> None:
        """Forget what has come."""
        self._path(name).unlink(missing_ok=True)

    def left_since(self, before: float) -> Iterator[str]:
        """The names of files that have not grown since an instant (seconds since 1970)."""
        for path in self.root.glob("*"):
            with suppress(FileNotFoundError):
                if NAME.fullmatch(path.name) and path.stat().st_mtime < before:
                    yield path.name

    def _path(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError(f"not a name of an arrival: {name!r}")
        return self.root / name


class Arrival:
    """One open file. Nothing is locked while bytes are waited for, only while they are written."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    def append(self, at: int, data: bytes) -> bool:
        """Add bytes at the end, which must be at `at`; False when somebody else was there first.

        So of two who send the same file at once one goes on and the other hears of it. Raises
        OSError when the disk is full; what found room stays.
        """
        with self._alone():
            if self.length() != at:
                return False
            os.lseek(self._handle, at, os.SEEK_SET)
            rest = memoryview(data)
            while rest:
                rest = rest[os.write(self._handle, rest) :]
        return True

    def length(self) -> int:
        """How many bytes are there, on disk or on their way to it."""
        return os.fstat(self._handle).st_size

    def sync(self) -> int:
        """Let all that has come reach the disk; its length.

        Raises OSError where it does not: nobody can tell then what is there, and to ask once
        more would be answered as if all were well, so that nothing of it is left.
        """
        length = self.length()
        try:
            os.fsync(self._handle)
        except OSError:
            with self._alone():
                os.ftruncate(self._handle, 0)
            raise
        return length

    def clear_unless(self, sha256: str, size: int) -> None:
        """Drop every byte of a file of this size, unless its hash is right by now.

        Somebody else may have dropped them already and sent others.
        """
        with self._alone():
            if self.length() == size and self.sha256() != sha256:
                os.ftruncate(self._handle, 0)
                os.fsync(self._handle)

    def sha256(self) -> str:
        """The hash of all that has come, as hex."""
        digest = hashlib.sha256()
        os.lseek(self._handle, 0, os.SEEK_SET)
        while piece := os.read(self._handle, PIECE):
            digest.update(piece)
        return digest.hexdigest()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        try:
            import fcntl
        except ImportError:  # Windows: one server process
            with _HERE:
                yield
            return
        fcntl.flock(self._handle, fcntl.LOCK_EX)
        try:
            yield
        finally:
            fcntl.flock(self._handle, fcntl.LOCK_UN)


def is_full(error: OSError) -> bool:
    """Whether a write stopped for want of room."""
    return error.errno in {errno.ENOSPC, errno.EDQUOT}
