"""Zips of pictures: names as people know them, and a sentence for whatever cannot be unpacked."""

from __future__ import annotations

import hashlib
import io
import time
import warnings
import zipfile

import pytest

from sheets.reading import Archive, Limits, Refused, limited, read_archive
from sheets.reading.book import MEGABYTE
from tests.sheets.workbooks import picture, written, zipped

RED = picture("red")


def unpacked(data: bytes, limits: Limits | None = None) -> Archive:
    return read_archive(data, "照片.zip", *([limits] if limits else []))


def refused(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(Refused) as caught:
        unpacked(data, limits)
    assert caught.value.sentence.endswith("。")
    return caught.value.sentence


def packed_as(encoding: str, *names: str) -> bytes:
    """A zip as the packers of another system make it: names in their bytes, nothing said."""
    made = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(made, "w") as package:
        warnings.simplefilter("ignore")  # the stand-ins may repeat themselves
        for name in names:
            entry = zipfile.ZipInfo("x")
            entry.filename = "?" * len(name.encode(encoding))
            package.writestr(entry, RED)
    pieces, data = [name.encode(encoding) for name in names] * 2, made.getvalue()
    for piece in pieces:
        data = data.replace(b"?" * len(piece), piece, 1)
    return data


def test_pictures_tables_and_what_is_left_are_told_apart() -> None:
    archive = unpacked(
        zipped(
            {
                "整改前/CG-1.jpg": RED,
                "台账.xlsx": b"PK",
                "__MACOSX/._CG-1.jpg": b"x",
                ".DS_Store": b"x",
                "说明.txt": "你好".encode(),
                "坏.jpg": b"no picture",
                "里面.zip": b"PK\x03\x04",
            }
        )
    )
    (file,) = archive.files

    assert (file.name, file.data, file.media_type) == ("整改前/CG-1.jpg", RED, "image/jpeg")
    assert file.sha256 == hashlib.sha256(RED).hexdigest()
    assert file.picture().name == "CG-1.jpg"
    assert [table.name for table in archive.tables] == ["台账.xlsx"]
    assert [name for name, _ in archive.left] == ["说明.txt", "坏.jpg", "里面.zip"]
    assert all(why.endswith("。") for _, why in archive.left)


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_chinese_names_are_read_as_their_packer_wrote_them(encoding: str) -> None:
    names = ("整改前照片/站前街道01.jpg", "整改后/福民街道2.jpg")
    assert tuple(one.name for one in unpacked(packed_as(encoding, *names)).files) == names


def test_a_name_is_text_and_leads_nowhere() -> None:
    (file,) = unpacked(zipped({"../../etc\\a/./b.jpg": RED})).files
    assert file.name == "etc/a/b.jpg"


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    bomb = zipped({"a.jpg": b"\xff\xd8\xff" + bytes(60 * MEGABYTE)})
    begun = time.monotonic()
    assert "展开后有 60 MB" in refused(bomb, Limits(unpacked_bytes=40 * MEGABYTE))
    assert time.monotonic() - begun < 5


def test_a_picture_past_the_limit_stays_inside() -> None:
    made = zipped({"a.jpg": b"\xff\xd8\xff" + bytes(6 * MEGABYTE), "b.jpg": RED})
    archive = unpacked(made, Limits(picture_bytes=5 * MEGABYTE))
    assert [one.name for one in archive.files] == ["b.jpg"]
    assert archive.left == (("a.jpg", "有 6 MB，超过 5 MB 的上限。请压缩后再打包。"),)


def test_a_file_that_lies_about_its_length_is_left_inside() -> None:
    data = bytearray(zipped({"a.jpg": RED * 3, "b.jpg": RED}))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"PK\x01\x02"))
    data[at + 24 : at + 28] = (len(RED)).to_bytes(4, "little")
    archive = unpacked(bytes(data))
    assert [one.name for one in archive.files] == ["b.jpg"]
    assert "损坏" in archive.left[0][1]


def test_too_many_files_are_refused() -> None:
    many = zipped({f"{number}.jpg": b"" for number in range(30)})
    assert "30 个文件" in refused(many, Limits(entries=20))


def test_a_locked_archive_says_so() -> None:
    data = bytearray(zipped({"a.jpg": RED}))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "密码" in refused(bytes(data))


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (b"", "空的"), (b"Rar!\x1a\x07", "RAR"), (b"7z\xbc\xaf\x27", "7z"), (b"hello", "不是 zip"),
        (zipped({"a.jpg": RED})[:-30], "损坏"), (zipped({"a.txt": b"x"}), "没有图片"),
        (zipped({}), "没有图片"),
    ],
    ids=["empty", "rar", "7z", "text", "cut", "without pictures", "nothing in it"],
)  # fmt: skip
def test_what_cannot_be_unpacked_gets_a_sentence(data: bytes, word: str) -> None:
    assert word in refused(data)


def test_a_workbook_is_no_archive() -> None:
    assert "工作簿" in refused(written(lambda _, sheet: sheet.write(0, 0, "a")))


def test_an_archive_past_the_limit_is_not_even_looked_at() -> None:
    assert "MB" in refused(zipped({"a.jpg": RED}), Limits(file_bytes=100))


def test_a_process_that_dies_over_an_archive_is_a_sentence(monkeypatch) -> None:
    monkeypatch.setattr(limited, "BOOT", "import os; os.abort()")
    assert "损坏" in refused(zipped({"a.jpg": RED}))


def test_whoever_watches_may_stop_the_unpacking() -> None:
    def stop(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        read_archive(zipped({f"{n}.jpg": RED for n in range(25)}), "a.zip", watch=stop)
