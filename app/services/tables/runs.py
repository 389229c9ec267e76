"""Readings of the table that may take long: how long at most, and marks by which one is stopped."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LONGEST = 30.0
"""Seconds. A filter without an index takes some 5 of them over a million rows on a busy machine;
who has waited six times as long wants another filter, and each reader holds a connection."""
AT_FIRST = 0.5
"""Seconds a page waits for one of its parts; the page then comes without it and asks again."""
FORGOTTEN = 600.0  # seconds: marks of processes that were killed are swept away after them
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)


class Runs:
    """Marks of running statements: a small file each, which all processes of the house see.

    A mark is named by who runs it and by a random token of the browser's. Taking it away stops
    the statement, so nothing is left of a run that ended.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def running(self, user_id: int | None, token: str) -> Iterator[Callable[[], bool] | None]:
        """While it runs: what tells whether to stop, None where nobody can say so.

        That is the case without a good token, for one in use, and while the disk is full.
        """
        mark = self._mark(user_id, token)
        if mark is None or not self._made(mark):
            yield None
            return
        try:
            yield lambda: not mark.exists()
        finally:
            mark.unlink(missing_ok=True)

    def stop(self, user_id: int | None, token: str) -> bool:
        """Stop one's own run of that token; whether there was one."""
        mark = self._mark(user_id, token)
        if mark is None or not mark.exists():
            return False
        mark.unlink(missing_ok=True)
        return True

    def _mark(self, user_id: int | None, token: str) -> Path | None:
        if user_id is None or not TOKEN.fullmatch(token):
            return None
        return self._folder / f"{user_id}-{token}"

    def _made(self, mark: Path) -> bool:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            mark.touch(exist_ok=False)
            self._sweep(mark.stat().st_mtime - FORGOTTEN)
        except OSError:
            return False
        return True

    def _sweep(self, before: float) -> None:
        for each in self._folder.iterdir():
            with suppress(OSError):  # another process sweeps too
                if each.stat().st_mtime < before:
                    each.unlink()
