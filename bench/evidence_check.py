"""How well the checks of evidence see through tricks, and how seldom they suspect honest pairs.

Run by `make evidence-check`: photos given as arguments or lying in the shared folder, and drawn
street scenes. Prints a table; ends with 1 when a line is missed.
"""

import io
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from app.demo.scenes.studio import KINDS, draw
from app.photos.band import draw_band
from app.photos.likeness import guesses, likeness
from app.photos.near_copies import NearCopies
from app.photos.side_by_side import compare
from app.photos.typeface import default_typeface

PHOTOS = Path(__file__).resolve().parents[2] / "shared" / "data" / "photos"
SCENES = 100
THUMB = (480, 480)
WANTED, MOST_FALSE = 0.95, 0.01
LINES = ("整改前 待编号", "2026-11-22 16:04:05 星期日", "防伪码 8K3QX-7ZP2M")
LINK = "HTTPS://XIAOHAO.EXAMPLE.CN/V/8K3QX7ZP2M"
PAINTED = (0.05, 0.1, 0.2, 0.3, 0.4)

Picture = Image.Image
Trick = Callable[[Picture, random.Random], Picture]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table: of so many tries so many were reported."""

    what: str
    reported: int
    tries: int
    honest: bool = False

    @property
    def share(self) -> float:
        """Of the tries those reported."""
        return self.reported / self.tries if self.tries else 0.0

    @property
    def is_met(self) -> bool:
        """Tricks are to be found, honest pictures left alone."""
        return self.share <= MOST_FALSE if self.honest else self.share >= WANTED


def main(paths: Sequence[str]) -> int:
    """Print the table; 1 when a line is missed."""
    real = [opened(path.read_bytes()) for path in _files(paths)]
    pairs = list(_pairs(SCENES))
    lines = [*_near_copies(real, pairs), *_edited(real, pairs), *_honest(pairs)]
    print(f"{len(real)} 张照片，{len(pairs)} 对画出的街景")
    for line in lines:
        aim = f"≤ {MOST_FALSE:.0%}" if line.honest else f"≥ {WANTED:.0%}"
        mark = "" if line.is_met else "  未达到"
        print(f"{line.what:<28} {line.reported:>5}/{line.tries:<5} {line.share:7.1%}  {aim}{mark}")
    return 0 if all(line.is_met for line in lines) else 1


def _files(paths: Sequence[str]) -> list[Path]:
    if paths:
        return [Path(path) for path in paths]
    found = sorted(PHOTOS.glob("*/*.jpg"))
    # One picture in nine orientations is one picture.
    return [path for path in found if path.parent.name != "orientation_mit" or "_1" in path.name]


def _pairs(count: int) -> Iterator[tuple[Picture, Picture]]:
    """Before and after of one corner, drawn as seen by another hand at another hour."""
    kinds = sorted(KINDS)
    for number in range(count):
        kind, seed = kinds[number % len(kinds)], f"evidence {number}"
        yield opened(draw(kind, "before", seed)), opened(draw(kind, "after", seed))


def _near_copies(real: list[Picture], pairs: list[tuple[Picture, Picture]]) -> Iterator[Line]:
    kept = [*real, *(before for before, _ in pairs)]
    index = NearCopies(_hashes(kept))
    for name, trick in TRICKS.items():
        chance = random.Random(name)  # noqa: S311 - the same tricks each time
        found = sum(
            place in _copies_of(trick(picture, chance), index, kept)
            for place, picture in enumerate(kept)
        )
        yield Line(name, found, len(kept))
    strangers = [after for _, after in pairs]
    wrong = sum(bool(_copies_of(picture, index, kept)) for picture in strangers)
    yield Line("老实照片被当作近似", wrong, len(strangers), honest=True)


def _edited(real: list[Picture], pairs: list[tuple[Picture, Picture]]) -> Iterator[Line]:
    originals = [*real, *(before for before, _ in pairs)]
    chance = random.Random("edited")  # noqa: S311 - the same each time
    for part in PAINTED:
        found = sum(
            compare(_small(_painted(picture, part, chance)), _small(picture)).is_edited
            for picture in originals
        )
        yield Line(f"涂改 {part:.0%}", found, len(originals))
    tries = [(picture, trick) for trick in UNTOUCHED for picture in originals]
    found = sum(
        compare(_small(TRICKS[trick](picture, chance)), _small(picture)).is_edited
        for picture, trick in tries
    )
    yield Line("未改动的副本被当作涂改", found, len(tries), honest=True)


def _honest(pairs: list[tuple[Picture, Picture]]) -> Iterator[Line]:
    found = sum(compare(_small(after), _small(before)).is_edited for before, after in pairs)
    yield Line("老实前后对照被当作涂改", found, len(pairs), honest=True)


def _copies_of(picture: Picture, index: NearCopies, kept: list[Picture]) -> set[int]:
    ways, hashes = guesses(picture)
    return {
        candidate.place
        for candidate in index.candidates(ways, hashes)
        if compare(_small(picture), _small(kept[candidate.place]), candidate.guesses).is_copy
    }


def _hashes(pictures: list[Picture]) -> "np.ndarray[tuple[int, int], np.dtype[np.uint64]]":
    found = [likeness(picture) for picture in pictures]
    return np.array([(one.middle, one.upper) for one in found], dtype=np.uint64)


def opened(data: bytes) -> Picture:
    """A picture of an upload, upright."""
    return ImageOps.exif_transpose(Image.open(io.BytesIO(data))).convert("RGB")


def _small(picture: Picture) -> Picture:
    """As the store keeps it: a thumbnail, once more a JPEG."""
    thumb = picture.copy()
    thumb.thumbnail(THUMB)
    return _encoded(thumb, 80)


def _encoded(picture: Picture, quality: int) -> Picture:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue())).convert("RGB")


def _shrunk(picture: Picture, chance: random.Random) -> Picture:
    by = chance.choice((2, 3, 4))
    return _encoded(picture.resize((picture.width // by, picture.height // by)), 75)


def _stamped(picture: Picture, _chance: random.Random) -> Picture:
    copy = picture.copy()
    draw_band(copy, LINES, default_typeface(), LINK)
    return _encoded(copy, 82)


def _cropped(picture: Picture, chance: random.Random) -> Picture:
    left, top, right, bottom = (chance.uniform(0, 0.1) for _ in range(4))
    box = (
        picture.width * left,
        picture.height * top,
        picture.width * (1 - right),
        picture.height * (1 - bottom),
    )
    return _encoded(picture.crop(tuple(map(round, box))), 82)  # type: ignore[arg-type]


def _painted(picture: Picture, part: float, chance: random.Random) -> Picture:
    """A patch from elsewhere in the picture over this part of its area."""
    copy = picture.copy()
    wide, high = round(picture.width * part**0.5), round(picture.height * part**0.5)
    most_x, most_y = picture.width - wide, picture.height - high
    x, y = chance.randint(0, most_x), chance.randint(0, most_y)
    from_x, from_y = (x + most_x // 2) % (most_x + 1), (y + most_y // 2) % (most_y + 1)
    copy.paste(picture.crop((from_x, from_y, from_x + wide, from_y + high)), (x, y))
    return _encoded(copy, 80)


TRICKS: dict[str, Trick] = {
    "重新压缩": lambda picture, chance: _encoded(picture, chance.choice((30, 50, 70))),
    "缩小": _shrunk,
    "加水印条": _stamped,
    "调亮调暗": lambda picture, chance: _encoded(
        ImageEnhance.Brightness(picture).enhance(chance.choice((0.7, 1.3))), 82
    ),
    "四边裁去至多 10%": _cropped,
    "左右翻转": lambda picture, _chance: _encoded(ImageOps.mirror(picture), 82),
    "翻转后裁剪": lambda picture, chance: _cropped(ImageOps.mirror(picture), chance),
    "缩小后加水印条": lambda picture, chance: _stamped(_shrunk(picture, chance), chance),
}
# What leaves each pixel's place: nothing was painted over.
UNTOUCHED = ("重新压缩", "缩小", "加水印条", "调亮调暗", "缩小后加水印条")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
