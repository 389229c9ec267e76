"""A second process that makes new rows ready, while the first one does so too or writes them."""

import os
import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, cast

ROOT = Path(__file__).resolve().parents[4]
BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from app.services.imports.writing import helper; helper.main(int(sys.argv[2]))"
)


class Helper:
    """What a helper has made. It writes into a file, and tells where each thing begins and ends."""

    def __init__(self, told: IO[bytes], made: IO[bytes]) -> None:
        self._told, self._made = told, made
        self._at: dict[int, tuple[int, int]] = {}

    def made(self, key: int) -> Any:
        """What it made under this key, waited for; None where it gave up before."""
        while key not in self._at:
            line = self._told.readline()
            if not line.endswith(b"\n"):
                return None
            known, begin, end = map(int, line.split())
            self._at[known] = begin, end
        begin, end = self._at.pop(key)
        # The helper writes at the place that both share: reading is not to move it.
        data = os.pread(self._made.fileno(), end - begin, begin)
        return pickle.loads(data)  # noqa: S301 our own, of a file without a name


@contextmanager
def helped(asked: Iterable[object]) -> Iterator[Helper]:
    """A helper at work on what it is asked, see `helper.main`; it ends with this."""
    with (
        tempfile.TemporaryFile(prefix="xiaohao-import-") as work,
        tempfile.TemporaryFile(prefix="xiaohao-import-") as made,
    ):
        for each in asked:
            pickle.dump(each, work, pickle.HIGHEST_PROTOCOL)
        work.seek(0)
        process = subprocess.Popen(  # noqa: S603 our own interpreter and our own text
            [sys.executable, "-c", BOOT, str(ROOT), str(made.fileno())],
            stdin=work,
            stdout=subprocess.PIPE,
            pass_fds=[made.fileno()],
            start_new_session=True,  # Ctrl-C at the server's terminal is not meant for it
        )
        told = cast("IO[bytes]", process.stdout)
        try:
            yield Helper(told, made)
        finally:
            process.kill()
            process.wait()
            with suppress(OSError):
                told.close()


def cores() -> int:
    """On how many processors this process may run."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
