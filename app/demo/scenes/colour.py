"""Colours as plain triples of 0-255, and the few ways of changing them."""

import random

Rgb = tuple[int, int, int]
Rgba = tuple[int, int, int, int]
TOP = 255


def clamp(value: float) -> int:
    """Nearest whole number within 0-255."""
    return max(0, min(255, round(value)))


def shade(colour: Rgb, factor: float) -> Rgb:
    """Darker below 1, brighter above."""
    red, green, blue = int(colour[0] * factor), int(colour[1] * factor), int(colour[2] * factor)
    return (
        red if red < TOP else TOP,
        green if green < TOP else TOP,
        blue if blue < TOP else TOP,
    )


def mix(one: Rgb, two: Rgb, share: float) -> Rgb:
    """`share` of the second colour, 0 to 1."""
    keep = 1 - share
    return (
        clamp(one[0] * keep + two[0] * share),
        clamp(one[1] * keep + two[1] * share),
        clamp(one[2] * keep + two[2] * share),
    )


def vary(rng: random.Random, colour: Rgb, amount: float = 0.08) -> Rgb:
    """The colour a little brighter or darker, and a little off its hue."""
    draw = rng.random
    base = 1 + (2 * draw() - 1) * amount
    hue = amount / 2
    red = int(colour[0] * (base + (draw() - 0.5) * hue))
    green = int(colour[1] * (base + (draw() - 0.5) * hue))
    blue = int(colour[2] * (base + (draw() - 0.5) * hue))
    return (
        red if red < TOP else TOP,
        green if green < TOP else TOP,
        blue if blue < TOP else TOP,
    )


def alpha(colour: Rgb, opacity: int) -> Rgba:
    """The colour with an opacity of 0-255."""
    return (*colour, opacity)
