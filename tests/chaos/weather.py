"""What may go wrong on a line: how slow it is and how often it breaks, drawn by a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

NEVER = float("inf")
BITS = 8


@dataclass(frozen=True)
class Weather:
    """A line's quality.

    `up` and `down` are bytes a second, shared by all connections of the line; `round_trip` is
    seconds, half of it each way, and once more for each new connection. `drop` is the share of
    answers lost whole: the server has said all of it, the phone reads none. `cut_every` is the mean
    number of bytes, both ways together, between two cuts; where one falls is any byte. `silence` is
    how many seconds at most a broken connection stays mute before the phone learns of it.
    """

    up: float = NEVER
    down: float = NEVER
    round_trip: float = 0.0
    drop: float = 0.0
    cut_every: float = NEVER
    silence: float = 0.0


def kilobits(number: float) -> float:
    """Bytes a second."""
    return number * 1000 / BITS


FAIR = Weather()
TWO_G = Weather(up=kilobits(50), down=kilobits(50), round_trip=0.5, drop=0.2)
SLOW_3G = Weather(up=kilobits(400), down=kilobits(400), round_trip=0.4)


@dataclass
class Luck:
    """The dice of one line: the same seed throws the same."""

    weather: Weather
    seed: int
    _dice: random.Random = field(init=False)
    _left: float = field(init=False)

    def __post_init__(self) -> None:
        """Draw where the first cut falls."""
        self._dice = random.Random(self.seed)
        self._left = self._next_cut()

    def change(self, weather: Weather) -> None:
        """Other weather from now on."""
        self.weather = weather
        self._left = self._next_cut()

    def passes(self, size: int) -> int:
        """How many of so many bytes pass before the line is cut; all of them when it is not."""
        if size < self._left:
            self._left -= size
            return size
        passed = int(self._left)
        self._left = self._next_cut()
        return passed

    def loses_the_answer(self) -> bool:
        """Whether this answer is dropped."""
        return self._dice.random() < self.weather.drop

    def mute(self) -> float:
        """Seconds of silence before a phone learns that its connection is gone."""
        return self._dice.uniform(0, self.weather.silence)

    def _next_cut(self) -> float:
        every = self.weather.cut_every
        return NEVER if every == NEVER else self._dice.expovariate(1 / every)
