"""The collected broken and hostile files: a sentence or a picture each, quickly, within memory."""

import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.photos.formats import Limits
from app.photos.refusal import PhotoRefused
from app.photos.sandbox import Sandbox
from tests.photos.pictures import LINES, SHARED, opened, photo, saved, scene, shared, telling_exif

FOLDER = SHARED / "hostile" / "pillow_mitcmu"
ROTATED = [
    f"hopper_orientation_{turn}.{ending}" for turn in range(2, 9) for ending in ("jpg", "webp")
]


@pytest.fixture(scope="module")
def room() -> Iterator[Sandbox]:
    with Sandbox(size=1, limits=Limits(min_side=1)) as room:
        yield room


def outcome(room: Sandbox, data: bytes) -> str:
    """`taken` or the code of the refusal; never anything else, never slow, never large."""
    started = time.monotonic()
    try:
        done = room.process(data, LINES)
        code = "taken"
        assert opened(done.stamped).mode == opened(done.inspected.thumb).mode == "RGB"
    except PhotoRefused as refusal:
        code = refusal.code if refusal.sentence.endswith("。") else ""
    assert time.monotonic() - started <= 5
    if sys.platform.startswith("linux"):
        for child in room._idle:
            text = Path(f"/proc/{child._process.pid}/status").read_text()
            peak = next(row for row in text.splitlines() if row.startswith("VmHWM"))
            assert int(peak.split()[1]) <= 512 * 1024
    return code


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*")), ids=lambda path: path.name)
def test_a_hostile_file_gets_a_picture_or_a_sentence(room: Sandbox, path: Path) -> None:
    assert outcome(room, path.read_bytes())


@pytest.mark.parametrize("name", ROTATED)
def test_sound_files_among_the_hostile_ones_are_taken(room: Sandbox, name: str) -> None:
    assert outcome(room, shared("hostile", "pillow_mitcmu", name).read_bytes()) == "taken"


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("broken.png", "photo.unreadable"),
        ("broken_data_stream.png", "photo.unreadable"),
        ("truncated_image.png", "photo.unreadable"),
        ("decompression_bomb.gif", "photo.format"),
        ("decompression_bomb.ico", "photo.format"),
        ("crash-2020-10-test.tif", "photo.format"),
        ("exif_gps_typeerror.jpg", "taken"),
        ("hopper_bad_exif.jpg", "taken"),
        ("invalid-exif.jpg", "taken"),
    ],
)
def test_each_known_file_has_its_known_outcome(room: Sandbox, name: str, code: str) -> None:
    assert outcome(room, shared("hostile", "pillow_mitcmu", name).read_bytes()) == code


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("seed", range(12))
def test_a_photo_with_flipped_bytes_gets_a_picture_or_a_sentence(
    room: Sandbox, form: str, seed: int
) -> None:
    chance = random.Random(seed)
    data = bytearray(saved(scene(300, 200), form, exif=telling_exif(seed % 9)))
    for _ in range(1 + seed):
        data[chance.randrange(12, len(data))] = chance.randrange(256)
    assert outcome(room, bytes(data))


@pytest.mark.parametrize("seed", range(6))
def test_a_heic_photo_with_flipped_bytes_gets_a_picture_or_a_sentence(
    room: Sandbox, seed: int
) -> None:
    chance = random.Random(seed)
    data = bytearray(shared("photos", "phones", "exifr_mit_iphoneXSMax_gps.heic").read_bytes())
    for _ in range(20):
        # Mostly in the boxes at the head, where a decoder believes what it reads.
        data[chance.randrange(24, 4000 if chance.random() < 0.7 else len(data))] ^= 1 << seed
    assert outcome(room, bytes(data))


def test_after_all_of_it_an_ordinary_photo_is_taken(room: Sandbox) -> None:
    assert outcome(room, photo()) == "taken"
