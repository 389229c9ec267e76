"""The limited process: what it may not do, and what happens when it dies."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.photos import pipeline, sandbox
from app.photos.formats import Limits
from app.photos.refusal import PhotoRefused
from app.photos.sandbox import Sandbox, SandboxError
from app.photos.typeface import FontFile
from tests.photos.pictures import LINES, photo, saved, scene, shared, telling_exif

LINUX = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="walls are Linux's")

PROBE = """
import sys; sys.path.insert(0, sys.argv[1])
from app.photos import pipeline, worker_main
from app.photos.refusal import PhotoRefused
def probe(*_, **__):
    try:
        {deed}
    except (OSError, MemoryError):
        raise PhotoRefused("photo.animated")
warm_up = worker_main._warm_up
def warm_up_then_probe(typeface):
    warm_up(typeface)
    pipeline.process = probe
worker_main._warm_up = warm_up_then_probe
worker_main.main(sys.argv[2])
"""
"""A limited process that does something forbidden, and answers photo.animated if it could not."""


@pytest.fixture(scope="module")
def room() -> Iterator[Sandbox]:
    with Sandbox(size=2) as shared_room:
        shared_room.process(photo(), LINES)
        yield shared_room


def processes(room: Sandbox) -> list[int]:
    return [child._process.pid for child in room._idle]


def status(pid: int, name: str) -> int:
    text = Path(f"/proc/{pid}/status").read_text()
    return next(int(row.split()[1]) for row in text.splitlines() if row.startswith(name))


def deed(monkeypatch: pytest.MonkeyPatch, text: str, timeout: float = 5.0) -> str:
    """The code of the refusal when the limited process does this instead of its job."""
    monkeypatch.setattr(sandbox, "BOOT", PROBE.format(deed=text))
    with Sandbox(size=1, timeout=timeout) as room, pytest.raises(PhotoRefused) as caught:
        room.process(photo(), LINES)
    return caught.value.code


def test_it_gives_exactly_what_the_pipeline_gives(room: Sandbox) -> None:
    data = saved(scene(3000, 2000), exif=telling_exif(6))
    assert room.process(data, LINES) == pipeline.process(data, LINES)
    assert room.inspect_and_thumb(data) == pipeline.inspect_and_thumb(data)
    assert room.stamp_copy(data, LINES) == pipeline.stamp_copy(data, LINES)


def test_a_heic_photo_needs_no_file_opened_behind_the_wall(room: Sandbox) -> None:
    data = shared("photos", "phones", "exifr_mit_iphoneXSMax_gps.heic").read_bytes()
    assert room.process(data, LINES) == pipeline.process(data, LINES)


def test_one_process_serves_one_photo_after_the_other(room: Sandbox) -> None:
    before = processes(room)
    for _ in range(3):
        room.inspect_and_thumb(photo())
    assert processes(room) == before


def test_a_refusal_comes_back_with_its_code_and_its_facts(room: Sandbox) -> None:
    with pytest.raises(PhotoRefused) as caught:
        room.process(photo(63, 80), LINES)
    assert caught.value.code == "photo.too_small"
    assert "63×80" in caught.value.sentence


def test_what_is_plainly_no_photo_never_reaches_a_process() -> None:
    with Sandbox() as unused:
        with pytest.raises(PhotoRefused):
            unused.process(b"<svg/>", LINES)
        assert processes(unused) == []


@LINUX
@pytest.mark.parametrize(
    "text",
    [
        'open("/etc/hostname")',
        'open("/tmp/left-behind", "w")',
        "import socket; socket.socket()",
        'import subprocess; subprocess.run(["/bin/true"])',
        "bytearray(600 * 1024 * 1024)",
        "import os; os.pipe()",
        # Whoever runs code of his own in there may close what is open, to have a number free.
        'import os; os.close(2); open("/etc/hostname")',
        "import os, socket; os.closerange(0, 3); socket.socket()",
        'import os; os.closerange(0, 3); os.open("/proc", os.O_PATH)',
    ],
)
def test_behind_the_wall_nothing_opens(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    assert deed(monkeypatch, text) == "photo.animated"


@LINUX
def test_it_knows_none_of_the_servers_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "telling")
    with Sandbox(size=1) as room:
        room.inspect_and_thumb(photo())
        own = Path(f"/proc/{processes(room)[0]}")
        assert b"telling" not in (own / "environ").read_bytes()
        assert (own / "cwd").readlink() == Path("/")
        assert len(list((own / "fd").iterdir())) == 4


def test_a_picture_that_takes_too_long_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    started = time.monotonic()
    assert deed(monkeypatch, "import time; time.sleep(60)", timeout=0.4) == "photo.timeout"
    assert time.monotonic() - started < 5


@LINUX
def test_a_picture_that_kills_the_decoder_is_refused_and_the_next_is_served(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert deed(monkeypatch, "import os; os.abort()") == "photo.unreadable"


@LINUX
def test_a_process_that_stops_making_sense_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    nonsense = "import os; os.write(3, b'\\xff' * 100_000); os._exit(0)"
    assert deed(monkeypatch, nonsense) == "photo.unreadable"
    false_facts = (
        "from app.photos import wire; import os\n"
        "        wire.send(os.fdopen(3, 'wb', closefd=False), {{'facts': {{'format': 'EXE'}}}},"
        " b'a', b'b')"
    )
    assert deed(monkeypatch, false_facts.replace("{{", "{").replace("}}", "}")) == (
        "photo.unreadable"
    )


@LINUX
def test_somebody_elses_kill_costs_no_photo(room: Sandbox) -> None:
    room.inspect_and_thumb(photo())
    for pid in processes(room):
        os.kill(pid, signal.SIGKILL)
    assert room.inspect_and_thumb(photo()).width == 800


@LINUX
def test_a_kill_during_a_job_costs_no_photo(room: Sandbox) -> None:
    room.inspect_and_thumb(photo())
    pids = processes(room)
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)  # the job is taken and not finished when the kill comes
    timer = threading.Timer(0.2, lambda: [os.kill(pid, signal.SIGKILL) for pid in pids])
    timer.start()
    assert room.process(photo(), LINES).inspected.width == 800
    timer.join()
    assert not set(processes(room)) & set(pids)


def test_64_threads_share_two_processes(room: Sandbox) -> None:
    data = photo()
    expected = pipeline.process(data, LINES)
    with ThreadPoolExecutor(64) as threads:
        done = list(threads.map(lambda _: room.process(data, LINES), range(128)))
    assert all(one == expected for one in done)
    assert len(processes(room)) <= 2


def test_waiting_too_long_for_a_turn_is_busy_not_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "QUEUE_TIMEOUT", 0.05)
    with Sandbox(size=1) as room, room._child(), pytest.raises(PhotoRefused) as caught:
        room.inspect_and_thumb(photo())
    assert caught.value.code == "photo.busy"


def test_a_process_is_replaced_after_its_share_of_jobs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "JOBS_PER_LIFE", 2)
    with Sandbox(size=1) as room:
        room.inspect_and_thumb(photo())
        assert len(processes(room)) == 1
        room.inspect_and_thumb(photo())
        assert processes(room) == []


@LINUX
def test_processes_step_back_when_told_to() -> None:
    room = Sandbox(size=1)
    room.niceness = 5
    room.inspect_and_thumb(photo())
    (pid,) = processes(room)
    assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0) + 5
    room.close()


@LINUX
def test_closing_leaves_no_process_behind() -> None:
    room = Sandbox(size=1)
    room.inspect_and_thumb(photo())
    (pid,) = processes(room)
    room.close()
    room.close()
    assert not Path(f"/proc/{pid}").exists()


@LINUX
def test_the_process_ends_by_itself_when_the_server_is_killed() -> None:
    code = (
        "import os, time; from app.photos.sandbox import Sandbox\n"
        "from tests.photos.pictures import photo\n"
        "room = Sandbox(); room.inspect_and_thumb(photo())\n"
        "print(room._idle[0]._process.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as server:
        assert server.stdout
        pid = int(server.stdout.readline())
        server.kill()
    deadline = time.monotonic() + 5
    while Path(f"/proc/{pid}/stat").exists() and " Z " not in Path(f"/proc/{pid}/stat").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@LINUX
def test_a_forked_server_starts_processes_of_its_own() -> None:
    code = (
        "import os; from app.photos.sandbox import Sandbox\n"
        "from tests.photos.pictures import photo\n"
        "room = Sandbox(); data = photo(); room.inspect_and_thumb(data)\n"
        "pid = room._idle[0]._process.pid; child = os.fork()\n"
        "room.inspect_and_thumb(data); own = room._idle[0]._process.pid\n"
        "assert (own == pid) is bool(child)\n"
        "if child: assert os.waitpid(child, 0)[1] == 0; room.inspect_and_thumb(data)\n"
        "room.close()"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, b"")


@LINUX
def test_the_largest_photos_stay_under_512_megabytes() -> None:
    grey = scene(8900, 6700, "L")
    largest = [
        saved(scene(8900, 6700), quality=80),
        saved(scene(8900, 6700), quality=60, progressive=True, subsampling=0),
        saved(grey.convert("RGBA"), "PNG", compress_level=1),
    ]
    with Sandbox(size=1, limits=Limits(max_bytes=200_000_000), timeout=20) as room:
        for data in largest:
            assert room.process(data, LINES).inspected.width == 8900
        assert status(processes(room)[0], "VmHWM") <= 512 * 1024


def test_a_font_that_is_gone_is_the_installations_fault_not_the_photos(tmp_path: Path) -> None:
    with (
        Sandbox(font=FontFile(tmp_path / "gone.otf")) as room,
        pytest.raises(SandboxError, match="resource"),
    ):
        room.process(photo(), LINES)
