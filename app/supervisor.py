"""Child processes started together and ended together: the server and the worker of one command."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

PATIENCE = 15.0  # seconds for a child to end by itself
REST = 3.0  # seconds before a child that ended is started again
LOOK_EVERY = 0.2


@dataclass(frozen=True, slots=True)
class Program:
    """One child; a `vital` one that ends by itself ends them all. `log` takes what it says."""

    name: str
    command: Sequence[str]
    vital: bool = False
    log: Path | None = None


class Supervisor:
    """Keeps programs running until a signal, in sessions of their own: Ctrl-C reaches only us."""

    def __init__(
        self, programs: Sequence[Program], environment: Mapping[str, str], folder: Path
    ) -> None:
        self._programs = programs
        self._environment = dict(environment)
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._again_at: dict[str, float] = {}
        self._stopping = False

    def run(self, when_started: Callable[[], None], say: Callable[[str], None]) -> int:
        """Start all, call `when_started`, wait; 0 after a signal, 1 when a vital program ended."""
        before = {
            number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)
        }
        try:
            for program in self._programs:
                self._start(program)
            when_started()
            return self._watch(say)
        finally:
            self._end_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    @property
    def stopping(self) -> bool:
        """Whether a signal asked for the end."""
        return self._stopping

    def alive(self, name: str) -> bool:
        """Whether a program runs right now."""
        child = self._running.get(name)
        return child is not None and child.poll() is None

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _start(self, program: Program) -> None:
        with program.log.open("ab") if program.log else nullcontext() as log:
            self._running[program.name] = subprocess.Popen(  # noqa: S603 our own command
                program.command,
                cwd=self._folder,
                env=self._environment,
                start_new_session=True,
                stdout=log,
                stderr=subprocess.STDOUT if log else None,
            )

    def _watch(self, say: Callable[[str], None]) -> int:
        while not self._stopping:
            for program in self._programs:
                code = self._running[program.name].poll()
                if code is None:
                    continue
                if program.vital:
                    say(f"{program.name}已停止（代码 {code}）。")
                    return 1
                self._again(program, code, say)
            time.sleep(LOOK_EVERY)
        return 0

    def _again(self, program: Program, code: int, say: Callable[[str], None]) -> None:
        due = self._again_at.setdefault(program.name, time.monotonic() + REST)
        if time.monotonic() < due:
            return
        del self._again_at[program.name]
        say(f"{program.name}意外停止（代码 {code}），重新启动。")
        self._start(program)

    def _end_all(self) -> None:
        for child in self._running.values():
            _signal_group(child, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        for child in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                child.wait(max(end - time.monotonic(), 0.1))
            _signal_group(child, signal.SIGKILL)  # whatever it left behind
            child.wait()


def _signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, number)
