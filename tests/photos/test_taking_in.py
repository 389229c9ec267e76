"""An upload becomes facts, a thumbnail and a stamped copy, whatever camera it came from."""

import io
from datetime import datetime
from hashlib import sha256

import pytest
from PIL import Image, ImageCms

from app.photos.decode import reduction
from app.photos.formats import Format
from app.photos.pipeline import inspect_and_thumb, process, stamp_copy
from tests.photos.pictures import (
    LINES,
    difference,
    opened,
    photo,
    saved,
    scene,
    shared,
    telling_exif,
)

UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How a camera held differently stores the upright scene: the inverse of what turns it back."""


def collected() -> list[str]:
    return [
        f"{folder}/{name}"
        for folder, names in {
            "orientation_mit": [f"Landscape_{turn}.jpg" for turn in range(9)],
            "phones": [
                "drewnoakes_free_OppoR7plus_gps.jpg",
                "drewnoakes_free_iPhone5_o3_gps.jpg",
                "exifr_mit_iphoneXSMax_gps.heic",
                "exifr_mit_noexif.jpg",
                "exifr_mit_pixel_gps_small.jpg",
            ],
            "street": ["opensfm_bsd_berlin_01_gps.jpg"],
        }.items()
        for name in names
    ]


def test_the_facts_are_those_of_the_original() -> None:
    data = photo(4000, 3000)
    facts = inspect_and_thumb(data)
    assert (facts.sha256, facts.byte_size) == (sha256(data).hexdigest(), len(data))
    assert (facts.format, facts.width, facts.height) == (Format.JPEG, 4000, 3000)
    assert opened(facts.thumb).size == (480, 360)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("turn", range(9))
def test_every_orientation_ends_up_as_the_same_picture(form: str, turn: int) -> None:
    upright = scene(801, 600)
    stored = upright.transpose(UPRIGHT[turn]) if turn in UPRIGHT else upright
    facts = inspect_and_thumb(saved(stored, form, exif=telling_exif(turn)))
    assert (facts.width, facts.height) == (801, 600)
    assert difference(opened(facts.thumb), upright) < 3


@pytest.mark.parametrize("turn", range(9))
def test_collected_orientations_end_up_as_the_same_picture(turn: int) -> None:
    one = shared("photos", "orientation_mit", "Landscape_1.jpg").read_bytes()
    other = shared("photos", "orientation_mit", f"Landscape_{turn}.jpg").read_bytes()
    first, second = (process(data, LINES) for data in (one, other))
    assert (second.inspected.width, second.inspected.height) == (1800, 1200)
    assert difference(opened(first.inspected.thumb), opened(second.inspected.thumb)) < 4
    assert difference(opened(first.stamped), opened(second.stamped)) < 4


@pytest.mark.parametrize("name", collected())
def test_every_collected_photo_is_taken_in_and_nothing_of_its_metadata_comes_out(name: str) -> None:
    data = shared("photos", *name.split("/")).read_bytes()
    done = process(data, LINES)
    for copy in (done.inspected.thumb, done.stamped):
        picture = opened(copy)
        assert (picture.format, picture.mode) == ("JPEG", "RGB")
        assert set(picture.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not any(word in copy for word in (b"Exif", b"Apple", b"OPPO", b"Google", b"GPS"))
    assert inspect_and_thumb(data) == done.inspected


def test_a_heic_photo_of_a_phone_keeps_its_hints_and_its_colours() -> None:
    data = shared("photos", "phones", "exifr_mit_iphoneXSMax_gps.heic").read_bytes()
    facts = inspect_and_thumb(data)
    assert (facts.format, facts.width, facts.height) == (Format.HEIC, 4032, 3024)
    assert facts.format.content_type == "image/heic"
    assert facts.hints.taken_at == datetime(2019, 8, 21, 10, 57, 23)  # noqa: DTZ001
    assert (facts.hints.make, facts.hints.model) == ("Apple", "iPhone XS Max")
    assert facts.hints.lat == pytest.approx(7.83143, abs=1e-5)


def test_hints_are_read_and_nothing_of_them_is_passed_on() -> None:
    data = saved(scene(), exif=telling_exif(6), icc_profile=_profile(), comment=b"TellingComment")
    done = process(data, LINES)
    hints = done.inspected.hints
    assert (hints.make, hints.model, hints.software) == (
        "TellingMaker",
        "TellingModel",
        "TellingEditor",
    )
    assert hints.taken_at == datetime(2026, 9, 24, 9, 30, 1)  # noqa: DTZ001
    assert hints.has_position
    assert (hints.lat, hints.lng) == (
        pytest.approx(41.8812333, abs=1e-6),
        pytest.approx(123.9573222, abs=1e-6),
    )
    for copy in (done.inspected.thumb, done.stamped):
        assert not any(word in copy for word in (b"Telling", b"Exif", b"ICC_PROFILE", b"http"))


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_formats_pass_nothing_on_either(form: str) -> None:
    done = process(saved(scene(), form, exif=telling_exif()), LINES)
    assert done.inspected.hints.make == "TellingMaker"
    assert b"Telling" not in done.inspected.thumb + done.stamped


def test_a_photo_without_exif_has_no_hints_and_no_fault() -> None:
    hints = inspect_and_thumb(photo()).hints
    assert (hints.taken_at, hints.make, hints.has_position) == (None, None, False)


@pytest.mark.parametrize(
    "block",
    [
        b"Exif\x00\x00",
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff",
        b"Exif\x00\x00II*\x00\xff\xff\xff\xff",
        b"Exif\x00\x00" + bytes(range(256)) * 8,
        b"no exif at all",
    ],
)
def test_broken_exif_is_no_reason_to_refuse_a_photo(block: bytes) -> None:
    assert inspect_and_thumb(saved(scene(), exif=block)).hints.make is None


def test_an_impossible_position_is_none() -> None:
    exif = telling_exif()
    exif.get_ifd(0x8825)[2] = (999.0, 0.0, 0.0)
    assert not inspect_and_thumb(saved(scene(), exif=exif)).hints.has_position


@pytest.mark.parametrize(
    ("mode", "form"),
    [
        ("L", "JPEG"),
        ("CMYK", "JPEG"),
        ("1", "PNG"),
        ("L", "PNG"),
        ("P", "PNG"),
        ("LA", "PNG"),
        ("RGBA", "PNG"),
        ("I;16", "PNG"),
        ("RGBA", "WEBP"),
    ],
)
@pytest.mark.parametrize("size", [(800, 600), (2601, 1961)])
def test_pictures_of_every_mode_come_out_right(mode: str, form: str, size: tuple[int, int]) -> None:
    drawn = scene(*size)
    grey = mode in {"L", "LA", "1", "I;16"}
    if mode == "I;16":
        picture = drawn.convert("L").convert("I").point(lambda value: value * 257).convert("I;16")
    else:
        picture = drawn.convert("L" if mode == "LA" else "RGB").convert(mode)
    done = process(saved(picture, form), LINES)
    expected = drawn.convert("L") if grey else drawn
    assert difference(opened(done.inspected.thumb), expected) < 6
    assert opened(done.stamped).mode == "RGB"


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_lies_on_white(mode: str) -> None:
    clear = Image.new("RGBA", (2601, 1961), (0, 0, 0, 0))
    data = saved(clear.convert(mode), "PNG", **({"transparency": 0} if mode == "P" else {}))
    assert opened(inspect_and_thumb(data).thumb).getpixel((100, 100)) == (255, 255, 255)


def test_a_wide_gamut_profile_is_turned_into_srgb_numbers() -> None:
    # Swapped primaries, so that a reader which ignores the profile is plainly wrong.
    red = Image.new("RGB", (800, 600), (200, 30, 30))
    shifted = opened(inspect_and_thumb(saved(red, icc_profile=_profile(swapped=True))).thumb)
    plain = opened(inspect_and_thumb(saved(red, icc_profile=_profile())).thumb)
    assert difference(plain, red) < 3
    assert difference(shifted, red) > 20


def test_a_broken_profile_is_ignored() -> None:
    data = saved(scene(), icc_profile=b"\x00\x00\x02\x0c" + b"junk" * 130)
    assert difference(opened(inspect_and_thumb(data).thumb), scene()) < 3


def test_a_stamped_copy_made_later_equals_the_one_made_at_once() -> None:
    data = photo(3000, 4000)
    assert stamp_copy(data, LINES) == process(data, LINES).stamped


@pytest.mark.parametrize(
    ("size", "factor"),
    [
        ((4000, 3000), 2),
        ((3024, 4032), 2),
        ((2560, 1920), 1),
        ((2561, 1921), 2),
        ((8064, 6048), 4),
        ((10_000, 6000), 4),
        ((16_382, 3628), 4),
        ((30_000, 2000), 8),
        ((800, 600), 1),
    ],
)
def test_a_picture_is_halved_until_it_fits(size: tuple[int, int], factor: int) -> None:
    assert reduction(*size) == factor


def _profile(*, swapped: bool = False) -> bytes:
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    if swapped:
        # Rename the table's entries: the red colorant is read as the blue one.
        data = bytearray(
            bytes(data)
            .replace(b"rXYZ", b"TEMP")
            .replace(b"bXYZ", b"rXYZ")
            .replace(b"TEMP", b"bXYZ")
            .replace(_wide("sRGB"), _wide("odd "))
        )
    assert io.BytesIO(data)
    return bytes(data)


def _wide(text: str) -> bytes:
    return text.encode("utf-16-be")
