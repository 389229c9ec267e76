"""Putting a picture together: street, problem, light, and the JPEG a phone would send."""

import io
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from PIL import Image

from app.demo.chance import chance
from app.demo.scenes import (
    adverts,
    boxes,
    covers,
    fixtures,
    litter,
    parking,
    roads,
    sites,
    trade,
    traffic,
    walls,
    waste,
    water,
)
from app.demo.scenes.brush import Pen, View
from app.demo.scenes.place import HEIGHT, WALLS, WIDTH, Place, place_of, view_of
from app.demo.scenes.stage import Kind, Stage
from app.demo.scenes.street import paint_street
from app.demo.scenes.weather import Weather, choose, develop

_SHELVES = (
    adverts,
    boxes,
    covers,
    fixtures,
    litter,
    parking,
    roads,
    sites,
    trade,
    traffic,
    walls,
    waste,
    water,
)
KINDS: dict[str, Kind] = {name: kind for shelf in _SHELVES for name, kind in shelf.KINDS.items()}
QUALITY = 82
FINE = 2  # the problem itself is drawn at twice the size and shrunk, for smooth edges
_CITY = ZoneInfo("Asia/Shanghai")
_EXIF_MAKE, _EXIF_MODEL, _EXIF_TIME, _EXIF_IFD, _EXIF_ORIGINAL = (
    0x010F,
    0x0110,
    0x0132,
    0x8769,
    0x9003,
)
_FIRST_DAY = datetime(2026, 9, 7, 9, 0, tzinfo=_CITY)


def draw(
    kind: str,
    phase: str,
    seed: object,
    size: tuple[int, int] = (WIDTH, HEIGHT),
    *,
    take: int = 0,
    close: bool = False,
    fixed: bool | None = None,
    taken_at: datetime | None = None,
) -> bytes:
    """One JPEG of a problem.

    `phase` is before or after; the same seed is the same corner, seen by another hand at another
    hour. `take` counts pictures of one phase, `close` steps nearer, `fixed` overrides what the
    phase says (an "after" that shows nothing was done). `taken_at` (aware) sets season, light and
    the EXIF time. Raises KeyError for an unknown kind.
    """
    what = KINDS[kind]
    shot = chance(seed, kind, phase, take, close)
    at = (taken_at or _FIRST_DAY + timedelta(minutes=shot.randrange(60 * 24 * 70))).astimezone(
        _CITY
    )
    place = place_of(seed, chance("focus", seed, kind).choice(what.focus))
    weather = choose(shot, at)
    view = view_of(place, phase if not take else "after", close, shot)
    done = phase == "after" if fixed is None else fixed
    image = _paint(what, kind, place, view, weather, done)
    image = develop(image, weather, shot)
    if image.size != size:
        image = image.resize(size, Image.Resampling.LANCZOS)
    return _encode(image, at)


def _paint(
    what: Kind, name: str, place: Place, view: View, weather: Weather, fixed: bool
) -> Image.Image:
    image = Image.new("RGB", (WIDTH, HEIGHT))
    paint_street(image, place, view, weather)
    aim = chance("aim", place.seed)
    x = aim.uniform(-0.3, 0.3) + (view_centre(place) if place.along else 0.0)
    z = place.wall if place.focus in WALLS else place.spot + aim.uniform(-0.15, 0.25)

    def overlay(pen: Pen) -> None:
        what.overlay(Stage(pen, place, weather, chance("problem", place.seed, name), fixed, x, z))

    _finely(image, view, _room(what, view, x, z), overlay)
    return image


def view_centre(place: Place) -> float:
    """Where the problem lies when one looks down the street: in the middle of its ground."""
    if place.focus == "road":
        return 0.0
    return place.mirror * min(0.4, (place.kerb - place.wall) / 2 + 0.9)


def _room(what: Kind, view: View, x: float, z: float) -> tuple[int, int, int, int]:
    near = max(1.6, z - what.near)
    left = min(view.project(x - what.half, 0, near)[0], view.project(x - what.half, 0, z)[0])
    right = max(view.project(x + what.half, 0, near)[0], view.project(x + what.half, 0, z)[0])
    top = view.project(x, what.tall, z)[1]
    bottom = view.project(x, -0.3, near)[1]
    return (
        max(0, int(left)),
        max(0, int(top)),
        min(WIDTH, int(right) + 1),
        min(HEIGHT, int(bottom) + 1),
    )


def _finely(
    image: Image.Image, view: View, box: tuple[int, int, int, int], paint: Callable[[Pen], None]
) -> None:
    left, top, right, bottom = box
    if right <= left or bottom <= top:
        return
    part = image.crop(box)
    # nearest: what is not drawn over comes back from reduce() exactly as it was
    large = part.resize((part.width * FINE, part.height * FINE), Image.Resampling.NEAREST)
    paint(Pen(large, view.scaled(FINE, left, top)))
    image.paste(large.reduce(FINE), (left, top))


def _encode(image: Image.Image, at: datetime) -> bytes:
    exif = Image.Exif()
    stamp = at.strftime("%Y:%m:%d %H:%M:%S")
    exif[_EXIF_MAKE] = "SHILI"  # the field holds ASCII only
    exif[_EXIF_MODEL] = "Demo picture, drawn"
    exif[_EXIF_TIME] = stamp
    exif.get_ifd(_EXIF_IFD)[_EXIF_ORIGINAL] = stamp
    file = io.BytesIO()
    image.save(file, "JPEG", quality=QUALITY, exif=exif)
    return file.getvalue()
