"""A pinhole camera on a street and a pen that draws metres through it."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from PIL import Image, ImageDraw

from app.demo.scenes.colour import Rgb, Rgba, mix, shade, vary

Point = tuple[float, float]
Paint = Rgb | Rgba
NEAREST = 0.6  # metres; what is nearer than this is drawn at this depth


@dataclass(frozen=True, slots=True)
class View:
    """Where the phone is held: pixels of focal length, horizon and side step in metres."""

    focal: float
    centre: float  # x of the vanishing point, pixels
    horizon: float  # y of the horizon, pixels
    eye: float = 1.6  # metres above the ground
    side: float = 0.0  # metres to the right of the scene's axis

    def project(self, x: float, y: float, z: float) -> Point:
        """Metres (right, up, away) to pixels."""
        scale = self.focal / (z if z > NEAREST else NEAREST)
        return self.centre + (x - self.side) * scale, self.horizon - (y - self.eye) * scale

    def scaled(self, factor: float, left: float = 0.0, top: float = 0.0) -> "View":
        """The same view on a canvas that begins at (left, top) and has `factor` pixels to one."""
        return replace(
            self,
            focal=self.focal * factor,
            centre=(self.centre - left) * factor,
            horizon=(self.horizon - top) * factor,
        )


class Pen:
    """Draws polygons given in metres on an image."""

    def __init__(self, image: Image.Image, view: View) -> None:
        self.image = image
        self.view = view
        self._solid = ImageDraw.Draw(image)
        self._glass = ImageDraw.Draw(image, "RGBA")  # blends, which costs several times as much

    def brush(self, fill: Paint) -> ImageDraw.ImageDraw:
        """What draws this paint: see-through paint blends, solid paint covers."""
        return self._solid if len(fill) == len("RGB") else self._glass

    def poly(self, points: Sequence[tuple[float, float, float]], fill: Paint) -> None:
        """A filled shape of points in metres."""
        self.brush(fill).polygon([self.view.project(*point) for point in points], fill=fill)

    def ground(self, points: Sequence[Point], fill: Paint, height: float = 0.0) -> None:
        """A filled shape lying on the ground; points are (right, away)."""
        self.poly([(x, height, z) for x, z in points], fill)

    def disc(self, x: float, z: float, rx: float, rz: float, fill: Paint, y: float = 0.0) -> None:
        """An ellipse lying on the ground."""
        self.ground(ring(x, z, rx, rz, 28), fill, y)

    def beam(
        self,
        start: tuple[float, float, float],
        end: tuple[float, float, float],
        thick: float,
        fill: Paint,
    ) -> None:
        """A line `thick` metres wide."""
        depth = (start[2] + end[2]) / 2
        width = max(1, round(thick * self.view.focal / max(depth, NEAREST)))
        ends = [self.view.project(*start), self.view.project(*end)]
        self.brush(fill).line(ends, fill=fill, width=width)

    def board(self, x: float, z: float, y: float = 0.0) -> "Board":
        """An upright sheet facing the camera, standing at that point."""
        return Board(self, x, y, z)


class Board:
    """Draws in metres from the foot of an upright sheet; x to the right, y up."""

    def __init__(self, pen: Pen, x: float, y: float, z: float) -> None:
        self.pen, self.x, self.y, self.z = pen, x, y, z

    def at(self, dx: float, dy: float) -> Point:
        """Pixels of a point of the sheet."""
        return self.pen.view.project(self.x + dx, self.y + dy, self.z)

    def px(self, metres: float) -> float:
        """Pixels to that many metres here."""
        return metres * self.pen.view.focal / max(self.z, NEAREST)

    def poly(self, points: Sequence[Point], fill: Paint) -> None:
        """A filled shape."""
        self.pen.brush(fill).polygon([self.at(*point) for point in points], fill=fill)

    def rect(self, x0: float, y0: float, x1: float, y1: float, fill: Paint) -> None:
        """A filled rectangle between two corners."""
        self.poly([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Paint) -> None:
        """A filled ellipse about a centre."""
        left, top = self.at(x - rx, y + ry)
        right, bottom = self.at(x + rx, y - ry)
        self.pen.brush(fill).ellipse([left, top, right, bottom], fill=fill)

    def hoop(self, x: float, y: float, r: float, thick: float, fill: Paint) -> None:
        """A circle's line."""
        left, top = self.at(x - r, y + r)
        right, bottom = self.at(x + r, y - r)
        self.pen.brush(fill).ellipse(
            [left, top, right, bottom], outline=fill, width=max(1, round(self.px(thick)))
        )

    def line(self, points: Sequence[Point], thick: float, fill: Paint) -> None:
        """A line `thick` metres wide through the points."""
        self.pen.brush(fill).line(
            [self.at(*point) for point in points],
            fill=fill,
            width=max(1, round(self.px(thick))),
            joint="curve",
        )

    def tube(self, x: float, y0: float, y1: float, r: float, colour: Rgb) -> None:
        """An upright cylinder, lit from the left."""
        steps = 9
        for step in range(steps):
            lit = 0.62 + 0.55 * math.sin(math.pi * (0.22 + 0.72 * (1 - step / (steps - 1))))
            left = x - r + 2 * r * step / steps
            self.rect(left, y0, left + 2 * r / steps + 0.004, y1, shade(colour, lit))

    def blob(
        self,
        rng: random.Random,
        x: float,
        y: float,
        rx: float,
        ry: float,
        colour: Rgb,
        rough: float = 0.12,
    ) -> None:
        """A rounded lump, dark below and bright to the upper left."""
        outline = [1 + rng.uniform(-rough, rough) for _ in range(14)]
        for step in range(6):
            size = 1 - step * 0.16
            lit = 0.55 + step * 0.13
            cx, cy = x - rx * 0.05 * step, y + ry * 0.07 * step
            self.poly(
                [
                    (
                        cx + rx * size * reach * math.cos(turn * math.tau / 14),
                        cy + ry * size * reach * math.sin(turn * math.tau / 14),
                    )
                    for turn, reach in enumerate(outline)
                ],
                shade(colour, lit),
            )

    def box(self, x: float, y: float, w: float, h: float, deep: float, colour: Rgb) -> None:
        """A box seen from the front left: face, right side and lid."""
        self.poly(
            [
                (x + w, y),
                (x + w + deep, y + deep * 0.5),
                (x + w + deep, y + h + deep * 0.5),
                (x + w, y + h),
            ],
            shade(colour, 0.66),
        )
        self.poly(
            [
                (x, y + h),
                (x + w, y + h),
                (x + w + deep, y + h + deep * 0.5),
                (x + deep, y + h + deep * 0.5),
            ],
            shade(colour, 1.15),
        )
        steps = 6
        for step in range(steps):
            lit = 0.82 + 0.2 * step / steps
            self.rect(
                x, y + h * step / steps, x + w, y + h * (step + 1) / steps, shade(colour, lit)
            )


def ring(x: float, y: float, rx: float, ry: float, count: int = 24) -> list[Point]:
    """Points of an ellipse."""
    return [
        (x + rx * math.cos(i * math.tau / count), y + ry * math.sin(i * math.tau / count))
        for i in range(count)
    ]


def ragged(
    rng: random.Random,
    x: float,
    y: float,
    rx: float,
    ry: float,
    rough: float = 0.25,
    count: int = 22,
) -> list[Point]:
    """An uneven patch: an ellipse with a wandering edge."""
    return [
        (x + (px - x) * reach, y + (py - y) * reach)
        for (px, py), reach in zip(
            ring(x, y, rx, ry, count),
            [1 + rng.uniform(-rough, rough) for _ in range(count)],
            strict=True,
        )
    ]


def patch(pen: Pen, rng: random.Random, shape: Sequence[Point], edge: Rgb, core: Rgb) -> None:
    """A patch on the ground that changes from its edge to its core."""
    cx = sum(x for x, _ in shape) / len(shape)
    cz = sum(z for _, z in shape) / len(shape)
    for step in range(6):
        size = 1 - step * 0.14
        pen.ground(
            [(cx + (x - cx) * size, cz + (z - cz) * size) for x, z in shape],
            vary(rng, mix(edge, core, step / 5), 0.015),
        )
