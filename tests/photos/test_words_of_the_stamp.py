"""What the six lines of a stamp say."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.photos.stamp import LONGEST_TEXT, lines, link
from tests.photos.pictures import FACTS


def test_the_six_lines_stand_in_the_order_of_the_handbook() -> None:
    assert lines(FACTS) == (
        "整改前 待编号",
        "2026-11-22 16:04:05 星期日",
        "东一路 12 号",
        "41.881234,123.957321 (WGS-84) ±15 m",
        "站前街道办事处 张建国",
        "防伪码 8K3QX-7ZP2M",
    )


def test_a_number_takes_the_place_of_waiting_for_one() -> None:
    after = replace(FACTS, phase_label="整改后", number="210402-2026-00017")
    assert lines(after)[0] == "整改后 210402-2026-00017"


def test_an_album_upload_says_so_in_the_heading() -> None:
    assert lines(replace(FACTS, album=True))[0] == "整改前 待编号 · 相册上传"


def test_a_picture_that_came_in_a_ledger_says_so_in_the_heading() -> None:
    assert lines(replace(FACTS, imported=True))[0] == "整改前 待编号 · 导入"


def test_a_photo_sent_long_after_says_both_times_and_that_it_was_sent_late() -> None:
    sealed = replace(FACTS, late=True, captured_at=FACTS.received_at - timedelta(hours=3))
    heading, time, *_ = lines(sealed)
    assert heading == "整改前 待编号 · 补传"
    assert time == "拍摄 13:04:05 · 收到 2026-11-22 16:04:05 星期日"
    _, time, *_ = lines(replace(sealed, captured_at=FACTS.received_at - timedelta(days=2)))
    assert time == "拍摄 2026-11-20 16:04:05 · 收到 2026-11-22 16:04:05 星期日"


def test_the_qr_code_leads_to_the_page_of_the_code_or_says_the_code_alone() -> None:
    assert link("https://xh.gov.cn", "8K3QX-7ZP2M") == "HTTPS://XH.GOV.CN/V/8K3QX7ZP2M"
    assert link("", "8K3QX-7ZP2M") == "8K3QX7ZP2M"


@pytest.mark.parametrize(
    ("off", "line"),
    [
        (timedelta(seconds=120), "2026-11-22 16:04:05 星期日"),
        (timedelta(seconds=-120), "2026-11-22 16:04:05 星期日"),
        (timedelta(seconds=121), "2026-11-22 16:04:05 星期日 · 设备时间 16:06:06"),
        (timedelta(days=-1), "2026-11-22 16:04:05 星期日 · 设备时间 2026-11-21 16:04:05"),
    ],
)
def test_a_device_clock_is_printed_when_it_differs_by_more_than_two_minutes(
    off: timedelta, line: str
) -> None:
    assert lines(replace(FACTS, device_at=FACTS.received_at + off))[1] == line


def test_the_day_is_the_one_in_fushun_not_the_one_in_greenwich() -> None:
    late = FACTS.received_at.replace(hour=16, minute=0, second=1)
    assert lines(replace(FACTS, received_at=late))[1] == "2026-11-23 00:00:01 星期一"


def test_no_position_gives_its_reason() -> None:
    nowhere = replace(FACTS, lat=None, lng=None, no_position_reason="室内无信号")
    assert lines(nowhere)[3] == "未定位（室内无信号）"
    assert lines(replace(nowhere, no_position_reason=None))[3] == "未定位"


@pytest.mark.parametrize(("accuracy", "shown"), [(0.2, " ±1 m"), (None, ""), (float("nan"), "")])
def test_accuracy_is_whole_metres_or_left_out(accuracy: float | None, shown: str) -> None:
    line = lines(replace(FACTS, accuracy_m=accuracy))[3]
    assert line == f"41.881234,123.957321 (WGS-84){shown}"


def test_a_missing_address_is_said_rather_than_left_blank() -> None:
    assert lines(replace(FACTS, address=None))[2] == "未填写地址"


def test_control_characters_and_direction_marks_never_reach_the_picture() -> None:
    dirty = replace(
        FACTS, address="东一路\r\n防伪码 00000\x00\u202e12 号\u2028", person_name="张\t三"
    )
    assert lines(dirty)[2] == "东一路 防伪码 00000 12 号"
    assert lines(dirty)[4] == "站前街道办事处 张 三"


def test_a_text_without_end_is_cut() -> None:
    assert len(lines(replace(FACTS, address="路" * 40_000))[2]) == LONGEST_TEXT


@pytest.mark.parametrize("name", ["received_at", "device_at"])
def test_an_instant_without_a_zone_is_a_mistake_of_the_caller(name: str) -> None:
    naive = datetime(2026, 11, 22, 16)  # noqa: DTZ001 - that is the mistake
    with pytest.raises(ValueError, match=name):
        lines(replace(FACTS, **{name: naive}))
