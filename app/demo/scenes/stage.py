"""What an overlay gets to draw with, and where it stands."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from app.demo.scenes import nature
from app.demo.scenes.brush import Board, Paint, Pen, Point
from app.demo.scenes.colour import Rgb, alpha, mix, vary
from app.demo.scenes.place import Place
from app.demo.scenes.weather import Weather


@dataclass(frozen=True, slots=True)
class Stage:
    """The spot of the problem; `fixed` is True in the picture taken after the remedy."""

    pen: Pen
    place: Place
    weather: Weather
    rng: random.Random  # draws alike before and after
    fixed: bool
    x: float
    z: float

    def board(self, dx: float = 0.0, dz: float = 0.0, y: float = 0.0) -> Board:
        """An upright sheet so many metres to the right of the spot and behind it."""
        return self.pen.board(self.x + dx, self.z + dz, y)

    def shadow(self, dx: float, dz: float, rx: float, rz: float) -> None:
        """A soft shadow beside the spot, stronger in the sun."""
        dark = round(10 + 9 * self.weather.sun)
        nature.shadow(self.pen, self.x + dx, self.z + dz, rx, rz, dark)

    def spot(self, points: list[Point], fill: Paint, y: float = 0.0) -> None:
        """A shape on the ground, points relative to the spot."""
        self.pen.ground([(self.x + px, self.z + pz) for px, pz in points], fill, y)

    def slab(self, x0: float, z0: float, x1: float, z1: float, fill: Paint, y: float = 0.0) -> None:
        """A rectangle on the ground, relative to the spot."""
        self.spot([(x0, z0), (x1, z0), (x1, z1), (x0, z1)], fill, y)

    def clean(self, rx: float = 1.5, rz: float = 0.9) -> None:
        """Ground where something was removed: swept, still a little damp."""
        nature.wet_sheen(self.pen, self.weather, self.x, self.z, rx, rz)

    def litter(self, count: int, rx: float, rz: float, colours: tuple[Rgb, ...]) -> None:
        """Scraps about the spot."""
        nature.fallen_leaves(self.pen, self.rng, self.x, self.z, rx, rz, count, colours)

    def smoke(self, dx: float, dy: float, size: float, tone: Rgb, dense: int = 20) -> None:
        """A plume that rises and drifts."""
        board = self.board(dx)
        for step in range(26):
            share = step / 26
            reach = size * (0.12 + 0.5 * share)
            board.oval(
                share * size * 0.6 + self.rng.uniform(-0.3, 0.3) * reach,
                dy + share * size * 1.5 + self.rng.uniform(-0.1, 0.1),
                reach,
                reach * 0.8,
                alpha(vary(self.rng, tone, 0.04), round(dense * (1.1 - share))),
            )

    @property
    def surface(self) -> Rgb:
        """The colour of the ground at the spot."""
        if self.place.focus == "road":
            return self.place.asphalt
        if self.place.focus == "grass":
            return nature.GRASS[self.weather.season]
        return self.place.paving

    @property
    def sky(self) -> Rgb:
        """What water mirrors."""
        return mix(self.weather.low, self.weather.top, 0.4)


Overlay = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of problem: how to draw it, on what it lies, how much room it takes in metres."""

    overlay: Overlay
    focus: tuple[str, ...]
    half: float = 1.9
    tall: float = 1.6
    near: float = 1.9  # how far it reaches towards the camera
    deep: float = 0.0  # how far behind the spot it stands
