"""`make load-phones`: two hundred phones send photos over slow uplinks while offices page lists.

``python -m tests.chaos.load_phones [--phones N] [--minutes N] [--seed N] [--instance FOLDER]``: a
fresh demo city served by `run-city`; a 400 KB photo from each phone every 30 seconds, a report of
every three. Exits with 1 on any error, when the p95 of a photo's acknowledgement is over 3 seconds
or that of a list over 1, or when photos still wait five minutes after the last.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.books import Books, Count
from tests.chaos.city import City, standing_city
from tests.chaos.line import Exchange
from tests.chaos.office import DESKS, Desk, Timed
from tests.chaos.phone import LEAST_REST, Filing, Phone
from tests.chaos.pictures import LARGE, Drawn, draw_all
from tests.chaos.two_g import STREETS
from tests.chaos.weather import Weather, kilobits
from tests.journey.reconcile import say

EVERY = 30.0  # seconds between two photos of a phone
IN_A_REPORT = 3
UPLINKS = (256, 384, 512)  # kbit/s
ROUND_TRIP = 0.2
ACKNOWLEDGED, LISTED = 3.0, 1.0  # seconds, p95
EMPTY_WITHIN = 300.0
SIGNING_IN = 8  # at once
LOOK_EVERY = 5.0
FILES = 4096  # open at once, where the system allows


@dataclass
class Asked:
    """What was asked for on the command line."""

    phones: int = 200
    minutes: float = 10.0
    seed: int = 20261123
    instance: Path | None = None

    @property
    def each(self) -> int:
        """Photos of one phone."""
        return max(round(self.minutes * 60 / EVERY), 1)


@dataclass
class Found:
    """What was seen."""

    errors: list[str] = field(default_factory=list)
    lists: Timed = field(default_factory=Timed)
    deepest: int = 0  # photos waiting at once
    emptied: float = -1.0  # seconds after the last photo; negative when it was not
    load: float = 0.0


def run(asked: Asked) -> int:
    """Everything; 0 when it held."""
    allow_files()
    with tempfile.TemporaryDirectory(prefix="xiaohao-photos-") as name:
        say(f"drawing {asked.phones * asked.each} photos of {LARGE.weight // 1000} KB")
        photos = draw_all(Path(name), asked.phones * asked.each, LARGE)
        with standing_city(asked.instance) as city, Exchange(city.port) as exchange:
            books, mark = Books(city), f"LP-{uuid.uuid4().hex[:8]}"
            hands = [
                Hand(asked, number, exchange, books, photos, mark) for number in range(asked.phones)
            ]
            found = work(asked, city, hands, books)
            count = books.count(mark, [photo.sha256 for photo in photos])
            books.close()
            return judge(asked, photos, hands, found, count)


def allow_files() -> None:
    """Each phone holds four sockets open."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = FILES if hard == resource.RLIM_INFINITY else min(FILES, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


class Hand:
    """One phone in a hand: its line, its photos, what it has filed."""

    def __init__(
        self, asked: Asked, number: int, exchange: Exchange, books: Books,
        photos: list[Drawn], mark: str,
    ) -> None:  # fmt: skip
        chance = random.Random(asked.seed + number)
        uplink = kilobits(UPLINKS[number % len(UPLINKS)])
        weather = Weather(up=uplink, down=4 * uplink, round_trip=ROUND_TRIP)
        login = STREETS[number % len(STREETS)]
        self._first = chance.uniform(0, EVERY)
        self._photos = photos[number * asked.each : (number + 1) * asked.each]
        self._spot = books.spot(login, f"{mark} {number}", number * 0.0001)
        self._open: list[Filing] = []
        self.phone = Phone(
            exchange.open(weather, asked.seed + number), login,
            asked.minutes * 60 + EMPTY_WITHIN + 600,
        )  # fmt: skip
        self.seconds: list[float] = []  # from the first byte of a photo to its confirmation

    def work(self, began: float, found: Found) -> None:
        """A photo every half minute, and a report of every three; then what is still to file."""
        try:
            for number, photo in enumerate(self._photos):
                time.sleep(max(began + self._first + number * EVERY - time.monotonic(), 0))
                self._send(number, photo)
                self._file()
            end = time.monotonic() + EMPTY_WITHIN
            while self._open and time.monotonic() < end:
                time.sleep(LEAST_REST + max((each.rest for each in self._open), default=0))
                self._file()
            if self._open:
                found.errors.append(f"{self.phone.login}: {len(self._open)} reports still wait")
        except Exception as error:
            found.errors.append(f"{self.phone.login}: {error!r}")
        finally:
            if self.phone.patience.lost:
                found.errors.append(f"{self.phone.login}: {self.phone.patience.lost} lost answers")
            self.phone.close()

    def _send(self, number: int, photo: Drawn) -> None:
        if number % IN_A_REPORT == 0:
            words = f"{self._spot.words} 第 {number} 张起"
            spot = type(self._spot)(**{**vars(self._spot), "words": words})
            self._open.append(Filing(spot, [], []))
        started = time.monotonic()
        filing = self._open[-1]
        key = self.phone.send_photo(photo, filing.spot)
        filing.photos, filing.keys = [*filing.photos, photo], [*filing.keys, key]
        self.seconds.append(time.monotonic() - started)

    def _file(self) -> None:
        """Try once with every report whose photos are all sent."""
        sent = self.phone.sent.photos
        for filing in list(self._open):
            full = len(filing.photos) == IN_A_REPORT or len(sent) == len(self._photos)
            if full and self.phone.file(filing) is not None:
                self._open.remove(filing)


def work(asked: Asked, city: City, hands: list[Hand], books: Books) -> Found:
    """Everybody signs in, then works; the queue is looked at until it is empty."""
    found, stop = Found(), threading.Event()
    desks = [Desk(city.origin, login, start, found.lists) for login, start in DESKS]
    with ThreadPoolExecutor(SIGNING_IN) as pool:
        for done in [*pool.map(sign_in, [*desks, *(hand.phone for hand in hands)])]:
            found.errors += done
    say(f"{len(hands)} phones and {len(desks)} desks have signed in")
    end = time.monotonic() + EMPTY_WITHIN
    while books.queue() and time.monotonic() < end:  # the demo's own photos are examined first
        time.sleep(1)
    threads = [threading.Thread(target=desk.work, args=(stop,)) for desk in desks]
    began = time.monotonic()
    phones = [threading.Thread(target=hand.work, args=(began, found)) for hand in hands]
    for thread in [*threads, *phones]:
        thread.start()
    watch(asked, began, phones, hands, books, found)
    stop.set()
    for thread in threads:
        thread.join()
    return found


def sign_in(one: Desk | Phone) -> list[str]:
    """What went wrong."""
    try:
        one.sign_in()
    except Exception as error:
        return [f"signing in: {error!r}"]
    return []


def watch(
    asked: Asked, began: float, phones: list[threading.Thread], hands: list[Hand], books: Books,
    found: Found,
) -> None:  # fmt: skip
    """Look at the queue now and then; after the last photo until nothing waits."""
    wanted = len(hands) * asked.each
    last, ended = 0, 0.0
    while True:
        waiting = sum(books.queue().values())
        sent = sum(len(hand.seconds) for hand in hands)
        found.deepest = max(found.deepest, waiting)
        found.load = max(found.load, os.getloadavg()[0])
        now = time.monotonic()
        working = any(thread.is_alive() for thread in phones)
        if not ended and (sent >= wanted or not working):
            ended = now
        if ended and not waiting and not working:
            found.emptied = now - ended
            return
        if ended and now - ended > EMPTY_WITHIN + EVERY:
            return
        if int((now - began) / EVERY) > last:
            last = int((now - began) / EVERY)
            say(f"  {now - began:4.0f} s: {sent}/{wanted} photos sent, {waiting} waiting,"
                f" {len(found.lists.seconds)} lists, {len(found.errors)} errors")  # fmt: skip
        time.sleep(1.0 if ended else LOOK_EVERY)


def p95(seconds: list[float]) -> float:
    """The value that 95 of 100 stay within; 0 of none."""
    return sorted(seconds)[min(int(len(seconds) * 0.95), len(seconds) - 1)] if seconds else 0.0


def spread(seconds: list[float]) -> str:
    """Median, p95 and longest."""
    middle = sorted(seconds)[len(seconds) // 2] if seconds else 0.0
    return f"p50 {middle:.2f} s, p95 {p95(seconds):.2f} s, longest {max(seconds, default=0):.2f} s"


def judge(asked: Asked, photos: list[Drawn], hands: list[Hand], found: Found, count: Count) -> int:
    """The figures, the last line, and whether they are as they should be."""
    waits = [wait for hand in hands for wait in hand.phone.sent.waits]
    whole = [seconds for hand in hands for seconds in hand.seconds]
    errors = found.errors + found.lists.errors
    for error in errors[:20]:
        say(f"error: {error}")
    lost = len(count.lost(photo.sha256 for photo in photos))
    say(f"{os.cpu_count()} cores shared with the phones, load up to {found.load:.1f};"
        f" uplinks {UPLINKS} kbit/s, round trip {ROUND_TRIP * 1000:.0f} ms")  # fmt: skip
    say(f"acknowledgement, from the photo's last byte reaching the server by its line to the"
        f" answer's first byte at the phone: {spread(waits)} ({len(waits)} photos)")  # fmt: skip
    say(f"a whole photo, from asking for the upload to its confirmation: {spread(whole)}")
    say(f"lists, from the request to the last byte of the page: {spread(found.lists.seconds)}"
        f" ({len(found.lists.seconds)} pages by {len(DESKS)} people)")  # fmt: skip
    emptied = f"empty {found.emptied:.0f} s after" if found.emptied >= 0 else "NOT EMPTY after"
    fine = (
        not errors and not lost and not count.doubled and not count.spoiled
        and p95(waits) <= ACKNOWLEDGED and p95(found.lists.seconds) <= LISTED
        and 0 <= found.emptied <= EMPTY_WITHIN
    )  # fmt: skip
    say(f"load-phones: {asked.phones} phones, {asked.minutes:g} minutes, {len(whole)}/{len(photos)}"
        f" photos, {len(count.problems)} problems, {lost} lost, {count.doubled} doubled,"
        f" {len(errors)} errors, acknowledged p95 {p95(waits):.2f} s (at most {ACKNOWLEDGED:g}),"
        f" lists p95 {p95(found.lists.seconds):.2f} s (at most {LISTED:g}), queue {emptied} the"
        f" last photo, {found.deepest} at its longest")  # fmt: skip
    return 0 if fine else 1


def main(arguments: list[str]) -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.load_phones")
    parser.add_argument("--phones", type=int, default=Asked.phones)
    parser.add_argument("--minutes", type=float, default=Asked.minutes)
    parser.add_argument("--seed", type=int, default=Asked.seed)
    parser.add_argument("--instance", type=Path)
    return run(Asked(**vars(parser.parse_args(arguments))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
