"""What comes along with a photo tells against it, or says nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.domain.calendars import LOCAL
from app.domain.rules import DEFAULTS, wrong
from app.domain.sending import Seal
from app.domain.signals import ShotFacts, SignalKind, level_of, told_by_facts
from app.domain.states import Phase

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=LOCAL)
HERE = (41.88, 123.957)
NORTH = (41.881, 123.957)  # 111 metres away
FAR = (41.98, 123.957)  # 11 kilometres away
PLAIN = ShotFacts(Phase.AFTER, NOW, place=HERE, accuracy_m=8.0)
MINUTE = timedelta(minutes=1)


def kinds(shot, before=None, earlier=None, rules=DEFAULTS):
    return [one.kind for one in told_by_facts(shot, rules, before=before, earlier=earlier)]


def test_a_plain_photo_and_one_without_place_or_camera_say_nothing():
    assert kinds(PLAIN, before=PLAIN, earlier=replace(PLAIN, received_at=NOW - MINUTE)) == []
    assert kinds(ShotFacts(Phase.AFTER, NOW), before=PLAIN, earlier=PLAIN) == []


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"accuracy_m": 201.0}, SignalKind.ACCURACY),
        ({"device_at": NOW + 6 * MINUTE}, SignalKind.CLOCK),
        ({"device_at": NOW - 6 * MINUTE}, SignalKind.CLOCK),
        ({"taken_at": NOW - 11 * MINUTE}, SignalKind.OLD_FILE),
        ({"software": "Adobe Photoshop 25.1 (Windows)"}, SignalKind.SOFTWARE),
        ({"software": "美图秀秀"}, SignalKind.SOFTWARE),
        ({"place": NORTH}, SignalKind.DISTANCE),
        ({"seal": Seal.BROKEN}, SignalKind.SEAL),
    ],
)
def test_each_kind_is_told_alone(change, kind):
    found = list(told_by_facts(replace(PLAIN, **change), DEFAULTS, before=PLAIN, earlier=None))
    assert [one.kind for one in found] == [kind]
    assert found[0].text.endswith("。")


@pytest.mark.parametrize(
    "change",
    [
        {"accuracy_m": 200.0},
        {"device_at": NOW - 5 * MINUTE},
        {"taken_at": NOW - 10 * MINUTE},
        {"taken_at": NOW - 400 * MINUTE, "album": True},  # the stamp says 相册上传 already
        {"software": "HDR+ 1.0.220943774"},
    ],
)
def test_what_lies_within_the_limits_is_not_told(change):
    assert kinds(replace(PLAIN, **change), before=PLAIN) == []


def test_nobody_is_eleven_kilometres_away_a_minute_later_but_an_hour_later_perhaps():
    earlier = replace(PLAIN, place=FAR, received_at=NOW - MINUTE)
    assert kinds(PLAIN, earlier=earlier) == [SignalKind.TRAVEL]
    assert kinds(PLAIN, earlier=replace(earlier, received_at=NOW - 60 * MINUTE)) == []
    assert kinds(PLAIN, earlier=replace(PLAIN, place=NORTH, received_at=NOW)) == []


def test_a_day_without_network_is_judged_by_the_moments_that_were_sealed():
    pressed = NOW - timedelta(hours=5)
    late = replace(PLAIN, sealed_at=pressed, seal=Seal.WHOLE, device_at=pressed, taken_at=pressed)
    earlier = replace(late, place=FAR, received_at=NOW - MINUTE, sealed_at=pressed - 60 * MINUTE)
    assert kinds(late, earlier=earlier) == []
    assert kinds(replace(late, device_at=pressed + 6 * MINUTE)) == [SignalKind.CLOCK]
    assert kinds(replace(late, taken_at=pressed - 11 * MINUTE)) == [SignalKind.OLD_FILE]
    assert kinds(late, earlier=replace(earlier, sealed_at=pressed - MINUTE)) == [SignalKind.TRAVEL]


def test_an_imported_photo_is_judged_by_its_file_alone():
    imported = replace(PLAIN, imported=True, place=FAR, device_at=NOW - 90 * MINUTE)
    assert kinds(imported, before=PLAIN, earlier=PLAIN) == []
    assert kinds(PLAIN, before=replace(imported, place=FAR)) == []
    assert kinds(replace(imported, software="GIMP 2.10")) == [SignalKind.SOFTWARE]


def test_limits_and_levels_are_settings():
    strict = replace(DEFAULTS, signal_distance_metres=5, signal_edited="block")
    near = replace(PLAIN, place=(41.88006, 123.957))
    assert kinds(near, before=PLAIN, rules=strict) == [SignalKind.DISTANCE]
    assert level_of(strict, SignalKind.EDITED) == "block"
    assert all(level_of(DEFAULTS, kind) == "warn" and kind.label for kind in SignalKind)
    assert wrong("signal_edited", "sometimes") == "请为“疑似由整改前照片改成”选择其中一项。"


@pytest.mark.parametrize(
    ("late", "words"), [(90, "90 分钟"), (180, "3 小时"), (60 * 24 * 5, "5 天")]
)
def test_spans_are_said_as_people_say_them(late, words):
    shot = replace(PLAIN, taken_at=NOW - late * MINUTE)
    (found,) = told_by_facts(shot, DEFAULTS, before=None, earlier=None)
    assert words in found.text
