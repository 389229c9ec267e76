"""The street behind the problem: ground, houses, trees, parked cars."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import random

from PIL import Image

from app.demo.scenes.brush import Pen, View, ragged
from app.demo.scenes.buildings import Front, house
from app.demo.scenes.colour import Rgb, alpha, mix, shade, vary
from app.demo.scenes.ground import (
    NEAR,
    OPEN_GROUND,
    far_side,
    grit,
    ground_across,
    ground_along,
    river,
)
from app.demo.scenes.nature import (
    LEAVES,
    SNOW,
    bush,
    fallen_leaves,
    lamp_post,
    parked_car,
    shadow,
    tree,
)
from app.demo.scenes.place import CARS, WALLS, Place
from app.demo.scenes.weather import Weather, paint_sky


def paint_street(image: Image.Image, place: Place, view: View, weather: Weather) -> None:
    """Draw everything but the problem."""
    pen = Pen(image, view)
    paint_sky(image, view, weather, place.rng("sky", weather.name))
    _skyline(pen, place, weather)
    if place.along:
        ground_along(pen, place, weather)
        grit(image, view)
        _houses_along(pen, place, weather)
    else:
        ground_across(pen, place, weather)
        grit(image, view)
        _houses_across(pen, place, weather)
        if place.focus == "river":
            river(pen, place, weather)
    if weather.sun > 0:
        _shade_of_houses(pen, place, weather)
    _things(pen, place, weather)


def _skyline(pen: Pen, place: Place, weather: Weather) -> None:
    rng = place.rng("skyline")
    haze = weather.low
    edge = [0, pen.view.horizon - 4, pen.image.width, pen.view.horizon + 12]
    ground = shade(haze, 0.8)
    pen.brush(ground).rectangle(edge, fill=ground)
    if not place.along and place.focus not in OPEN_GROUND:
        return  # houses stand before it
    x = -120.0
    while x < 120:
        wide, tall = rng.uniform(9, 22), rng.uniform(10, 34)
        tone = mix(vary(rng, (150, 150, 152), 0.15), haze, 0.62)
        board = pen.board(x, 140)
        board.rect(0, 0, wide, tall, tone)
        for floor in range(int(tall / 3)):
            board.rect(1, floor * 3 + 1, wide - 1, floor * 3 + 2.2, shade(tone, 0.93))
        x += wide + rng.uniform(-2, 12)
    for _ in range(16):
        board = pen.board(rng.uniform(-70, 70), rng.uniform(70, 120))
        colour = rng.choice(LEAVES[weather.season])
        board.blob(rng, 0, 3, rng.uniform(3, 6), rng.uniform(3, 5), mix(colour, haze, 0.5), 0.2)


def _front(pen: Pen, place: Place, weather: Weather, side: str, across: float) -> Front:
    if side == "across":
        return Front(
            pen,
            lambda u, v: (u, v, across),
            place.rng("wall", side),
            1.0,
            True,
            weather.name == "dusk",
        )
    lit = 0.78 if (side == "left") == (place.mirror > 0) else 1.02
    return Front(
        pen,
        lambda u, v: (across, v, u),
        place.rng("wall", side),
        lit,
        False,
        weather.name == "dusk",
    )


def _houses_across(pen: Pen, place: Place, weather: Weather) -> None:
    rng = place.rng("houses")
    if place.focus in OPEN_GROUND or rng.random() < 0.5:
        back = _front(pen, place, weather, "across", place.wall + 26)
        u = -40.0
        while u < 40:
            wide = rng.uniform(16, 30)
            house(back, u, u + wide, rng.randint(5, 8), False, True)
            u += wide + rng.uniform(2, 9)
        low_rise = True
    else:
        low_rise = False
    front = _front(pen, place, weather, "across", place.wall)
    u = -place.wall * 1.2 - rng.uniform(0, 5)
    while u < place.wall * 1.2:
        wide = rng.uniform(7, 15)
        floors = rng.randint(0, 1) if low_rise else rng.randint(3, 6)
        if place.focus in OPEN_GROUND:
            floors = rng.randint(1, 2) if place.focus == "site" else rng.randint(4, 6)
        shops = place.focus not in OPEN_GROUND and place.focus != "gable"
        house(front, u, u + wide, max(floors, 0 if shops else 1), shops, False)
        u += wide + (rng.uniform(1, 4) if place.focus in OPEN_GROUND else 0.0)


def _houses_along(pen: Pen, place: Place, weather: Weather) -> None:
    for side, across in (("left", -place.wall), ("right", far_side(place))):
        rng = place.rng("houses", side)
        front = _front(pen, place, weather, side, across * place.mirror)
        start = rng.uniform(-3, 0.5)
        rows: list[tuple[float, float, int]] = []
        while start < 90:
            wide = rng.uniform(9, 18)
            rows.append((start, start + wide, rng.randint(2, 6)))
            start += wide + (rng.uniform(2, 6) if rng.random() < 0.3 else 0.0)
        for first, last, floors in reversed(rows):
            house(front, max(first, 1.0), max(last, 1.5), floors, True, first > 26)


def _shade_of_houses(pen: Pen, place: Place, weather: Weather) -> None:
    rng = place.rng("sun")
    dark = alpha((24, 28, 44), round(46 * weather.sun))
    if place.along:
        reach = -place.wall + rng.uniform(1.0, 2.6)
        m = place.mirror
        pen.ground(
            [(m * -place.wall, NEAR), (m * reach, NEAR), (m * reach, 60), (m * -place.wall, 60)],
            dark,
        )
    elif place.focus not in OPEN_GROUND:
        reach = place.wall - rng.uniform(0.8, 2.0)
        pen.ground([(-40, reach), (40, reach), (40, place.wall), (-40, place.wall)], dark)
    for _ in range(36):
        x, z = rng.uniform(-3.5, -1.0) * place.mirror, rng.uniform(3.4, 7.5)
        pen.disc(x, z, rng.uniform(0.1, 0.45), rng.uniform(0.1, 0.35), alpha((24, 28, 44), 16))


def _things(pen: Pen, place: Place, weather: Weather) -> None:
    rng = place.rng("things")
    if place.along:
        _things_along(pen, place, weather, rng)
    elif place.focus != "river":
        _things_across(pen, place, weather, rng)
    if weather.season == "autumn" and place.focus != "river":
        fallen_leaves(pen, place.rng("fallen"), 0, 6.5, 5, 4, 60, LEAVES["autumn"])
    if weather.season == "snow" and place.focus != "river":
        edge = place.rng("snow")
        for _ in range(16):
            z = edge.uniform(3.4, 12)
            x = edge.uniform(-0.7, 0.7) * z
            if abs(x) > 1.2 and (place.along or z < place.wall - 0.5):
                pen.ground(
                    ragged(edge, x, z, edge.uniform(0.2, 1.1), edge.uniform(0.05, 0.3)),
                    vary(edge, SNOW, 0.04),
                )


def _things_along(pen: Pen, place: Place, weather: Weather, rng: random.Random) -> None:
    m = place.mirror
    far = far_side(place) - 3.2
    depths = (
        (34.0, 27.0, 20.0, 14.0, 9.6) if place.focus == "pavement" else (34.0, 26.0, 18.0, 11.5)
    )
    lines = [(depth, place.kerb - 0.7) for depth in depths]
    for z in (44, 36, 28, 21, 15):
        parked = rng.random() < 0.55
        tree(pen, place.rng("tree", z), m * (far + 0.7), z, rng.uniform(5.5, 7.5), weather.season)
        if parked:
            _car_from_behind(pen, m * (far - 1.3), z - 2, rng.choice(CARS))
    for depth, x in lines:
        shadow(pen, m * x, depth, 1.3, 0.7, 9 if weather.sun else 4)
        tree(pen, place.rng("near", depth), m * x, depth, rng.uniform(5.5, 7.5), weather.season)
    lamp_post(pen, m * (place.kerb - 0.35), 12.5, 7.2, m * 1.6, (150, 156, 160))


def _car_from_behind(pen: Pen, x: float, z: float, colour: Rgb) -> None:
    shadow(pen, x, z, 1.1, 0.9)
    board = pen.board(x, z)
    board.poly(
        [(-0.62, 1.4), (0.62, 1.4), (0.86, 0.95), (0.88, 0.3), (-0.88, 0.3), (-0.86, 0.95)], colour
    )
    board.poly([(-0.55, 1.34), (0.55, 1.34), (0.72, 0.98), (-0.72, 0.98)], (64, 76, 88))
    board.rect(-0.88, 0.3, 0.88, 0.45, shade(colour, 0.6))
    for side in (-1, 1):
        board.rect(side * 0.8 - 0.1, 0.7, side * 0.8 + 0.1, 0.88, (170, 30, 30))
        board.rect(side * 0.68 - 0.13, 0.0, side * 0.68 + 0.13, 0.3, (32, 32, 34))
    board.rect(-0.24, 0.5, 0.24, 0.64, (40, 80, 170))


def _things_across(pen: Pen, place: Place, weather: Weather, rng: random.Random) -> None:
    if place.focus in WALLS or place.focus == "site":
        return
    if place.focus == "road" and rng.random() < 0.75:
        parked_car(
            pen,
            rng.choice((-3.6, 3.8)) + rng.uniform(-0.5, 0.5),
            place.kerb - 0.9,
            rng.choice(CARS),
        )
    depth = place.kerb + 1.0 if place.focus == "road" else min(place.spot + 2.6, place.wall - 0.8)
    if place.focus == "grass":
        for _ in range(4):
            bush(
                pen,
                rng,
                rng.uniform(-7, 7),
                place.wall - 3.2,
                rng.uniform(0.6, 1.0),
                weather.season,
            )
    for x in (-3.4, 3.3):
        if rng.random() < 0.8:
            at = x + rng.uniform(-0.4, 0.4)
            shadow(pen, at, depth, 1.1, 0.5, 9 if weather.sun else 4)
            tree(pen, place.rng("tree", x), at, depth, rng.uniform(5.0, 6.5), weather.season)
