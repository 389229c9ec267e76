"""A bench at which arrived files are judged, and what came of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from app.jobs import intake
from app.jobs.worker import workshop
from app.models import Photo
from tests.builders import MONDAY

HOUR = timedelta(hours=1)
NOW = MONDAY + HOUR  # what the clock of these tests says


class Bench:
    """A workshop whose clock can be put on."""

    def __init__(self, app) -> None:
        self.at = NOW
        self.shop = replace(workshop(app), now=lambda: self.at)

    def judge(self) -> int:
        """Judge until nothing waits; how many were taken up."""
        count = 0
        while intake.work_once(self.shop):
            count += 1
        return count


def photos(database) -> list[Photo]:
    with database.reading() as session:
        return list(session.scalars(select(Photo).order_by(Photo.received_at)))
