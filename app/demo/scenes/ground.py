"""The ground of a street: asphalt, slabs, kerbs, grass, water."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

from PIL import Image, ImageChops

from app.demo.scenes import grain
from app.demo.scenes.brush import Pen, Point, View, ragged
from app.demo.scenes.colour import Rgb, mix, shade, vary
from app.demo.scenes.nature import (
    GRASS,
    bush,
    tree,
)
from app.demo.scenes.place import Place
from app.demo.scenes.weather import Weather

NEAR, FAR = 1.25, 160.0
OPEN_GROUND = frozenset({"grass", "river", "site"})  # the houses stand far back, without shops


def band(pen: Pen, x0: float, x1: float, z0: float, z1: float, fill: Rgb, y: float = 0.0) -> None:
    """A rectangle of ground between two x and two distances."""
    pen.ground([(x0, z0), (x1, z0), (x1, z1), (x0, z1)], fill, y)


def ground_across(pen: Pen, place: Place, weather: Weather) -> None:
    """Ground when one looks across the street to the houses."""
    half = 60.0
    asphalt, paving = _ground_colours(place, weather)
    band(pen, -half, half, NEAR, FAR, paving)
    band(pen, -half, half, NEAR, place.kerb, asphalt)
    if place.focus == "grass":
        band(pen, -half, half, place.kerb + 0.2, place.wall - 2.5, GRASS[weather.season])
        _grass_blades(pen, place, weather)
    elif place.focus == "river":
        return
    else:
        _tiles(pen, place, (-9.0, 9.0), (max(place.kerb, NEAR), place.wall), paving)
    _kerb_across(pen, place)
    if place.focus == "road":
        for start in range(-12, 12, 3):
            band(pen, start, start + 1.6, place.kerb - 3.9, place.kerb - 3.78, (206, 206, 200))


def _kerb_across(pen: Pen, place: Place) -> None:
    rng = place.rng("kerb")
    z = place.kerb
    if z < NEAR:
        return
    x = -14.0
    while x < 14:
        tone = vary(rng, (188, 186, 180), 0.05)
        pen.poly(
            [(x, 0.02, z), (x + 0.98, 0.02, z), (x + 0.98, 0.02, z + 0.18), (x, 0.02, z + 0.18)],
            tone,
        )
        pen.poly(
            [(x, -0.12, z), (x + 0.98, -0.12, z), (x + 0.98, 0.02, z), (x, 0.02, z)],
            shade(tone, 0.72),
        )
        x += 1.0
    band(pen, -14, 14, z - 0.16, z - 0.0, shade(place.asphalt, 0.7), -0.12)


def _ground_colours(place: Place, weather: Weather) -> tuple[Rgb, Rgb]:
    asphalt, paving = place.asphalt, place.paving
    if weather.name == "wet":
        return mix(shade(asphalt, 0.74), weather.low, 0.12), shade(paving, 0.76)
    return asphalt, paving


def ground_along(pen: Pen, place: Place, weather: Weather) -> None:
    """Ground when one looks down the street."""
    m = place.mirror
    asphalt, paving = _ground_colours(place, weather)
    far = far_side(place) - 3.2
    left = -place.wall
    band(pen, -60, 60, NEAR, FAR, shade(paving, 0.9))
    band(pen, m * left, m * place.kerb, NEAR, FAR, paving)
    _tiles(
        pen,
        place,
        (min(m * left, m * place.kerb), max(m * left, m * place.kerb)),
        (NEAR, 30.0),
        paving,
    )
    band(pen, m * place.kerb, m * far, NEAR, FAR, asphalt)
    for edge in (place.kerb, far):
        band(pen, m * edge - 0.1, m * edge + 0.1, NEAR, FAR, (190, 188, 182))
        band(pen, m * (edge + 0.1), m * (edge + 0.26), NEAR, FAR, shade(asphalt, 0.78))
    middle = (place.kerb + far) / 2
    z = 1.0 + place.rng("line").uniform(0, 4)
    while z < 80:
        band(pen, m * (middle - 0.07), m * (middle + 0.07), max(z, NEAR), z + 3, (214, 212, 204))
        z += 7


def _tiles(pen: Pen, place: Place, across: Point, away: Point, colour: Rgb) -> None:
    """Paving slabs with joints, and the yellow strip that guides the blind."""
    rng = place.rng("tiles")
    size = 0.5
    columns = int((across[1] - across[0]) / size)
    for _ in range(70):
        x = across[0] + rng.randrange(max(1, columns)) * size
        z = away[0] + rng.randrange(max(1, int((min(away[1], 14) - away[0]) / size))) * size
        band(pen, x, x + size, z, z + size, vary(rng, colour, 0.07))
    strip = place.rng("strip").uniform(1.0, 1.6) + place.spot
    amber = mix((196, 164, 78), colour, 0.35)
    if place.along:
        x = place.mirror * (place.kerb - 1.0)
        band(pen, x - 0.25, x + 0.25, away[0], away[1], amber)
    elif strip + 0.6 < away[1]:
        band(pen, -14, 14, strip, strip + 0.5, amber)
    joint = shade(colour, 0.86)
    x = across[0]
    while x < across[1]:
        pen.beam((x, 0, away[0]), (x, 0, min(away[1], 26)), 0.012, joint)
        x += size
    z = away[0]
    while z < min(away[1], 16):
        pen.brush(joint).line(
            [pen.view.project(across[0], 0, z), pen.view.project(across[1], 0, z)], joint
        )
        z += size


def _grass_blades(pen: Pen, place: Place, weather: Weather) -> None:
    rng = place.rng("grass")
    base = GRASS[weather.season]
    for _ in range(420):
        z = place.kerb + 0.3 + (place.wall - place.kerb - 4) * rng.random() ** 2
        x = rng.uniform(-0.75, 0.75) * z
        pen.ground(
            ragged(rng, x, z, rng.uniform(0.05, 0.3), rng.uniform(0.03, 0.15), 0.4, 7),
            vary(rng, base, 0.16),
        )
    for _ in range(420):
        z = place.kerb + 0.3 + 4 * rng.random() ** 1.5
        x = rng.uniform(-0.75, 0.75) * z
        pen.beam(
            (x, 0, z),
            (x + rng.uniform(-0.04, 0.04), rng.uniform(0.04, 0.1), z),
            0.008,
            vary(rng, shade(base, rng.choice((0.75, 1.15))), 0.1),
        )


def river(pen: Pen, place: Place, weather: Weather) -> None:
    """A river and its far bank."""
    rng = place.rng("river")
    near, far = 3.1, place.wall - 5
    sky = mix(weather.low, weather.top, 0.7)
    stone = (168, 164, 156)
    band(pen, -60, 60, NEAR, near, stone)
    water = mix((86, 110, 112), sky, 0.35)
    for step in range(14):
        share = (step / 14) ** 2
        start = near + (far - near) * share
        band(pen, -60, 60, start, far, mix(water, sky, 0.35 * step / 14), -0.4)
    for _ in range(160):
        z = near + 0.2 + (far - near) * rng.random() ** 2
        x = rng.uniform(-0.8, 0.8) * z
        wide = rng.uniform(0.1, 0.6) * (1 + z / 8)
        pen.poly(
            [(x, -0.4, z), (x + wide, -0.4, z), (x + wide * 0.6, -0.4, z + 0.12)],
            vary(rng, mix(water, sky, rng.uniform(0, 0.7)), 0.05),
        )
    bank = pen.board(-60, far)
    bank.rect(0, -0.4, 120, 0.9, (150, 146, 138))
    bank.rect(0, 0.8, 120, 0.95, (190, 186, 178))
    for x in range(-22, 23):
        own = place.rng("bank", x)
        if x % 2:
            tree(pen, own, x * 1.7, far + 1.5, own.uniform(4, 6), weather.season)
        else:
            bush(pen, own, x * 1.7, far + 0.6, 0.8, weather.season)
    band(pen, -60, 60, near - 0.3, near, shade(stone, 0.85), 0.02)


def grit(image: Image.Image, view: View) -> None:
    """Roughness over all the ground."""
    top = round(view.horizon + 6)
    height = image.height - top
    if height <= 0:
        return
    left = 160
    texture = grain.ground_texture().crop((left, 0, left + 1280, min(700, height)))
    if texture.size != (image.width, height):
        texture = texture.resize((image.width, height))
    box = (0, top, image.width, image.height)
    image.paste(ImageChops.add(image.crop(box), texture, 1, -grain.MIDDLE), box)


def far_side(place: Place) -> float:
    """Metres to the houses on the other side of the street."""
    return 14.5 if place.focus == "pavement" else 12.0
