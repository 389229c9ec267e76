"""Season, hour and sky of one picture, and the light they lay over it."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import random
from dataclasses import dataclass
from datetime import datetime

from PIL import Image, ImageChops

from app.demo.scenes import grain
from app.demo.scenes.brush import View
from app.demo.scenes.colour import Rgb, clamp, mix


@dataclass(frozen=True, slots=True)
class Weather:
    """What the sky does; `season` is leaf, autumn, bare or snow."""

    name: str
    top: Rgb
    low: Rgb
    sun: float  # strength of shadows, 0 to 1
    warmth: float  # -1 cold to 1 warm
    exposure: float
    season: str


_SKIES: dict[str, tuple[Rgb, Rgb, float, float, float]] = {
    "sunny": ((92, 148, 214), (196, 218, 236), 1.0, 0.25, 1.06),
    "fair": ((120, 166, 216), (214, 226, 234), 0.7, 0.1, 1.03),
    "hazy": ((176, 186, 194), (216, 214, 206), 0.25, 0.3, 1.0),
    "overcast": ((168, 176, 186), (206, 210, 214), 0.0, -0.25, 0.95),
    "dusk": ((98, 112, 158), (244, 186, 128), 0.4, 0.75, 0.9),
    "wet": ((146, 156, 168), (190, 196, 202), 0.0, -0.4, 0.9),
}
_DUSK_HOUR, _DAWN_HOUR = 16, 7


def season_of(day: datetime) -> str:
    """How the trees of Fushun look on a day: leaves fall in October, snow lies from December."""
    if day.month in {12, 1, 2}:
        return "snow"
    if day.month in {11, 3} or (day.month, day.day) > (10, 24):
        return "bare"
    if day.month == 10 or (day.month, day.day) > (9, 24):
        return "autumn"
    return "leaf"


def choose(rng: random.Random, day: datetime) -> Weather:
    """A likely sky for the season and the hour."""
    names = ["sunny", "sunny", "fair", "fair", "hazy", "overcast", "overcast", "wet"]
    name = rng.choice(names)
    if day.hour >= _DUSK_HOUR or day.hour < _DAWN_HOUR:
        name = rng.choice(["dusk", "hazy", "overcast", "dusk"])
    top, low, sun, warmth, exposure = _SKIES[name]
    return Weather(
        name,
        mix(top, (200, 204, 210), rng.uniform(0, 0.25)),
        mix(low, (220, 220, 220), rng.uniform(0, 0.25)),
        sun,
        warmth + rng.uniform(-0.15, 0.15),
        exposure * rng.uniform(0.95, 1.05),
        season_of(day),
    )


def paint_sky(image: Image.Image, view: View, weather: Weather, rng: random.Random) -> None:
    """Fill the picture down to the horizon with sky and clouds."""
    width = image.width
    height = max(8, round(view.horizon) + 8)
    strip = Image.new("RGB", (1, 16))
    for row in range(16):
        strip.putpixel((0, row), mix(weather.top, weather.low, (row / 15) ** 0.8))
    sky = strip.resize((width, height), Image.Resampling.BICUBIC)
    if weather.name in {"sunny", "fair", "dusk"}:
        left = rng.randrange(0, 1600 - 900)
        veil = grain.clouds().crop((left, 0, left + 900, 420)).resize((width, height))
        if weather.name == "sunny":
            veil = veil.point(lambda value: value * 0.6)
        sky.paste(mix(weather.low, (255, 252, 248), 0.7), (0, 0, width, height), veil)
    image.paste(sky, (0, 0))


def _curve(gain: float) -> list[int]:
    table = []
    for value in range(256):
        level = value / 255 * gain
        bent = level + 0.10 * (level - 0.5) * (1 - abs(2 * level - 1)) * 2
        table.append(clamp(8 + bent * 244))
    return table


def develop(image: Image.Image, weather: Weather, rng: random.Random) -> Image.Image:
    """Light, lens and film over the finished drawing."""
    warm = weather.warmth * 0.07
    gain = weather.exposure
    image = image.point(_curve(gain * (1 + warm)) + _curve(gain) + _curve(gain * (1 - warm)))
    image = ImageChops.multiply(image, grain.vignette(*image.size))
    film = grain.film_grain()
    left = rng.randrange(max(1, film.width - image.width))
    top = rng.randrange(max(1, film.height - image.height))
    if image.width > film.width or image.height > film.height:
        film = film.resize(image.size)
        left = top = 0
    part = film.crop((left, top, left + image.width, top + image.height))
    return ImageChops.add(image, part, 1, -grain.MIDDLE)
