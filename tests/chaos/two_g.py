"""`make chaos-2g`: five hundred photos over lines of 50 kbit/s that lose a fifth of all answers.

``python -m tests.chaos.two_g [--photos N] [--phones N] [--seed N] [--instance FOLDER]``: a fresh
demo city served by `run-city`; exits with 1 when a photo is missing or twice, or when more than
1.3 times their bytes went over the lines.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import uuid
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from app.demo.people import STAFF_OF
from tests.chaos.books import Books, Count
from tests.chaos.city import standing_city
from tests.chaos.line import Exchange, Line
from tests.chaos.phone import Phone, Spot
from tests.chaos.pictures import SMALL, Drawn, draw_all
from tests.chaos.tus import GivenUp, Refused
from tests.chaos.weather import TWO_G
from tests.journey.reconcile import say

IN_A_REPORT = 2
MOST_BYTES = 1.3  # times the files
PER_PHOTO = 60.0  # seconds a photo may take, all its tries together
AT_LEAST = 300.0
LOOK_EVERY = 15.0
STREETS = sorted(login for code, login in STAFF_OF.items() if code.isdigit() and len(code) == 9)
MB = 1e6


@dataclass
class Asked:
    """What was asked for on the command line."""

    photos: int = 500
    phones: int = 20
    seed: int = 20261123
    instance: Path | None = None


@dataclass
class Trouble:
    """What phones did not manage, in words."""

    failures: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Street:
    """One person at work: a line, and reports to send, each with its photos."""

    login: str
    line: Line
    reports: tuple[tuple[Spot, tuple[Drawn, ...]], ...]


def run(asked: Asked) -> int:
    """Everything; 0 when all photos are there once."""
    with tempfile.TemporaryDirectory(prefix="xiaohao-photos-") as name:
        photos = draw_all(Path(name), asked.photos, SMALL)
        explain(asked, photos)
        with standing_city(asked.instance) as city, Exchange(city.port) as exchange:
            books, mark = Books(city), f"2G-{uuid.uuid4().hex[:8]}"
            streets = divided(asked, photos, exchange, books, mark)
            started = time.monotonic()
            trouble = send_all(streets)
            took = time.monotonic() - started
            count = books.count(mark, [photo.sha256 for photo in photos])
            books.close()
            for failure in trouble.failures:
                say(failure)
            return judge(asked, photos, exchange.lines, count, took)


def explain(asked: Asked, photos: list[Drawn]) -> None:
    """Why the photos are small and the phones several."""
    heavy = sum(photo.size for photo in photos)
    alone = heavy / TWO_G.up
    say(
        f"{len(photos)} photos of {photos[0].size / 1000:.0f} KB: real JPEGs, drawn small, and"
        f" {asked.phones} phones at once, each on a line of its own of 50 kbit/s and 500 ms that"
        f" loses 20 % of answers after the server gave them; on one line the bytes alone would take"
        f" {alone / 60:.0f} minutes, and with photos of 400 KB {alone / 60 * 400 / 30:.0f}"
    )


def divided(
    asked: Asked, photos: list[Drawn], exchange: Exchange, books: Books, mark: str
) -> list[Street]:
    """Reports of two photos, dealt out to the phones."""
    pairs = [tuple(photos[n : n + IN_A_REPORT]) for n in range(0, len(photos), IN_A_REPORT)]
    streets = []
    for phone in range(asked.phones):
        login = STREETS[phone % len(STREETS)]
        mine = range(phone, len(pairs), asked.phones)
        reports = tuple(
            (books.spot(login, f"{mark} 第 {n} 处道路不洁", n * 0.0004), pairs[n]) for n in mine
        )
        line = exchange.open(TWO_G, asked.seed + phone)
        streets.append(Street(login, line, reports))
    return streets


def send_all(streets: list[Street]) -> Trouble:
    """All phones at once; a line now and then says how far they are."""
    trouble = Trouble()
    with ThreadPoolExecutor(len(streets)) as pool:
        working: set[Future[None]] = {pool.submit(send, street, trouble) for street in streets}
        while working:
            done, working = wait(working, LOOK_EVERY)
            for each in done:
                each.result()
            up = sum(street.line.up for street in streets)
            answers = sum(street.line.answers for street in streets)
            say(f"  {up / MB:.1f} MB sent, {answers} answers, {len(working)} phones at work")
    return trouble


def send(street: Street, trouble: Trouble) -> None:
    """One phone's day."""
    count = sum(len(photos) for _, photos in street.reports)
    phone = Phone(street.line, street.login, AT_LEAST + PER_PHOTO * count)
    try:
        phone.sign_in()
        for spot, photos in street.reports:
            phone.report(photos, spot)
    except (Refused, GivenUp) as error:
        trouble.failures.append(f"{street.login}: {error!r}")
    finally:
        phone.close()


def judge(asked: Asked, photos: list[Drawn], lines: list[Line], count: Count, took: float) -> int:
    """The last line, and whether it is as it should be."""
    heavy = sum(photo.size for photo in photos)
    up, answers, dropped = (sum(getattr(line, name) for line in lines)
                            for name in ("up", "answers", "dropped"))  # fmt: skip
    there = len(photos) - len(count.lost(photo.sha256 for photo in photos))
    reports = -(-len(photos) // IN_A_REPORT)
    fine = (
        there == len(photos) and not count.doubled and not count.spoiled
        and len(count.problems) == reports and up <= MOST_BYTES * heavy
    )  # fmt: skip
    say(f"seals: {dict(count.seals)}; {len(count.spoiled)} files whose bytes are not their hash")
    say(
        f"chaos-2g: {there}/{len(photos)} photos accepted, {len(count.problems)}/{reports}"
        f" problems, {count.doubled} twins, {up / MB:.2f} MB sent for {heavy / MB:.2f} MB of files"
        f" (x {up / heavy:.2f}, at most {MOST_BYTES}), {dropped} of {answers} answers dropped,"
        f" {asked.phones} phones, {took:.0f} s"
    )
    return 0 if fine else 1


def main(arguments: list[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.two_g")
    parser.add_argument("--photos", type=int, default=Asked.photos)
    parser.add_argument("--phones", type=int, default=Asked.phones)
    parser.add_argument("--seed", type=int, default=Asked.seed)
    parser.add_argument("--instance", type=Path)
    return run(Asked(**vars(parser.parse_args(arguments))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
