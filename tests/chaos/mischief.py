"""What happens to a phone and its server in a bad hour, at moments drawn by a seed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.chaos.browser import Browser
from tests.chaos.city import City
from tests.chaos.line import Exchange, Line

KINDS = ("page", "server", "browser", "air")


@dataclass
class Mischief:
    """A thread that does each kind in turn so many times, with pauses of so many seconds."""

    city: City
    exchange: Exchange
    line: Line
    browser: Browser
    rounds: int
    pause: tuple[float, float]
    seed: int
    done: Counter[str] = field(default_factory=Counter)
    failure: Exception | None = None

    def __post_init__(self) -> None:
        """The order of each round is drawn as well."""
        self._chance = random.Random(self.seed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="mischief")

    def begin(self) -> None:
        """Start."""
        self._thread.start()

    @property
    def is_over(self) -> bool:
        """Whether all of it has happened."""
        return not self._thread.is_alive()

    def end(self) -> None:
        """No more of it; the server stands when this returns."""
        self._stop.set()
        self._thread.join()

    def wait(self) -> None:
        """Until all of it has happened."""
        self._thread.join()

    def _run(self) -> None:
        deeds: dict[str, Callable[[], bool]] = {
            "page": self.browser.kill_pages, "browser": self.browser.kill,
            "server": self._restart, "air": self._lose_the_network,
        }  # fmt: skip
        try:
            for _ in range(self.rounds):
                for kind in self._chance.sample(KINDS, len(KINDS)):
                    while not self._stop.wait(self._chance.uniform(*self.pause)):
                        if deeds[kind]():
                            self.done[kind] += 1
                            break
        except Exception as error:
            self.failure = error

    def _restart(self) -> bool:
        """The machine's power goes and comes back."""
        self.city.kill()
        self.city.start()
        self.exchange.target = self.city.port
        return True

    def _lose_the_network(self) -> bool:
        """A cellar: every call ends, and none gets through for a while."""
        self.line.dead = True
        self.exchange.cut_all_calls(self.line)
        self._stop.wait(self._chance.uniform(1, 4))
        self.line.dead = False
        return True
