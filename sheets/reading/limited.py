"""Reading in a process of its own: what a hostile file breaks is thrown away with it."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import Timer
from typing import BinaryIO, cast

from sheets.reading import kinds, wire
from sheets.reading.assembly import Assembly
from sheets.reading.book import MEGABYTE, Book, Limits, Refused

ROOT = Path(__file__).resolve().parents[2]
BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from sheets.reading import worker; worker.main(sys.argv[2], sys.argv[3])"
)
EMPTY = "文件是空的，没有内容可读。请检查文件后重新上传。"
NOTHING = "粘贴的内容是空的。请在表格中选中几行，复制后再粘贴。"
TOO_LARGE = "文件有 {size} MB，超过 {limit} MB 的上限。请把它拆成几个文件，或压缩图片后再上传。"
TOO_LONG = "文件读了很久还没有读完，已停止。请把文件拆成几个，或删去多余的工作表后再上传。"
BROKE_OFF = "文件已损坏或结构太复杂，读到一半中断了。请用 Excel 另存为新的 .xlsx 后再上传。"

log = logging.getLogger(__name__)


class Reading:
    """A book that one reader has read, and a second one may still be looking at."""

    def __init__(self, assembly: Assembly, child: Child) -> None:
        self._assembly, self._child = assembly, child
        self._listen()
        self.book = assembly.book()

    def checked(self) -> bool:
        """Hear the second reader out; whether `book`, now the final one, says what it said."""
        if not self._assembly.done:
            self._listen()
        self.book = self._assembly.book()
        return not self._assembly.objections

    def _listen(self) -> None:
        try:
            self._assembly.listen(self._child.answer)
        except wire.BrokenLine as error:
            late = self._child.ran_out_of_time()
            log.warning("reading ended early: %s", "too long" if late else error)
            if not self._assembly.complete:
                raise Refused(TOO_LONG if late else BROKE_OFF) from error


@contextmanager
def reading_book(
    data: bytes,
    name: str,
    limits: Limits | None = None,
    watch: Callable[[int], None] | None = None,
) -> Iterator[Reading]:
    """A workbook, CSV or saved web table, judged by its bytes; raises Refused.

    What has been read can be looked at while a second reader checks it. `watch` is told now and
    then how many rows have come; what it raises stops the reading.
    """
    limits = limits or Limits()
    if not data:
        raise Refused(EMPTY)
    if len(data) > limits.file_bytes:
        size, limit = len(data) / MEGABYTE, limits.file_bytes // MEGABYTE
        raise Refused(TOO_LARGE.format(size=round(size, 1), limit=limit))
    sentence = kinds.not_taken(data)  # what is plainly something else does not cross over
    if sentence is not None:
        raise Refused(sentence)
    with tempfile.TemporaryFile() as spool:
        spool.write(data)
        spool.seek(0)
        with child_at_work(spool, limits) as child:
            yield Reading(Assembly(name, limits, watch or _unwatched), child)


def read_book(
    data: bytes,
    name: str,
    limits: Limits | None = None,
    watch: Callable[[int], None] | None = None,
) -> Book:
    """The same, when both readers have had their say; raises Refused, and what `watch` raises."""
    with reading_book(data, name, limits, watch) as reading:
        reading.checked()
        return reading.book


def read_block(text: str) -> Book:
    """A block pasted from a table: tabs, or what a CSV has between its cells; raises Refused."""
    if not text.strip():
        raise Refused(NOTHING)
    return read_book(text.encode("utf-8-sig", "replace"), "粘贴的内容")


def _unwatched(_: int) -> None:
    """Nobody looks on."""


@dataclass(frozen=True, slots=True)
class Child:
    """The limited process while it reads."""

    process: subprocess.Popen[bytes]
    answer: BinaryIO
    overrun: list[bool]

    def ran_out_of_time(self) -> bool:
        """Whether the clock or the kernel has ended it, rather than its own fault."""
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=1)
        return bool(self.overrun) or self.process.returncode == -signal.SIGXCPU


@contextmanager
def child_at_work(source: BinaryIO, limits: Limits, task: str = "read") -> Iterator[Child]:
    """A limited process that reads the file; `task` is one of worker.TASKS. It ends with this."""
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own text
        [sys.executable, "-I", "-c", BOOT, str(ROOT), json.dumps(asdict(limits)), task],
        stdin=source,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path("/"),
        env=_bare_environment(),
        start_new_session=True,  # Ctrl-C at the server's terminal is not meant for it
    )
    child = Child(process, cast("BinaryIO", process.stdout), [])

    def kill() -> None:
        child.overrun.append(True)
        process.kill()

    timer = Timer(limits.seconds, kill)
    timer.daemon = True
    timer.start()
    try:
        yield child
    finally:
        timer.cancel()
        timer.join()
        process.kill()
        process.wait()
        with suppress(OSError):
            child.answer.close()


def _bare_environment() -> dict[str, str]:
    """No secret of the server's environment goes along: a short list of names does."""
    environment = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2", "PYTHONHASHSEED": "0"}
    for name in ("SYSTEMROOT", "LD_LIBRARY_PATH"):  # what an interpreter may need to start at all
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment
