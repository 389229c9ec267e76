"""The picture in a cell of the ledger."""

import pytest

from app.photos.ledger import ledger_thumb
from app.photos.pipeline import inspect_and_thumb
from app.photos.refusal import PhotoRefused
from tests.photos.pictures import difference, opened, photo, saved, scene, telling_exif


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (800, 600), (64, 64), (1280, 64)])
def test_every_picture_comes_out_at_exactly_the_size_of_its_cell(size: tuple[int, int]) -> None:
    small = opened(ledger_thumb(photo(*size)))
    assert (small.size, small.format) == ((160, 120), "JPEG")


def test_a_portrait_stands_whole_in_the_middle_of_white() -> None:
    small = opened(ledger_thumb(photo(600, 800)))
    assert all(min(small.getpixel((x, 60))) > 245 for x in (2, 157))
    assert difference(small.crop((35, 0, 125, 120)), scene(600, 800)) < 8


def test_it_is_made_from_a_thumbnail_as_well_as_from_an_original() -> None:
    data = saved(scene(2000, 1500), exif=telling_exif(1))
    one, other = ledger_thumb(data), ledger_thumb(inspect_and_thumb(data).thumb)
    assert difference(opened(one), opened(other)) < 3
    assert b"Telling" not in one + other


def test_another_size_may_be_asked_for() -> None:
    assert opened(ledger_thumb(photo(), (320, 240))).size == (320, 240)


def test_a_broken_file_is_refused_here_too() -> None:
    with pytest.raises(PhotoRefused):
        ledger_thumb(photo()[:500])
