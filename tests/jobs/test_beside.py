"""How long work beside the jobs rests after something went wrong."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import DataError, OperationalError

from app.jobs import beside
from app.photos.sandbox import SandboxError


@pytest.mark.parametrize(
    ("fault", "seconds"),
    [
        (OperationalError("select 1", {}, Exception("gone")), beside.AWAY_SECONDS),
        (OSError("no space"), beside.AWAY_SECONDS),
        (SandboxError("no answer"), beside.AWAY_SECONDS),
        (ValueError("of one photo"), beside.IDLE_SECONDS),
        (DataError("insert", {}, Exception("a text no column takes")), beside.IDLE_SECONDS),
    ],
)
def test_only_what_concerns_all_photos_makes_them_wait(fault, seconds, logs):
    def work(_shop) -> bool:
        raise fault

    assert beside.rest_after(None, "intake", work) == seconds
    assert [line["work"] for line in logs] == ["intake"]


def test_while_there_is_work_nobody_rests():
    assert beside.rest_after(None, "intake", lambda _shop: True) == 0
    assert beside.rest_after(None, "intake", lambda _shop: False) == beside.IDLE_SECONDS
