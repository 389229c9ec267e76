"""`make chaos-phone`, short: what a phone has taken reaches the server once, whatever is killed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from app.db import ROOT
from tests.browser.find_browser import NoBrowserError, find_browser
from tests.conftest import absent
from tests.databases import Backend
from tests.demo_city import SECRET, copy_instance, preparing

SAID = re.compile(
    r"chaos-phone: (\d+) problems, (\d+) photos, (\d+) lost, (\d+) doubled, (\d+) with other bytes,"
    r" (\d+) with their own photos in order; .* (\d+) pages, (\d+) browsers and (\d+) servers k"
)


@pytest.fixture
def city(
    backend_named: Callable[[str], Backend],
    pytestconfig: pytest.Config,
    shared_folder: Path,
    instance_folder: Path,
) -> Iterator[Mapping[str, str]]:
    """The environment of a demo city of its own, not served yet."""
    backend = backend_named(pytestconfig.getoption("--live-database"))
    made = shared_folder / f"{backend.name}-demo-instance"
    with backend.copy_of("demo", preparing(made)) as url:
        copy_instance(made, instance_folder)
        yield {**os.environ, "DATABASE_URL": url, "SECRET_KEY": SECRET}


@pytest.mark.slow
def test_two_reports_survive_cuts_lost_answers_and_three_kills(city, instance_folder):
    try:
        find_browser()
    except NoBrowserError as problem:
        absent(str(problem))
    wanted = ["--problems", "2", "--photos", "2", "--rounds", "1"]
    command = [sys.executable, "-m", "tests.chaos.chaos_phone", "--instance", str(instance_folder)]

    answer = subprocess.run(
        [*command, *wanted], cwd=ROOT, env=dict(city), capture_output=True, text=True,
        check=False, timeout=500,
    )  # fmt: skip

    assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr[-3000:]
    said = SAID.match(answer.stdout.splitlines()[-1])
    assert said, answer.stdout[-500:]
    assert [int(number) for number in said.groups()] == [2, 4, 0, 0, 0, 2, 1, 1, 1]
