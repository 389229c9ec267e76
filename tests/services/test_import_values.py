"""What people type into a doubtful cell: read like the file's own, or refused with a sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import pytest

from app.domain.refusals import Invalid
from app.domain.states import State
from app.services.imports.reading.record_json import from_json, to_json
from app.services.imports.reading.records import ReadRecord
from app.services.imports.reading.values import put, settle_photographed
from sheets.reading import RawPicture
from sheets.understanding.result import Flag, Placed
from tests.services.import_cities import knowledge

NINE_TEN = datetime.fromisoformat("2026-03-05 09:10")  # local, as ledgers say it


def a_record() -> ReadRecord:
    return ReadRecord(
        "台账", 4, hidden=False, fields={"district": "新抚区", "due": None}, texts={"due": "待定"},
        flags=[Flag("due", "待定", "看不出日期。"), Flag("street", "站", "不知道是哪条街道。")],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "text", "value"),
    [
        ("due", "2026年3月5日", date(2026, 3, 5)),
        ("reported_at", "2026-03-05 09:10", NINE_TEN),
        ("street", "站前", "站前街道"),
        ("status", "待核查", State.SUBMITTED),
        ("status", "signed_off", State.SIGNED_OFF),
        ("urgent", "紧急", "紧急"),
        ("description", "  门前  堆放 ", "门前 堆放"),
        ("lat", "41.88", 41.88),
        ("no", "0007", "0007"),
    ],
)
def test_a_cell_takes_what_was_typed_and_its_doubt_is_settled(field, text, value):
    record = a_record()

    put(knowledge(), record, field, text)

    assert record.fields[field] == value
    assert field not in {flag.field_id for flag in record.flags}


def test_a_position_in_one_cell_fills_both_degrees():
    record = a_record()

    put(knowledge(), record, "lng", "123.92,41.88")

    assert (record.fields["lat"], record.fields["lng"]) == (41.88, 123.92)


def test_a_kind_is_taken_from_the_catalogue_and_the_files_word_stays():
    record = a_record()
    record.texts["category"] = record.fields["category"] = "垃圾乱堆"

    put(knowledge(), record, "category", "暴露垃圾")

    assert record.fields["category"] == "垃圾乱堆"
    assert record.category_match == "暴露垃圾"
    assert record.ids["category"]


def test_a_unit_is_led_to_its_row_and_leaving_it_empty_takes_that_away():
    record = a_record()

    put(knowledge(), record, "unit", "站前街道")
    assert record.ids["unit"]
    put(knowledge(), record, "unit", "")

    assert "unit" not in record.fields
    assert "unit" not in record.ids


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("due", "尽快"),
        ("status", "差不多了"),
        ("category", "外星人"),
        ("street", "火星"),
        ("nope", "x"),
    ],
)
def test_what_cannot_be_understood_is_refused_and_nothing_changes(field, text):
    record, before = a_record(), to_json(a_record())

    with pytest.raises(Invalid) as refusal:
        put(knowledge(), record, field, text)

    assert refusal.value.sentence.endswith("。")
    assert to_json(record) == before


AFTER = Placed("after", RawPicture(-1, -1, b"", "", "ab" * 32, "", "1.jpg"))
GUESSED = Flag("after", "1.jpg", "按先后顺序当作“整改后”，请核对。", guessed=True)


@pytest.mark.parametrize(
    ("raw", "told", "becomes"),
    [
        ("已整改", {}, State.PRE_SIGNED_OFF),
        ("已整改", {"pictures": []}, State.SUBMITTED),
        ("已整改", {"flags": [GUESSED]}, State.SUBMITTED),
        ("待核查", {}, State.SUBMITTED),
    ],
)
def test_an_after_photo_of_a_zip_says_of_a_word_for_done_what_one_in_the_cell_says(
    raw, told, becomes
):
    record = replace(
        ReadRecord("台账", 4, hidden=False, pictures=[AFTER]),
        fields={"status": State.SUBMITTED}, texts={"status": raw}, **told,
    )  # fmt: skip

    settle_photographed(knowledge(), record)

    assert record.fields["status"] is becomes


def test_what_a_person_said_a_word_for_done_means_no_photo_changes():
    record = ReadRecord(
        "台账", 4, hidden=False, pictures=[AFTER],
        fields={"status": State.SUBMITTED}, texts={"status": "已整改"},
    )  # fmt: skip

    settle_photographed(replace(knowledge(), words={("status", "已整改"): "待核查"}), record)

    assert record.fields["status"] is State.SUBMITTED


def test_a_record_comes_back_from_json_as_it_was():
    record = ReadRecord(
        "台账", 4, hidden=True,
        fields={
            "due": date(2026, 3, 5), "reported_at": NINE_TEN,
            "status": State.LISTED, "description": "2026-03-05", "lat": 41.5, "f_3": "5 车",
        },
        texts={"due": "3/5"}, ids={"street": 4, "source": "patrol"}, category_match="暴露垃圾",
        flags=[Flag("due", "3/5", "没有写年份。", guessed=True)],
        pictures=[Placed("before", RawPicture(-1, -1, b"", "", "ab" * 32, "", "1.jpg"))],
        extra={7: "别的"}, minute={"reported_at"},
    )  # fmt: skip

    assert from_json(to_json(record), "台账", 4) == record
