"""The QR code on a stamp: read back as a phone would, after what happens to pictures on the way."""

import io

import pytest
import zxingcpp
from PIL import Image

from app.photos.band import MOST_OF_HEIGHT
from app.photos.pipeline import stamp_copy
from app.photos.qr import square
from tests.photos.pictures import LINES, photo

LINK = "HTTPS://XIAOHAO.EXAMPLE.GOV.CN/V/8K3QX7ZP2M"


def read(data: bytes) -> str:
    return "".join(found.text for found in zxingcpp.read_barcodes(Image.open(io.BytesIO(data))))


def sent_on(data: bytes, side: int, quality: int) -> bytes:
    picture = Image.open(io.BytesIO(data))
    picture.thumbnail((side, side))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality)
    return out.getvalue()


@pytest.mark.parametrize("size", [(4000, 3000), (3000, 4000), (1280, 960), (640, 480), (250, 188)])
def test_the_code_of_a_stamped_copy_can_be_scanned(size: tuple[int, int]) -> None:
    assert read(stamp_copy(photo(*size), LINES, link=LINK)) == LINK


def test_it_is_still_read_after_a_messenger_has_shrunk_and_pressed_the_picture() -> None:
    assert read(sent_on(stamp_copy(photo(4000, 3000), LINES, link=LINK), 1280, 60)) == LINK


@pytest.mark.parametrize("size", [(6000, 1000), (300, 3000)])
def test_the_band_stays_within_its_share_of_a_picture_of_any_shape(size: tuple[int, int]) -> None:
    with_code, without = (
        Image.open(io.BytesIO(stamp_copy(photo(*size), LINES, link=link))) for link in (LINK, "")
    )
    assert with_code.size == without.size
    foot = int(with_code.height * (1 - MOST_OF_HEIGHT))
    above = (0, 0, with_code.width, foot - 16)  # JPEG mixes blocks of 16 rows
    assert with_code.crop(above).tobytes() == without.crop(above).tobytes()


def test_where_it_could_not_be_read_there_is_none() -> None:
    assert square(LINK, (800, 600), 60) is None
    assert square(LINK, (60, 3000), 600) is None
