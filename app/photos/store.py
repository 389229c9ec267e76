"""Where pictures are kept: originals under their hash, derived copies beside them."""

import hashlib
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol
from uuid import uuid4

from app.photos.formats import fingerprint

SHA256 = re.compile(r"[0-9a-f]{64}")
PIECE = 1024 * 1024  # bytes
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}(\.[a-z0-9]{1,8})?")


class PhotoMissing(Exception):
    """No original is kept under this hash."""


@dataclass(frozen=True, slots=True)
class StoredOriginal:
    """One original: size in bytes, age in seconds since it was last put."""

    sha256: str
    byte_size: int
    age: float


class PhotoStore(Protocol):
    """Bytes under keys of our own making; no key ever comes from a user's file name."""

    def put_original(self, data: bytes) -> str:
        """Keep the bytes for good and return their SHA-256; on disk when this returns."""

    def put_stream(self, source: IO[bytes]) -> str:
        """Keep what the source still holds, a piece at a time, and return its SHA-256."""

    def original(self, sha256: str) -> bytes:
        """The bytes as they came; raises PhotoMissing."""

    def put_derived(self, sha256: str, name: str, data: bytes) -> None:
        """Keep what was made from an original, replacing an earlier one of this name."""

    def derived(self, sha256: str, name: str) -> bytes | None:
        """What was made from an original; None when it is to be made again."""

    def iter_originals(self) -> Iterator[StoredOriginal]:
        """Every original kept, in no order."""

    def remove(self, sha256: str, *, older_than: float = 0.0) -> bool:
        """Forget an original and all made from it, unless it was put within `older_than` seconds.

        For the sweeper alone, which has asked the database first. False when it was kept.
        """


class FileStore:
    """Files in folders under one root, which the web server never serves as they are."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put_original(self, data: bytes) -> str:
        """As the protocol; raises OSError when the disk is full, leaving nothing behind."""
        sha256 = fingerprint(data)
        path = self._original(sha256)
        with self._guard(alone=False):
            try:
                os.utime(path)  # it counts as just put: the sweeper keeps its hands off
            except FileNotFoundError:
                self._write(path, data)
            # Also for a file that was there: another upload may have renamed it a moment ago.
            sync_folder(path.parent)
        return sha256

    def put_stream(self, source: IO[bytes]) -> str:
        """As the protocol; for files that are too large to be held in memory."""
        parts = self.root / "parts"
        make_folders(parts)
        part = parts / uuid4().hex
        try:
            with part.open("xb") as out:
                digest = hashlib.sha256()
                while piece := source.read(PIECE):
                    digest.update(piece)
                    out.write(piece)
                out.flush()
                os.fsync(out.fileno())
            sha256 = digest.hexdigest()
            path = self._original(sha256)
            with self._guard(alone=False):
                try:
                    os.utime(path)
                except FileNotFoundError:
                    make_folders(path.parent)
                    part.replace(path)
                sync_folder(path.parent)
        finally:
            part.unlink(missing_ok=True)
        return sha256

    def original(self, sha256: str) -> bytes:
        """As the protocol."""
        try:
            return self._original(sha256).read_bytes()
        except FileNotFoundError as error:
            raise PhotoMissing(sha256) from error

    def original_path(self, sha256: str) -> Path:
        """The file of an original, for whoever copies or sends files; raises PhotoMissing."""
        path = self._original(sha256)
        if not path.is_file():
            raise PhotoMissing(sha256)
        return path

    def put_derived(self, sha256: str, name: str, data: bytes) -> None:
        """As the protocol; whole or not at all, even after a crash."""
        self._write(self._derived(sha256) / _checked(NAME, name), data)

    def derived(self, sha256: str, name: str) -> bytes | None:
        """As the protocol."""
        try:
            return (self._derived(sha256) / _checked(NAME, name)).read_bytes()
        except FileNotFoundError:
            return None

    def iter_originals(self) -> Iterator[StoredOriginal]:
        """As the protocol; a file removed meanwhile is passed over."""
        now = time.time()
        for path in (self.root / "originals").glob("??/??/*"):
            with suppress(FileNotFoundError):
                found = path.stat()
                yield StoredOriginal(path.name, found.st_size, max(0.0, now - found.st_mtime))

    def remove(self, sha256: str, *, older_than: float = 0.0) -> bool:
        """As the protocol; an upload of the same bytes at the same moment wins."""
        path = self._original(sha256)
        with self._guard(alone=True):
            if not path.exists() or time.time() - path.stat().st_mtime < older_than:
                return False
            self._drop_copies(sha256)
            path.unlink()
        return True

    def remove_leftovers(self, *, older_than: float) -> int:
        """Delete parts of uploads that were cut off, and copies without an original; how many.

        Both of an age in seconds. A copy that is made while its original is removed stays behind.
        """
        count = 0
        for path in (self.root / "parts").glob("*"):
            with suppress(FileNotFoundError):
                if time.time() - path.stat().st_mtime >= older_than:
                    path.unlink()
                    count += 1
        for folder in (self.root / "derived").glob("??/??/*"):
            with suppress(FileNotFoundError):
                if time.time() - folder.stat().st_mtime >= older_than:
                    count += self._is_orphan(folder.name) and self._drop_orphan(folder.name)
        return count

    def _is_orphan(self, sha256: str) -> bool:
        return not self._original(sha256).exists()

    def _drop_orphan(self, sha256: str) -> bool:
        with self._guard(alone=True):
            if not self._is_orphan(sha256):  # put again at this very moment
                return False
            self._drop_copies(sha256)
        return True

    def _drop_copies(self, sha256: str) -> None:
        folder = self._derived(sha256)
        for copy in folder.glob("*"):
            copy.unlink(missing_ok=True)
        with suppress(OSError):  # a copy was just made: it goes with the next sweep
            folder.rmdir()

    def _original(self, sha256: str) -> Path:
        return self._shelf("originals", sha256)

    def _derived(self, sha256: str) -> Path:
        return self._shelf("derived", sha256)

    def _shelf(self, kind: str, sha256: str) -> Path:
        key = _checked(SHA256, sha256)
        return self.root / kind / key[:2] / key[2:4] / key

    def _write(self, path: Path, data: bytes) -> None:
        parts = self.root / "parts"
        make_folders(parts)
        make_folders(path.parent)
        part = parts / uuid4().hex
        try:
            with part.open("xb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            part.replace(path)
        except BaseException:
            part.unlink(missing_ok=True)
            raise

    @contextmanager
    def _guard(self, *, alone: bool) -> Iterator[None]:
        """Uploads side by side, a removal by itself: no file goes between its put and its row."""
        try:
            import fcntl
        except ImportError:  # Windows: one server process, and the sweeper's waiting time guards
            yield
            return
        make_folders(self.root)
        with (self.root / "lock").open("ab") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            yield


def _checked(pattern: re.Pattern[str], key: str) -> str:
    if not pattern.fullmatch(key):
        raise ValueError(f"not a key of the photo store: {key!r}")
    return key


def make_folders(path: Path) -> None:
    """Make the folders and let each new one's entry reach the disk as well."""
    if path.is_dir():
        return
    make_folders(path.parent)
    path.mkdir(exist_ok=True)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    """Let a folder's entries reach the disk."""
    if os.name != "posix":
        return
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
