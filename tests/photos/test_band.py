"""The band at the foot of a picture: its height, its text, its readability."""

from dataclasses import replace

import pytest
from PIL import Image

from app.photos.band import MOST_OF_HEIGHT, draw_band, lay_out
from app.photos.pipeline import stamp_copy
from app.photos.stamp import lines
from app.photos.typeface import default_typeface
from tests.photos.pictures import FACTS, LINES, opened, photo

LONG = (*LINES[:2], "抚顺市新抚区站前街道" + "很长的路" * 25, *LINES[3:])
SHAPES = [
    (2000, 1500),
    (1500, 2000),
    (854, 640),
    (640, 640),
    (4096, 410),
    (512, 4096),
    (1800, 1200),
]


@pytest.mark.parametrize("size", SHAPES)
@pytest.mark.parametrize("text", [LINES, LONG])
def test_the_band_covers_at_most_22_percent_and_text_stays_inside(
    size: tuple[int, int], text: tuple[str, ...]
) -> None:
    face = default_typeface()
    layout = lay_out(text, size, face)
    assert layout.height <= size[1] * MOST_OF_HEIGHT
    for x, baseline, row in layout.rows:
        assert x >= 0
        assert x + face.face(layout.size).getlength(row) <= size[0]
        assert layout.size <= baseline <= layout.height


@pytest.mark.parametrize("size", SHAPES)
def test_an_ordinary_stamp_is_whole_and_large_enough_to_read(size: tuple[int, int]) -> None:
    layout = lay_out(LINES, size, default_typeface())
    assert "".join(row for *_, row in layout.rows).replace(" ", "") == "".join(LINES).replace(
        " ", ""
    )
    assert layout.size >= 14


def test_a_very_long_address_is_wrapped_on_a_portrait_picture() -> None:
    layout = lay_out(LONG, (1500, 2000), default_typeface())
    assert len(layout.rows) > 6
    assert layout.size >= 27


def test_where_nothing_fits_lines_are_cut_with_an_ellipsis_and_none_is_dropped() -> None:
    layout = lay_out(LONG, (700, 100), default_typeface())
    assert len(layout.rows) == 6
    assert any(row.endswith("…") for *_, row in layout.rows)


def test_a_wide_picture_sets_the_lines_side_by_side() -> None:
    layout = lay_out(LINES, (4096, 410), default_typeface())
    assert len({baseline for _, baseline, _ in layout.rows}) < 6


@pytest.mark.parametrize("ground", ["white", "black", "#7f7f7f", "#ffd800"])
def test_white_letters_are_readable_on_any_ground(ground: str) -> None:
    picture = Image.new("RGB", (1500, 2000), ground)
    draw_band(picture, LINES, default_typeface())
    behind = picture.getpixel((1490, 1990))
    assert isinstance(behind, tuple)
    # WCAG 2.2: relative luminance, contrast of at least 4.5 to 1.
    linear = [(v / 255 / 12.92) if v < 11 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in behind]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_the_band_lets_the_picture_shine_through() -> None:
    bright, dark = (Image.new("RGB", (1500, 2000), ground) for ground in ("white", "black"))
    for picture in (bright, dark):
        draw_band(picture, LINES, default_typeface())
    assert bright.getpixel((1490, 1990)) != dark.getpixel((1490, 1990))


def test_above_the_band_nothing_is_changed() -> None:
    picture = Image.effect_mandelbrot((1200, 900), (-2, -1, 1, 1), 30).convert("RGB")
    before = picture.copy()
    draw_band(picture, LINES, default_typeface())
    above = (0, 0, 1200, 900 - int(900 * MOST_OF_HEIGHT))
    assert picture.crop(above).tobytes() == before.crop(above).tobytes()
    assert picture.tobytes() != before.tobytes()


@pytest.mark.parametrize(
    ("size", "stamped"),
    [
        ((4000, 3000), (2000, 1500)),
        ((3000, 4000), (1500, 2000)),
        ((3264, 2448), (1632, 1224)),
        ((250, 188), (851, 640)),
        ((6000, 1000), (3840, 640)),
        ((1800, 1200), (1800, 1200)),
    ],
)
def test_the_stamped_copy_is_halved_or_a_tiny_picture_enlarged(
    size: tuple[int, int], stamped: tuple[int, int]
) -> None:
    assert opened(stamp_copy(photo(*size), LINES)).size == stamped


def test_hostile_words_are_only_ever_pixels() -> None:
    for words in ("", "\x00", "\u202eABC", "𠮷" * 50, "{0} %s \\n <b>", "a" * 500, "😀" * 80):
        text = lines(replace(FACTS, address=words, person_name=words, org_name=words))
        picture = opened(stamp_copy(photo(), text))
        assert picture.size == (853, 640)
