"""For figures of importing: the whole way of a file into a fresh city, in a process of its own.

`python -m bench.importing ours|pandas FILE` does the work and says how long it took; `measured`
starts that, and watches the memory of the process and of those it starts.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from app import clock
from app.db import ROOT
from app.extensions import open_photo_room
from app.models import ImportRow, ImportRun, Problem
from app.services.actors import actor_of
from app.services.imports.reading.files import section_of_code
from app.services.imports.reading.vocabulary import load_knowledge
from app.services.imports.settling.deciding import KEEP
from app.services.imports.work.foreground import import_files
from app.services.imports.work.hands import Hands
from app.services.imports.work.job import read_run
from app.services.imports.work.runs import TABLE, Handed, start
from app.services.imports.writing.applying import apply_run, request_apply
from app.services.people.accounts import user_of_login
from bench.figure import Figure
from bench.serving import installation

SECTION = "2104-ZJ-03"
EVERY = 0.05  # seconds between two looks at the memory
REFERENCE = "pandas.read_excel of the same file, merely read with openpyxl"
MEGABYTE = 1024


def figures(name: str, file: Path, reference: Path) -> Iterator[Figure]:
    """Seconds and memory of a whole import, of a second one of the same file, against a reading."""
    theirs, their_memory = measured("pandas", reference)
    ours, memory = measured("ours", file)

    def seconds(part: str, value: float) -> Figure:
        ratio = round(value / theirs["seconds"], 3)
        return Figure(part, round(value, 2), "s", REFERENCE, ratio)

    assert ours["new"] == ours["rows"], ours
    assert ours["again_unchanged"] == ours["rows"], ours
    yield seconds(name, ours["read"] + ours["apply"])
    yield seconds(f"{name}_read_and_compare", ours["read"])
    yield seconds(f"{name}_apply", ours["apply"])
    yield seconds(f"{name}_again", ours["again"])
    yield Figure(
        f"{name}_memory", round(memory), "MB at most", REFERENCE, round(memory / their_memory, 2)
    )


def measured(way: str, file: Path) -> tuple[dict[str, Any], float]:
    """What the process says, and the megabytes that it and its children held at most."""
    command = [sys.executable, "-m", "bench.importing", way, str(file)]
    most = 0
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as process:  # noqa: S603 our own command
        while process.poll() is None:
            most = max(most, sum(map(_held, _family(process.pid))))
            time.sleep(EVERY)
        said = process.stdout.read() if process.stdout else b""
    if process.returncode:
        raise RuntimeError(f"{way} ended with {process.returncode}")
    return json.loads(said.splitlines()[-1]), most / MEGABYTE


def _family(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for children in Path(f"/proc/{pid}/task").glob("*/children"):
            for child in children.read_text().split():
                yield from _family(int(child))


def _held(pid: int) -> int:
    """Kilobytes in memory; of what several processes share each has its part."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0


def by_pandas(file: Path) -> dict[str, Any]:
    """Read the file, and nothing else."""
    import pandas as pd

    started = time.perf_counter()
    frame = pd.read_excel(file, engine="openpyxl")
    return {"seconds": time.perf_counter() - started, "rows": len(frame)}


def by_us(file: Path) -> dict[str, Any]:
    """Read, match, compare and write as a worker does; then the same file once more."""
    with installation() as (settings, database):
        hands = Hands(database, open_photo_room(settings), clock.now)
        with database.reading() as session:
            actor = actor_of(session, user_of_login(session, "guanli").id, clock.now())
            section = section_of_code(load_knowledge(session, clock.now()), SECTION)
        assert actor is not None
        data = file.read_bytes()
        stored = hands.room.store.put_original(data)
        handed = [Handed(file.name, TABLE, stored, len(data))]
        del data
        started = time.perf_counter()
        with database.writing() as session:
            run = start(session, actor, clock.now(), handed, section.id, queue=False)
            run_id, version = run.id, run.version
        read_run(hands, run_id, version)
        read = time.perf_counter()
        with database.writing() as session:
            run = session.get_one(ImportRun, run_id)
            request_apply(session, actor, clock.now(), run, twins=KEEP, queue=False)
        apply_run(hands, run_id, twins=KEEP)
        applied = time.perf_counter()
        with database.reading() as session:
            rows = session.scalar(select(func.count()).select_from(ImportRow))
            new = session.scalar(select(func.count()).select_from(Problem))
        (again,) = import_files(hands, actor, handed, section.id, twins=KEEP)
        ended = time.perf_counter()
        return {
            "read": read - started, "apply": applied - read, "again": ended - applied,
            "rows": rows, "new": new, "again_unchanged": again.unchanged,
        }  # fmt: skip


if __name__ == "__main__":
    work = {"ours": by_us, "pandas": by_pandas}[sys.argv[1]]
    print(json.dumps(work(Path(sys.argv[2]))))
