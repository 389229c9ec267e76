"""What is no photo is refused with a code and a sentence, before or while it is decoded."""

import io
import struct
import zipfile
import zlib

import pytest
from PIL import Image

from app.photos.formats import Format, Limits, is_cut_off, judge, sniff
from app.photos.pipeline import inspect_and_thumb, process
from app.photos.refusal import SENTENCES, PhotoRefused
from tests.photos.pictures import LINES, opened, photo, saved, scene, shared


def refused(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(PhotoRefused) as caught:
        process(data, LINES, limits=limits)
    assert caught.value.sentence
    assert "{" not in caught.value.sentence
    return caught.value.code


def png_claiming(width: int, height: int) -> bytes:
    """A small PNG that unpacks to as many white pixels as it claims."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\x00" * 1000, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("photo.jpg", photo(100, 100))
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html><body onload=alert(1)>photo.jpg</body></html>",
        b"%PDF-1.7",
        b"GIF89a" + b"\x00" * 40,
        b"BM" + b"\x00" * 60,
        b"II*\x00" + b"\x00" * 60,
        b"\x00\x00\x00\x1cftypavif\x00\x00\x00\x00avifmif1miaf",
        b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42",
        b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1avif",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        b"\xff\xd8",
        "照片".encode(),
        zipped(),
    ],
)
def test_what_is_not_one_of_the_four_formats_is_refused_whatever_its_name(data: bytes) -> None:
    assert sniff(data) is None
    assert refused(data) == "photo.format"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", Format.HEIC),
        (b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic", Format.HEIC),
        (photo(), Format.JPEG),
        (photo(form="PNG"), Format.PNG),
        (photo(form="WEBP"), Format.WEBP),
    ],
)
def test_the_four_formats_are_told_by_their_content(data: bytes, kind: Format) -> None:
    assert judge(data, Limits()) is kind


def test_an_empty_file_is_refused() -> None:
    assert refused(b"") == "photo.empty"


def test_a_file_over_the_limit_is_refused_with_the_limit_in_the_sentence() -> None:
    with pytest.raises(PhotoRefused, match="25 MB") as caught:
        process(b"\xff\xd8\xff" + b"\x00" * Limits().max_bytes, LINES)
    assert caught.value.code == "photo.too_large"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.99])
def test_a_file_that_was_cut_off_is_refused(form: str, share: float) -> None:
    data = photo(form=form)
    assert refused(data[: int(len(data) * share)]) == "photo.unreadable"


def test_a_progressive_photo_that_was_cut_off_is_refused() -> None:
    data = photo(progressive=True)
    assert refused(data[: len(data) // 2]) == "photo.unreadable"


@pytest.mark.parametrize("share", [0.01, 0.3, 0.6, 0.95])
def test_a_heic_file_that_was_cut_off_is_refused(share: float) -> None:
    data = shared("photos", "phones", "exifr_mit_iphoneXSMax_gps.heic").read_bytes()
    assert refused(data[: int(len(data) * share)]) == "photo.unreadable"


def test_what_a_phone_appends_to_a_heic_file_does_not_matter() -> None:
    data = shared("photos", "phones", "exifr_mit_iphoneXSMax_gps.heic").read_bytes()
    for trailer in (b"x" * 50, b"\x00" * 9, b"\x00\x00\xff\xffmpvdmotion"):
        assert not is_cut_off(data + trailer)
    assert is_cut_off(data[:-1])


@pytest.mark.parametrize("side", [30_000, 200_000])
def test_a_decompression_bomb_is_refused_before_it_unpacks(side: int) -> None:
    assert refused(png_claiming(side, side)) in {"photo.too_many_pixels", "photo.unreadable"}


def test_pixels_just_over_the_limit_are_refused_with_the_limit_in_the_sentence() -> None:
    with pytest.raises(PhotoRefused, match="60 百万像素") as caught:
        process(png_claiming(10_000, 6001), LINES)
    assert caught.value.code == "photo.too_many_pixels"


def test_a_png_that_promises_more_rows_than_it_has_is_refused() -> None:
    assert refused(png_claiming(4000, 3000)) == "photo.unreadable"


def test_compressed_text_beside_a_picture_does_not_unpack_without_end() -> None:
    from PIL import PngImagePlugin

    notes = PngImagePlugin.PngInfo()
    for _ in range(3):
        notes.add_text("note", "0" * 900_000_00, zip=True)
    data = saved(scene(100, 100), "PNG", pnginfo=notes)
    assert len(data) < 1_000_000
    assert refused(data) == "photo.unreadable"


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_an_animation_is_refused(form: str) -> None:
    frames = [scene(200 + step, 150).resize((200, 150)) for step in range(3)]
    data = saved(frames[0], form, save_all=True, append_images=frames[1:], duration=100)
    assert refused(data) == "photo.animated"


def test_a_speck_and_a_thread_are_refused() -> None:
    assert refused(photo(63, 400)) == "photo.too_small"
    assert refused(photo(64 * 21, 64)) == "photo.too_narrow"
    assert inspect_and_thumb(photo(64 * 20, 64)).width == 1280


def test_the_first_picture_of_a_jpeg_that_holds_several_is_taken() -> None:
    data = saved(scene(), "MPO", save_all=True, append_images=[Image.new("RGB", (100, 100))])
    facts = inspect_and_thumb(data)
    assert (facts.format, facts.width, facts.height) == (Format.JPEG, 800, 600)


def test_of_a_polyglot_only_the_picture_survives() -> None:
    data = photo(comment=b"<script>alert(1)</script>") + b"<script>alert(2)</script>" + zipped()
    done = process(data, LINES)
    for copy in (done.inspected.thumb, done.stamped):
        assert b"<script" not in copy
        assert not zipfile.is_zipfile(io.BytesIO(copy))
        assert opened(copy).format == "JPEG"


def test_every_code_has_a_sentence_that_ends_and_no_two_are_alike() -> None:
    assert all(code.startswith("photo.") for code in SENTENCES)
    assert all(sentence.endswith("。") for sentence in SENTENCES.values())
    assert len(set(SENTENCES.values())) == len(SENTENCES)
