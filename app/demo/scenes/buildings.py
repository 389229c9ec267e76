"""House fronts: walls with rows of windows, and shops with signs on the ground floor."""

# ruff: noqa: PLR2004 - a drawing is made of plain measures

import random
from collections.abc import Callable
from dataclasses import dataclass

from app.demo.scenes.brush import Paint, Pen
from app.demo.scenes.colour import Rgb, mix, shade, vary
from app.demo.scenes.lettering import write

Plane = Callable[[float, float], tuple[float, float, float]]

WALLS: tuple[Rgb, ...] = (
    (214, 196, 164),
    (190, 112, 86),
    (222, 210, 184),
    (176, 168, 156),
    (202, 150, 112),
    (228, 214, 172),
    (158, 120, 100),
    (196, 200, 196),
    (216, 178, 148),
)
SIGNS: tuple[tuple[Rgb, Rgb], ...] = (
    ((186, 34, 32), (255, 236, 150)),
    ((28, 84, 158), (250, 250, 250)),
    ((20, 120, 76), (255, 255, 255)),
    ((236, 180, 36), (150, 20, 20)),
    ((70, 52, 44), (240, 210, 150)),
    ((240, 240, 236), (200, 30, 30)),
    ((206, 84, 20), (255, 250, 240)),
    ((92, 40, 110), (255, 240, 250)),
)
SHOPS = (
    "便民超市",
    "早餐包子",
    "五金日杂",
    "水果蔬菜",
    "理发店",
    "抻面馆",
    "平价药房",
    "麻辣烫",
    "烟酒茶行",
    "修鞋配匙",
    "手机通讯",
    "彩票站",
    "干洗店",
    "文具书店",
    "粮油店",
    "小吃部",
    "家电维修",
    "熟食店",
    "鲜花店",
    "眼镜店",
)
GLASS: Rgb = (78, 98, 116)
FLOOR, SHOP_FLOOR = 3.0, 3.7


@dataclass(frozen=True, slots=True)
class Front:
    """One wall: `plane` turns (along, up) into a point; letters only where it faces the camera."""

    pen: Pen
    plane: Plane
    rng: random.Random
    lit: float  # how bright this side stands, about 1
    facing: bool
    bright_windows: bool = False

    def rect(self, u0: float, v0: float, u1: float, v1: float, fill: Paint) -> None:
        """A rectangle on the wall."""
        self.pen.poly(
            [self.plane(u0, v0), self.plane(u1, v0), self.plane(u1, v1), self.plane(u0, v1)], fill
        )

    def tone(self, colour: Rgb, factor: float = 1.0) -> Rgb:
        """The colour in this wall's light."""
        return shade(colour, self.lit * factor)


def house(front: Front, start: float, end: float, floors: int, shops: bool, plain: bool) -> None:
    """One building from `start` to `end` metres; `plain` leaves out what nobody can see."""
    rng = front.rng
    wall = vary(rng, rng.choice(WALLS), 0.06)
    base = SHOP_FLOOR if shops else 0.6
    top = base + floors * FLOOR
    front.rect(start, 0, end, top, front.tone(wall))
    if floors > 0:
        front.rect(start, top - 0.5, end, top, front.tone(wall, 0.82))
        _windows(front, start, end, base, floors, wall, plain)
    else:
        front.rect(start, top - 0.35, end, top + 0.2, front.tone(wall, 0.75))
    if shops:
        _shop_row(front, start, end, wall, plain)
    elif not plain:
        front.rect(start, 0, end, 0.6, front.tone(wall, 0.7))
    front.rect(end - 0.12, 0, end, top, front.tone(wall, 0.7))


def _windows(
    front: Front, start: float, end: float, base: float, floors: int, wall: Rgb, plain: bool
) -> None:
    rng = front.rng
    bay = rng.uniform(2.9, 3.6)
    wide, high = rng.uniform(1.5, 1.9), rng.uniform(1.45, 1.7)
    count = max(1, int((end - start) / bay))
    step = (end - start) / count
    frame = rng.choice(((232, 234, 232), (206, 208, 206), (96, 78, 62)))
    for floor in range(floors):
        sill = base + floor * FLOOR + 0.85
        if not plain and floor:
            edge = base + floor * FLOOR
            front.rect(start, edge - 0.05, end, edge + 0.05, front.tone(wall, 0.88))
        for place in range(count):
            left = start + step * (place + 0.5) - wide / 2
            _window(front, left, sill, wide, high, frame, plain)
            if not plain and rng.random() < 0.3:
                _air_unit(front, left + wide + 0.12, sill - 0.15)


def _window(
    front: Front, left: float, sill: float, wide: float, high: float, frame: Rgb, plain: bool
) -> None:
    rng = front.rng
    glass = vary(rng, GLASS, 0.25)
    lamp_on = rng.random() < 0.4
    cloth_share = rng.uniform(0.2, 0.5) if rng.random() < 0.45 else 0.0
    cloth = vary(rng, (210, 200, 190), 0.2)
    if front.bright_windows and lamp_on:
        glass = (250, 214, 140)
    if plain:
        front.rect(left, sill, left + wide, sill + high, front.tone(glass))
        return
    front.rect(left - 0.1, sill - 0.1, left + wide + 0.1, sill + high + 0.1, front.tone(frame))
    front.rect(left, sill, left + wide, sill + high, front.tone(glass))
    front.rect(left, sill + high * 0.45, left + wide, sill + high, front.tone(shade(glass, 1.25)))
    if cloth_share:
        front.rect(left, sill, left + wide * cloth_share, sill + high, front.tone(cloth))
    front.rect(left + wide / 2 - 0.04, sill, left + wide / 2 + 0.04, sill + high, front.tone(frame))
    front.rect(left - 0.15, sill - 0.2, left + wide + 0.15, sill - 0.08, front.tone(frame, 0.8))


def _air_unit(front: Front, left: float, low: float) -> None:
    front.rect(left, low, left + 0.75, low + 0.55, front.tone((216, 216, 210)))
    front.rect(left + 0.08, low + 0.08, left + 0.5, low + 0.47, front.tone((150, 152, 150)))


def _shop_row(front: Front, start: float, end: float, wall: Rgb, plain: bool) -> None:
    rng = front.rng
    left = start + 0.15
    names = list(SHOPS)
    rng.shuffle(names)
    while left < end - 2.0:
        right = min(left + rng.uniform(3.4, 5.2), end - 0.15)
        if end - right < 2.0:
            right = end - 0.15
        shop(front, left, right, names.pop() if names else "超市", plain)
        left = right + 0.18
    front.rect(start, SHOP_FLOOR - 0.1, end, SHOP_FLOOR + 0.05, front.tone(wall, 0.75))


def shop(front: Front, left: float, right: float, name: str, plain: bool) -> None:
    """A shop between two points of the wall: sign, glass, door, step."""
    rng = front.rng
    board, letters = rng.choice(SIGNS)
    board = vary(rng, board, 0.08)
    shut = rng.random() < 0.15
    inside = mix((52, 50, 48), (120, 104, 84), rng.random())
    if front.bright_windows:
        inside = (232, 196, 128)
    front.rect(left, 0.0, right, 2.55, front.tone((120, 116, 112)))
    if shut:
        for row in range(8):
            tone = (172, 176, 178) if row % 2 else (150, 154, 158)
            front.rect(left + 0.1, row * 0.3, right - 0.1, row * 0.3 + 0.3, front.tone(tone))
    else:
        _shop_window(front, left, right, inside, plain)
    front.rect(left, 2.6, right, 3.55, front.tone(board))
    front.rect(left, 3.47, right, 3.55, front.tone(shade(board, 1.25)))
    front.rect(left, 2.55, right, 2.65, front.tone(shade(board, 0.6)))
    if front.facing:
        _letters(front, (left + right) / 2, right - left, name, letters)
    elif not plain:
        _strokes(front, left, right, len(name), letters)
    front.rect(left, 0.0, right, 0.14, front.tone((150, 146, 140)))


def _shop_window(front: Front, left: float, right: float, inside: Rgb, plain: bool) -> None:
    rng = front.rng
    front.rect(left + 0.12, 0.5, right - 0.12, 2.45, front.tone(inside))
    front.rect(left + 0.12, 1.7, right - 0.12, 2.45, front.tone(shade(inside, 1.35)))
    if plain:
        return
    count = 3 if right - left > 4 else 2
    wide = (right - left - 0.24) / count
    for pane in range(count):
        edge = left + 0.12 + pane * wide
        front.rect(edge - 0.04, 0.14, edge + 0.04, 2.5, front.tone((196, 198, 200)))
        for _ in range(4):
            u, v = edge + rng.uniform(0.1, wide - 0.5), rng.uniform(0.5, 1.3)
            goods = vary(rng, rng.choice((*WALLS, GLASS)), 0.3)
            front.rect(
                u, v, u + rng.uniform(0.2, 0.4), v + rng.uniform(0.15, 0.4), front.tone(goods)
            )
    door = left + 0.12 + wide * rng.randrange(count)
    front.rect(door + 0.05, 0.14, door + wide - 0.05, 2.3, front.tone(shade(inside, 0.75)))
    front.rect(door + wide - 0.28, 0.9, door + wide - 0.22, 1.4, front.tone((220, 220, 214)))
    front.rect(left + 0.12, 0.14, right - 0.12, 0.5, front.tone((132, 120, 110), 0.9))


def _letters(front: Front, middle: float, wide: float, name: str, colour: Rgb) -> None:
    x, y, z = front.plane(middle, 3.07)
    write(front.pen.board(x, z, y), name, 0, 0, min(0.62, wide / (len(name) + 0.6)), colour)


def _strokes(front: Front, left: float, right: float, count: int, colour: Rgb) -> None:
    rng = front.rng
    size = min(0.6, (right - left) / (count + 1))
    start = (left + right) / 2 - size * count / 2
    for place in range(count):
        u = start + place * size
        for low in (2.84, 3.04, 3.24):
            front.rect(u + 0.06, low, u + size - 0.06, low + 0.07, front.tone(colour))
        spine = u + size * rng.uniform(0.3, 0.6)
        front.rect(spine, 2.8, spine + 0.08, 3.36, front.tone(colour))
