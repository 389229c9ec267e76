"""Files of a zip find their rows and phases by a column, their names and their folders."""

from __future__ import annotations

import hashlib

import pytest

from app.domain.states import State
from app.services.imports.reading.records import ReadRecord
from app.services.imports.reading.zip import (
    NAMES,
    Stated,
    caption_of,
    join,
    match_archive,
    stated_of,
)
from app.services.imports.reading.zip_names import readings
from sheets.reading import ArchiveFile


def file(name):
    data = name.encode()
    sha256 = hashlib.sha256(data).hexdigest()
    return ArchiveFile(name, data, sha256[:40], sha256, "image/jpeg")


def matched(rows, *names, column=None):
    return match_archive(rows, [file(name) for name in names], column)


def placed(matching):
    return {
        (key, hit.phase, hit.file.name, bool(hit.why))
        for key, hits in matching.hits.items()
        for hit in hits
    }


NUMBERED = [
    Stated(1, {"no": "CG-2026-001", "seq": "1", "point": "前进路12号"}),
    Stated(2, {"no": "CG-2026-002", "seq": "2", "point": "新华街"}),
    Stated(3, {"no": "CG-2026-011", "seq": "3", "point": "中央路"}, done=False),
]


@pytest.mark.parametrize(
    ("name", "row", "phase"),
    [
        ("CG-2026-001-前.jpg", 1, "before"),
        ("CG-2026-001后.JPG", 1, "after"),
        ("CG-2026-001-整改前2.svg", 1, "before"),
        ("cg-2026-002_整改后照片(2).png", 2, "after"),
        ("CG-2026-002 before 1.jpg", 2, "before"),
        ("整改后-CG-2026-002.jpg", 2, "after"),
        ("整改前/CG-2026-011.heic", 3, "before"),
        ("CG-2026-001/整改后/IMG_2231.jpg", 1, "after"),
        ("CG-2026-001/前1.jpg", 1, "before"),
        ("照片/整治后/CG-2026-001-3.jpg", 1, "after"),
        ("CG-2026-002整改前/微信图片_20260301.jpg", 2, "before"),
        ("ＣＧ-2026-011（整改后）.jpg", 3, "after"),
    ],
)  # fmt: skip
def test_a_file_named_by_number_finds_its_row_and_phase(name, row, phase):
    matching = matched(NUMBERED, name)

    assert matching.column == "no"
    assert placed(matching) == {(row, phase, name, False)}
    assert not matching.left


def test_the_longest_name_wins_and_its_own_ending_is_no_count():
    rows = [Stated(1, {"no": "A-1"}), Stated(2, {"no": "A-1-2"})]

    assert placed(matched(rows, "A-1-2.jpg", "A-1-前.jpg")) == {
        (1, "before", "A-1-前.jpg", False),
        (2, "before", "A-1-2.jpg", True),
    }


def test_two_counted_files_are_before_and_after_as_a_guess():
    matching = matched(NUMBERED, "CG-2026-001-1.jpg", "CG-2026-001-2.jpg")

    assert placed(matching) == {
        (1, "before", "CG-2026-001-1.jpg", True),
        (1, "after", "CG-2026-001-2.jpg", True),
    }


def test_a_row_that_is_not_finished_has_only_pictures_from_before():
    matching = matched(NUMBERED, "CG-2026-011-1.jpg", "CG-2026-011-2.jpg")

    assert {hit.phase for hit in matching.hits[3]} == {"before"}


def test_a_column_of_file_names_says_row_and_phase():
    rows = [
        Stated(1, {"before": "IMG_1.jpg；IMG_2.jpg", "after": "IMG_3.jpg", "no": "7"}),
        Stated(2, {"before": "图片/IMG_4.JPG", "after": "IMG_9.jpg", "no": "8"}),
    ]
    matching = matched(rows, "a/IMG_1.jpg", "IMG_2.jpeg", "IMG_3.jpg", "IMG_4.jpg", "IMG_5.jpg")

    assert matching.column == NAMES
    assert placed(matching) == {
        (1, "before", "a/IMG_1.jpg", False),
        (1, "before", "IMG_2.jpeg", False),
        (1, "after", "IMG_3.jpg", False),
        (2, "before", "IMG_4.jpg", False),
    }
    assert [one.name for one, _ in matching.left] == ["IMG_5.jpg"]
    assert matching.missing == {2: [("after", "IMG_9.jpg")]}


def test_the_column_with_most_hits_is_proposed_and_another_can_be_chosen():
    rows = [Stated(n, {"seq": str(n), "x7": f"杆{n:03}"}) for n in range(1, 6)]
    names = [f"杆{n:03}-前.jpg" for n in range(1, 6)] + ["2.jpg"]

    proposed = matched(rows, *names)
    chosen = matched(rows, *names, column="seq")

    assert (proposed.column, proposed.others) == ("x7", (("seq", 1),))
    assert proposed.why == "按第 H 列对照：6 个图片文件中 5 个找到了 5 行。"
    assert set(chosen.hits) == {2}


def test_a_file_that_fits_two_rows_or_none_is_left_with_a_sentence():
    rows = [Stated(1, {"no": "5"}), Stated(2, {"no": "005"}), Stated(3, {"no": "6"})]

    matching = matched(rows, "5.jpg", "6.jpg", "其他/合影.jpg")

    assert {one.name: why for one, why in matching.left} == {
        "5.jpg": "有 2 行的“编号”都是“5”，分不清是哪一行。",
        "其他/合影.jpg": "没有哪一行的“编号”与文件名对得上。",
    }
    assert placed(matching) == {(3, "before", "6.jpg", True)}


def test_nothing_fits_is_said_once_for_all():
    matching = matched(NUMBERED, "合影.jpg")

    assert (matching.column, matching.hits) == ("", {})
    assert "对不上" in matching.why


def test_a_road_that_begins_with_the_word_for_before_says_no_phase():
    ways = [way for way in readings("前进路12号/1.jpg") if way.key == "前进路12号"]

    assert [way.phase for way in ways] == [""]


def test_a_record_takes_its_files_once_with_a_flag_for_each_guess():
    record = ReadRecord("表", 4, False, fields={"status": State.SIGNED_OFF}, texts={"no": "7"})
    matching = matched([stated_of(4, record)], "7.jpg", "7-后.jpg")
    for _ in range(2):
        join(record, matching.hits[4], [("after", "丢了.jpg")])

    assert [(one.phase, one.picture.name) for one in record.pictures] == [
        ("after", "7-后.jpg"),
        ("before", "7.jpg"),
    ]
    assert [(flag.field_id, flag.guessed) for flag in record.flags] == [
        ("before", True),
        ("after", False),
    ]


def test_what_one_archive_lacks_another_may_bring():
    record = ReadRecord("表", 4, False, texts={"before": "a.jpg；b.jpg；c.jpg"})
    for name, lacking in (("a.jpg", "b.jpg；c.jpg"), ("x/B.JPG", "c.jpg"), ("c.jpg", "")):
        matching = matched([stated_of(4, record)], name)
        join(record, matching.hits[4], matching.missing.get(4, ()))

        assert [flag.raw for flag in record.flags] == [lacking] * bool(lacking)
    assert len(record.pictures) == 3


def test_a_column_is_named_as_people_know_it():
    assert caption_of("no") == "“编号”"
    assert caption_of("x27") == "第 AB 列"
    assert caption_of("x27", {"x27": "照片名称"}) == "“照片名称”"


def test_sentences_name_a_column_that_is_no_field_by_its_caption():
    found = match_archive(
        [Stated(1, {"x11": "a1"})], [file("a1.jpg"), file("b.jpg")], None, {"x11": "照片名称"}
    )

    assert found.why.startswith("按“照片名称”对照")
    assert found.left[0][1] == "没有哪一行的“照片名称”与文件名对得上。"
