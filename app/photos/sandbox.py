"""The pipeline run in limited processes: what a hostile picture breaks is thrown away."""

import atexit
import logging
import os
import subprocess
import sys
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import BoundedSemaphore, Lock, Timer
from typing import Any, BinaryIO, Self, cast

from app.photos import wire
from app.photos.formats import Limits, fingerprint, judge
from app.photos.masking import Rectangle
from app.photos.pipeline import Inspected, Processed
from app.photos.refusal import PhotoRefused
from app.photos.typeface import FontFile, find_font
from app.photos.worker_main import Settings

ROOT = Path(__file__).resolve().parents[2]
BOOT = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from app.photos.worker_main import main; main(sys.argv[2])"
)
START_TIMEOUT = 30.0
QUEUE_TIMEOUT = 30.0
JOBS_PER_LIFE = 500
KEEP = str(32 * 1024 * 1024)
LARGEST_ANSWER = 32 * 1024 * 1024

log = logging.getLogger(__name__)


class SandboxError(Exception):
    """A limited process does not start: the installation is at fault, not the photo."""


class Sandbox:
    """A few limited processes, started when first needed and shared by all threads of a server.

    `size` processes at most, `timeout` seconds a job; a process that crashes or overruns is
    killed and replaced. Use it after a fork as before: each server process gets its own.
    `niceness` makes new processes step back where somebody waits for a page, as `nice` does.
    """

    def __init__(
        self,
        *,
        size: int = 2,
        timeout: float = 5.0,
        limits: Limits | None = None,
        font: FontFile | None = None,
    ) -> None:
        self.limits = limits or Limits()
        self.timeout = timeout
        self.niceness = 0
        self._size = size
        self._settings = Settings(self.limits, font or find_font(), timeout).to_text()
        self._lock = Lock()
        self._idle: list[Child] = []
        self._slots = BoundedSemaphore(size)
        self._closed = False
        atexit.register(self.close)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=_forked(weakref.ref(self)))

    def inspect_and_thumb(self, data: bytes) -> Inspected:
        """As `pipeline.inspect_and_thumb`; raises PhotoRefused."""
        sha256 = fingerprint(data)
        head, blobs = self._run({"do": "inspect", "sha256": sha256}, data, 1)
        return _inspected(head, blobs[0], sha256, data)

    def stamp_copy(self, data: bytes, lines: tuple[str, ...], link: str = "") -> bytes:
        """As `pipeline.stamp_copy`; raises PhotoRefused."""
        return self._run({"do": "stamp", "lines": lines, "link": link}, data, 1)[1][0]

    def masked(self, data: bytes, rectangles: Sequence[Rectangle]) -> bytes:
        """As `masking.masked`; raises PhotoRefused."""
        return self._run({"do": "mask", "rectangles": list(rectangles)}, data, 1)[1][0]

    def process(self, data: bytes, lines: tuple[str, ...], link: str = "") -> Processed:
        """As `pipeline.process`; raises PhotoRefused."""
        sha256 = fingerprint(data)
        job = {"do": "process", "lines": lines, "link": link, "sha256": sha256}
        head, blobs = self._run(job, data, 2)
        return Processed(_inspected(head, blobs[0], sha256, data), blobs[1])

    def close(self) -> None:
        """End the idle processes and wait for them; one at work ends with its job."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()
        atexit.unregister(self.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def abandon(self) -> None:
        """Forget the processes without ending them: after a fork they are the parent's."""
        idle, self._idle = self._idle, []
        self._lock, self._slots = Lock(), BoundedSemaphore(self._size)
        for child in idle:
            child.abandon()

    def _run(
        self, job: dict[str, Any], data: bytes, blobs: int
    ) -> tuple[dict[str, Any], list[bytes]]:
        judge(data, self.limits)  # what is plainly no photo does not cross over
        for attempt in (1, 2):
            try:
                with self._child() as child:
                    head, answer = child.ask(job, data, self.timeout)
                    if "refused" not in head and len(answer) != blobs:
                        raise wire.BrokenFrame("answer")  # noqa: TRY301 - ends the child as well
                break
            except (OSError, wire.BrokenFrame) as error:
                # Somebody else may have ended the process; a picture that did will do it again.
                log.warning("photo process ended during %s, attempt %d", job["do"], attempt)
                if attempt == 2:  # noqa: PLR2004
                    raise PhotoRefused("photo.unreadable") from error
        if "refused" in head:
            raise _refusal(head)
        return head, answer

    @contextmanager
    def _child(self) -> Iterator["Child"]:
        slots = self._slots
        if not slots.acquire(timeout=QUEUE_TIMEOUT):
            raise PhotoRefused("photo.busy")
        try:
            child = self._idle_child() or Child(self._settings, self.niceness)
            sound = False
            try:
                yield child
                sound = True
            finally:
                self._put_back(child, sound=sound)
        finally:
            slots.release()

    def _idle_child(self) -> "Child | None":
        while True:
            with self._lock:
                if not self._idle:
                    return None
                child = self._idle.pop()
            if child.alive():
                return child
            child.end()

    def _put_back(self, child: "Child", *, sound: bool) -> None:
        with self._lock:
            keep = sound and child.jobs < JOBS_PER_LIFE and not self._closed
            if keep:
                self._idle.append(child)
        if not keep:
            child.end()


class Child:
    """One limited process and its two pipes."""

    def __init__(self, settings: str, niceness: int = 0) -> None:
        self.jobs = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own text
            [sys.executable, "-I", "-c", BOOT, str(ROOT), settings],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=Path("/"),
            env=_bare_environment(),
            start_new_session=True,  # Ctrl-C at the server's terminal is not meant for it
        )
        if niceness and hasattr(os, "setpriority"):
            own = os.getpriority(os.PRIO_PROCESS, 0)
            os.setpriority(os.PRIO_PROCESS, self._process.pid, own + niceness)
        self._in = cast("BinaryIO", self._process.stdin)
        self._out = cast("BinaryIO", self._process.stdout)
        try:
            with self._deadline(START_TIMEOUT):
                started = wire.receive(self._out, 0)
        except wire.BrokenFrame:
            started = None
        if started is None or "ready" not in started[0]:
            self.end()
            raise SandboxError(started[0].get("failed") if started else "no answer")

    def ask(
        self, job: dict[str, Any], data: bytes, timeout: float
    ) -> tuple[dict[str, Any], list[bytes]]:
        """One job; raises PhotoRefused on overrun, OSError or BrokenFrame when the child ended."""
        self.jobs += 1
        with self._deadline(timeout) as overrun:
            try:
                wire.send(self._in, job, data)
                frame = wire.receive(self._out, LARGEST_ANSWER)
            except (OSError, wire.BrokenFrame):
                frame = None
        if frame is None:
            if overrun:
                log.warning("photo process killed after %.1f s", timeout)
                raise PhotoRefused("photo.timeout")
            raise wire.BrokenFrame("ended")
        return frame

    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def end(self) -> None:
        """Kill and reap the process, close its pipes."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._in, self._out):
            with suppress(OSError):  # unsent bytes of a job that is over
                pipe.close()

    def abandon(self) -> None:
        """Close this process's ends of the pipes; the process itself belongs to another."""
        self._process.returncode = 0
        for pipe in (self._in, self._out):
            pipe.close()

    @contextmanager
    def _deadline(self, seconds: float) -> Iterator[list[bool]]:
        """Kill the process after `seconds`, so that both pipes end wherever they wait."""
        overrun: list[bool] = []

        def kill() -> None:
            overrun.append(True)
            self._process.kill()

        timer = Timer(seconds, kill)
        timer.daemon = True
        timer.start()
        try:
            yield overrun
        finally:
            timer.cancel()
            timer.join()


def _forked(sandbox: "weakref.ref[Sandbox]") -> Callable[[], None]:
    def forget() -> None:
        if (living := sandbox()) is not None:
            living.abandon()

    return forget


def _bare_environment() -> dict[str, str]:
    """No secret of the server's environment goes along: a short list of names does."""
    environment = {"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
    # Memory of one photo kept for the next, instead of 10 ms of page faults each.
    environment |= dict.fromkeys(("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_"), KEEP)
    for name in ("SYSTEMROOT", "LD_LIBRARY_PATH"):  # what an interpreter may need to start at all
        if name in os.environ:
            environment[name] = os.environ[name]
    return environment


def _inspected(head: dict[str, Any], thumb: bytes, sha256: str, data: bytes) -> Inspected:
    try:
        return wire.unpack(head.get("facts"), thumb, sha256=sha256, byte_size=len(data))
    except wire.BrokenFrame as error:
        raise PhotoRefused("photo.unreadable") from error


def _refusal(head: dict[str, Any]) -> PhotoRefused:
    try:
        code, facts = str(head["refused"]), head["with"]
        return PhotoRefused(code, **{str(name): int(value) for name, value in facts.items()})
    except (KeyError, TypeError, ValueError, AttributeError):
        return PhotoRefused("photo.unreadable")
