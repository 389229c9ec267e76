"""The journey as `make journey` runs it, and the tools with which it counts a second time."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from app.config import ConfigurationError, Settings
from app.db import ROOT
from tests.journey import days
from tests.journey.cast import WAYS, ways
from tests.journey.pictures import Easel, look_alike, read_plate
from tests.journey.reconcile import Findings, check_numbers

LAST = re.compile(
    r"journey: (\d+) problems, (\d+) moves, (\d+) photos, (\d+) mismatches, ledger (.+)"
)


def run_journey(folder: Path, *arguments: str, url: str = "") -> re.Match[str]:
    """What the last line says."""
    environment = {**os.environ, "DATABASE_URL": url}
    command = [sys.executable, "-m", "tests.journey", "--keep", str(folder), *arguments]
    answer = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=400
    )
    assert answer.returncode == 0, answer.stdout[-4000:] + answer.stderr[-4000:]
    said = LAST.fullmatch(answer.stdout.splitlines()[-1])
    assert said, answer.stdout[-500:]
    return said


@pytest.mark.slow
def test_two_hundred_problems_go_all_ways_and_everything_reconciles(tmp_path):
    said = run_journey(tmp_path)

    assert (said[1], said[4]) == ("200", "0")
    assert int(said[2]) > 1300
    assert int(said[3]) > 400
    assert Path(said[5]).stat().st_size > 100_000


@pytest.mark.slow
def test_the_same_on_postgresql(tmp_path, backend_named):
    with backend_named("postgresql").empty() as url:
        said = run_journey(tmp_path, "--problems", "40", url=url)

    assert (said[1], said[4]) == ("40", "0")


def test_the_ways_are_two_hundred_and_a_few_problems_still_go_all_of_them():
    assert sum(way.count for way in WAYS) == len(ways(200)) == 200
    assert {way.name for way in ways(30)} == {way.name for way in WAYS}


def test_working_days_are_those_of_the_notice():
    assert days.after(date(2026, 9, 24), 7) == date(2026, 10, 12)
    assert days.between(date(2026, 9, 24), date(2026, 9, 29)) == 2
    assert days.works(date(2026, 10, 10))  # a Saturday that is worked
    assert not days.works(date(2026, 9, 25))


def test_a_plate_is_read_from_a_small_copy_and_pictures_are_told_apart():
    easel = Easel()
    one, other = easel.paint(1234, "before"), easel.paint(1235, "before")

    assert [read_plate(each.data) for each in (one, other)] == [1234, 1235]
    assert look_alike(one.data, one.data)
    assert not look_alike(one.data, other.data)


def test_a_gap_and_a_twin_among_numbers_are_found():
    findings = Findings()

    check_numbers(["FS-1-2026-00001", "FS-1-2026-00003", "FS-2-2026-00001"], findings)
    check_numbers(["FS-1-2026-00001", "FS-1-2026-00001"], findings)

    assert findings.wrong == ["numbers FS-1-2026", "numbers used twice", "numbers FS-1-2026"]


def test_only_the_demo_runs_by_a_shifted_clock(tmp_path):
    environment = {
        "XIAOHAO_INSTANCE": str(tmp_path),
        "SECRET_KEY": "q8Zr1vKx5mT2nB7wL4hJ9cF3dS6gA0pY",
        "XIAOHAO_DEMO_CLOCK_AHEAD_SECONDS": "-3600",
    }

    shifted = Settings.from_environment({**environment, "XIAOHAO_DEMO": "1"})

    assert shifted.clock_ahead.total_seconds() == -3600
    with pytest.raises(ConfigurationError, match="CLOCK_AHEAD"):
        Settings.from_environment({**environment, "XIAOHAO_DEMO": "0"})
    with pytest.raises(ConfigurationError, match="whole number"):
        Settings.from_environment(
            {"XIAOHAO_DEMO": "1", "XIAOHAO_DEMO_CLOCK_AHEAD_SECONDS": "tomorrow",
             "XIAOHAO_INSTANCE": str(tmp_path)}
        )  # fmt: skip
