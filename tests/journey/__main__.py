"""Two hundred problems by HTTP, from the first photo to a signed line in an Excel ledger.

``python -m tests.journey [--problems N] [--keep FOLDER]``: an empty database (a file of its own, or
a new one beside that of DATABASE_URL), a server and a worker of its own; exits with 1 when anything
does not reconcile.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from app.db import ROOT
from app.photos.store import FileStore
from tests.journey import reconcile
from tests.journey.cast import FIRST_DAY, SECOND_DAY, Story, ways
from tests.journey.clients import Office
from tests.journey.pictures import Easel, collected
from tests.journey.reconcile import ALL_SEEING, Findings, local_day, say
from tests.journey.server import Server, empty_database
from tests.journey.steps import Album, Walker
from tests.journey.workbook import read_ledger

THREADS = 6
READER = "taizhang"  # who asks for the ledger
LEDGER_WITHIN = 60  # seconds
LAPSED_WITHIN = 30
WAITING = {"waiting", "running"}


class Journey:
    """The whole way, and what was found on it."""

    def __init__(self, server: Server, problems: int, keep: Path) -> None:
        self.server = server
        self.keep = keep
        self.findings = Findings()
        self.album = Album(Easel(), iter(collected()))
        self.problems = problems
        self.stories: list[Story] = []
        self.tokens: dict[str, str] = {}

    def run(self) -> str:
        """Everything; gives the last line."""
        self.server.settle(FIRST_DAY)
        self.server.start(FIRST_DAY)
        office = Office(self.server.address)
        self._first_day(office)
        self._night(office)
        office = Office(self.server.address, self.tokens)
        self._second_day(office)
        ledger = self._ledger(office)
        moves = self._reconcile(office, ledger)
        office.close()
        photos = sum(len(story.photos) for story in self.stories)
        wrong = len(self.findings.wrong)
        return (
            f"journey: {len(self.stories)} problems, {moves} moves, {photos} photos, "
            f"{wrong} mismatches, ledger {ledger}"
        )

    def _first_day(self, office: Office) -> None:
        walker = self._walker(office, FIRST_DAY)
        categories = [
            row for row in office.get(ALL_SEEING, "/categories")["items"] if row["lead_section_id"]
        ]
        streets = sorted(code for code in walker.org_ids if code.isdigit() and len(code) == 9)
        self.stories = [
            Story(n, way, streets[n * 7 % len(streets)], categories[n * 5 % len(categories)])
            for n, way in enumerate(ways(self.problems))
        ]

        def begin(story: Story) -> None:
            walker.report(story)
            if story.way.name != "重复作废":
                walker.walk(story, story.way.first)

        self._all(begin, self.stories)
        late = [story for story in self.stories if story.way.name == "重复作废"]
        self._all(lambda story: walker.walk(story, story.way.first), late)

    def _night(self, office: Office) -> None:
        """Close, and open again some days later."""
        self.tokens = office.tokens
        office.close()
        self.server.stop()
        self.server.start(SECOND_DAY)

    def _second_day(self, office: Office) -> None:
        walker = self._walker(office, SECOND_DAY)
        self._wait_for_lapses(office)
        self._all(
            lambda story: walker.walk(story, story.way.second),
            [story for story in self.stories if story.way.second],
        )

    def _wait_for_lapses(self, office: Office) -> None:
        """The worker returns what was deferred to a day that has passed."""
        waiting = [story for story in self.stories if "lapsed" in story.way.second]
        end = time.monotonic() + LAPSED_WITHIN
        while time.monotonic() < end:
            left = office.pages(ALL_SEEING, "/problems", **{"f.state.is": "deferred"})
            ids = {row["id"] for row in left}
            if not any(story.problem_id in ids for story in waiting):
                return
            time.sleep(0.5)

    def _ledger(self, office: Office) -> Path:
        """Ask for the ledger of these days, wait for the worker, take it away."""
        period = {"period_from": f"{FIRST_DAY:%Y-%m-%d}", "period_to": f"{SECOND_DAY:%Y-%m-%d}"}
        city = self._walker(office, SECOND_DAY).org_ids["2104"]
        asked = office.post(READER, "/ledgers", {**period, "org_id": city}, 202)
        end = time.monotonic() + LEDGER_WITHIN
        while asked["status"]["value"] in WAITING and time.monotonic() < end:
            time.sleep(0.3)
            asked = office.get(READER, f"/ledgers/{asked['id']}")
        self.findings.agree("the ledger", asked["status"]["value"], "done")
        data = office.ask(READER, "GET", f"/ledgers/{asked['id']}/file").content
        self.keep.mkdir(parents=True, exist_ok=True)
        path = self.keep / asked["file_name"]
        path.write_bytes(data)
        return path

    def _reconcile(self, office: Office, ledger: Path) -> int:
        told = reconcile.check_interface(self.stories, office, self.findings)
        reconcile.check_ledger(self.stories, told, read_ledger(ledger), office, self.findings)
        engine = create_engine(self.server.database_url)
        try:
            with engine.connect() as connection:
                store = FileStore(self.server.instance / "photos")
                return reconcile.check_database(self.stories, connection, store, self.findings)
        finally:
            engine.dispose()

    def _walker(self, office: Office, today: datetime) -> Walker:
        orgs = office.get(ALL_SEEING, "/organisations")["items"]
        first: dict[str, int] = {s.street_code: s.problem_id for s in self.stories if s.problem_id}
        return Walker(
            office=office,
            album=self.album,
            today=local_day(today),
            org_ids={row["code"]: row["id"] for row in orgs},
            section_codes={row["id"]: row["code"] for row in orgs},
            first_in=first,
        )

    def _all(self, work: Any, stories: list[Story]) -> None:
        """Several at a time, as a city works; a step that is refused is a mismatch."""

        def one(story: Story) -> None:
            try:
                work(story)
            except Exception as error:
                self.findings.agree(f"story {story.place} ({story.way.name})", repr(error), "done")

        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(one, stories))


def main(arguments: list[str]) -> int:
    """Run it; 1 when anything does not reconcile."""
    parser = argparse.ArgumentParser(prog="python -m tests.journey")
    parser.add_argument("--problems", type=int, default=200)
    parser.add_argument("--keep", type=Path, default=ROOT / "instance" / "journey")
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="xiaohao-journey-") as name:
        folder = Path(name)
        with empty_database(folder) as url:
            server = Server(url, folder)
            try:
                journey = Journey(server, wanted.problems, wanted.keep)
                last = journey.run()
            except BaseException:
                sys.stderr.write(server.log())
                raise
            finally:
                server.stop()
    say(last)
    return 1 if journey.findings.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
