"""The marks by which a long reading is stopped, without a database."""

from __future__ import annotations

import os

import pytest

from app.services.tables.runs import FORGOTTEN, Runs

TOKEN = "a-random-token-of-a-page"


def test_a_run_is_stopped_by_its_owner_and_leaves_nothing_behind(tmp_path):
    runs, elsewhere = Runs(tmp_path / "runs"), Runs(tmp_path / "runs")
    with runs.running(7, TOKEN) as should_stop:
        assert not should_stop()
        assert not elsewhere.stop(8, TOKEN)
        assert not should_stop()
        assert elsewhere.stop(7, TOKEN)
        assert should_stop()

    assert not list((tmp_path / "runs").iterdir())
    assert not elsewhere.stop(7, TOKEN)


@pytest.mark.parametrize("token", ["", "short", "../../../../etc/passwd", "x" * 65, "号" * 20])
def test_what_is_no_token_names_no_run(tmp_path, token):
    runs = Runs(tmp_path / "runs")
    with runs.running(7, token) as should_stop:
        assert should_stop is None
    assert not runs.stop(7, token)
    assert not (tmp_path / "runs").exists()


def test_a_token_in_use_and_a_folder_that_takes_no_file_keep_nobody_from_reading(tmp_path):
    runs = Runs(tmp_path / "runs")
    with runs.running(7, TOKEN) as first, runs.running(7, TOKEN) as second:
        assert second is None
    assert first is not None
    (tmp_path / "file").touch()
    with Runs(tmp_path / "file").running(7, TOKEN) as should_stop:
        assert should_stop is None


def test_marks_of_processes_that_were_killed_are_swept_away(tmp_path):
    old = tmp_path / "7-of-a-process-long-dead"
    old.touch()
    os.utime(old, (old.stat().st_mtime - FORGOTTEN - 1,) * 2)
    with Runs(tmp_path).running(7, TOKEN):
        assert not old.exists()
