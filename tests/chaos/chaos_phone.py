"""`make chaos-phone`: Chromium as a phone reports problems while everything around it fails.

``python -m tests.chaos.chaos_phone [--problems N] [--photos N] [--rounds N] [--seed N]
[--instance FOLDER]``: a fresh demo city served by `run-city`, the real pages with their outbox, a
line that is cut at random bytes and loses answers, pages, browser and server killed at random.
Exits with 1 unless every problem and every photo is on the server once and whole.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.chaos.books import Books, Count
from tests.chaos.browser import Browser
from tests.chaos.city import City, standing_city
from tests.chaos.line import Exchange, Line
from tests.chaos.mischief import Mischief
from tests.chaos.person import METRES_APART, Person, Task
from tests.chaos.pictures import SMALL, draw_all
from tests.chaos.weather import Weather, kilobits
from tests.journey.reconcile import say

LOGIN = "zhanqian1"
STORM = Weather(
    up=kilobits(600), down=kilobits(600), round_trip=0.1, drop=0.15, cut_every=60_000, silence=1.0
)
PER_PROBLEM = 60.0  # seconds, its kills included
AT_LEAST = 240.0
PAUSE = (1.0, 6.0)  # seconds between two misfortunes


@dataclass
class Asked:
    """What was asked for on the command line."""

    problems: int = 20
    photos: int = 3
    rounds: int = 6
    seed: int = 20261123
    instance: Path | None = None


def run(asked: Asked) -> int:
    """Everything; 0 when nothing was lost and nothing is there twice."""
    with tempfile.TemporaryDirectory(prefix="xiaohao-phone-") as name:
        folder = Path(name)
        with standing_city(asked.instance) as city, Exchange(city.port) as exchange:
            books = Books(city)
            tasks = drawn_tasks(asked, books, folder / "photos")
            line = exchange.open(seed=asked.seed)
            with sync_playwright() as playwright:
                browser = Browser(playwright.chromium, folder / "profile", line.origin)
                try:
                    return live(asked, city, exchange, line, browser, tasks, books)
                finally:
                    browser.close()
                    books.close()


def drawn_tasks(asked: Asked, books: Books, folder: Path) -> list[Task]:
    """Each problem somewhere else, each photo of a size of its own."""
    mark = f"CP-{uuid.uuid4().hex[:8]}"
    photos = draw_all(folder, asked.problems * asked.photos, SMALL, growing=8)
    return [
        Task(
            words := f"{mark} 第 {n + 1} 处道路不洁",
            tuple(photos[n * asked.photos : (n + 1) * asked.photos]),
            books.spot(LOGIN, words, n * METRES_APART),
        )
        for n in range(asked.problems)
    ]


def live(
    asked: Asked, city: City, exchange: Exchange, line: Line, browser: Browser,
    tasks: list[Task], books: Books,
) -> int:  # fmt: skip
    """The first visit in peace; then the storm, until the outbox is empty."""
    started = time.monotonic()
    person = Person(browser, LOGIN, started + AT_LEAST + PER_PROBLEM * asked.problems)
    mischief = Mischief(city, exchange, line, browser, asked.rounds, PAUSE, asked.seed)
    failure = ""
    person.first_visit()
    say(f"the phone was set up in {time.monotonic() - started:.0f} s; now the line breaks")
    line.luck.change(STORM)
    mischief.begin()
    try:
        for number, task in enumerate(tasks, 1):
            person.report(task)
            say(f"  {time.monotonic() - started:4.0f} s: {number} of {len(tasks)} reported")
        person.wait_until_sent(tasks)
        mischief.wait()
        person.wait_until_sent(tasks)  # also after the last kill the phone knows it is done
    except TimeoutError as error:
        failure = str(error)
    finally:
        mischief.end()
    hashes = [photo.sha256 for task in tasks for photo in task.photos]
    count = books.count(tasks[0].words.split(" ")[0], hashes)
    took = time.monotonic() - started
    return judge(tasks, person, mischief, line, count, f"{took:.0f} s {failure}".strip())


def judge(
    tasks: list[Task], person: Person, mischief: Mischief, line: Line, count: Count, took: str
) -> int:
    """The last line, and whether it is as it should be."""
    hashes = [photo.sha256 for task in tasks for photo in task.photos]
    there = len(hashes) - len(count.lost(hashes))
    lost = set(person.lost) | set(count.lost(hashes))
    right = sum(
        count.of_problem.get(problem_id) == [photo.sha256 for photo in task.photos]
        for task in tasks
        for problem_id, words in count.problems.items()
        if words == task.words
    )
    for refusal in dict.fromkeys(person.refused):
        say(f"refused: {refusal}")
    if mischief.failure is not None:
        say(f"the mischief itself failed: {mischief.failure!r}")
    problems = len(set(count.problems.values()))
    fine = (
        problems == len(tasks) == right and there == len(hashes) and not lost
        and not count.doubled and not count.spoiled and not person.refused
        and mischief.failure is None
    )  # fmt: skip
    done = mischief.done
    say(
        f"chaos-phone: {problems} problems, {there} photos, {len(lost)} lost,"
        f" {count.doubled} doubled, {len(count.spoiled)} with other bytes, {right} with their own"
        f" photos in order; {line.cuts} cuts, {line.dropped} of {line.answers} answers dropped,"
        f" {done['page']} pages, {done['browser']} browsers and {done['server']} servers killed,"
        f" {done['air']} times no network, {person.sign_ins} sign-ins,"
        f" {len(set(person.refused))} refused; {took}"
    )
    return 0 if fine else 1


def main(arguments: list[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.chaos_phone")
    parser.add_argument("--problems", type=int, default=Asked.problems)
    parser.add_argument("--photos", type=int, default=Asked.photos)
    parser.add_argument("--rounds", type=int, default=Asked.rounds)
    parser.add_argument("--seed", type=int, default=Asked.seed)
    parser.add_argument("--instance", type=Path)
    return run(Asked(**vars(parser.parse_args(arguments))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
