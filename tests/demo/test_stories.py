"""The demo city's stories hold to the table of moves and never reach into the future."""

import math
from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.demo.organisations import BY_CODE
from app.demo.plot import in_order
from app.demo.stories import stories
from app.domain.states import State
from tests.demo.replay import replay

LOCAL = ZoneInfo("Asia/Shanghai")
NOWS = [
    datetime(2026, 11, 23, 15, 30, tzinfo=LOCAL),  # a Monday afternoon
    datetime(2026, 11, 22, 16, 20, tzinfo=UTC),  # the same Monday, twenty past midnight
    datetime(2026, 10, 3, 9, 5, tzinfo=LOCAL),  # a Saturday
    datetime(2027, 1, 1, 0, 10, tzinfo=LOCAL),
    datetime(2026, 6, 1, 8, 20, tzinfo=LOCAL),
]
EXPECTED = {
    "signed_off": 116, "listed": 70, "pooled": 25, "submitted": 20, "pre_signed_off": 15,
    "deferred": 15, "void": 12, "urgent_listed": 8, "needs_correction": 8, "urgent_review": 6,
    "draft": 5,
}  # fmt: skip


@pytest.fixture(params=NOWS, ids=str)
def now(request):
    return request.param


@pytest.fixture
def told(now):
    return stories(now)


def test_every_story_walks_through_the_table_of_moves_to_its_state(told):
    for story in told:
        assert replay(story).state is State(story.state), story.key


def test_three_hundred_stories_are_spread_over_every_state(told):
    assert Counter(story.state for story in told) == EXPECTED


def test_nothing_happens_in_the_future_or_out_of_order(told, now):
    for story in told:
        times = [step.at for step in story.steps]
        assert times == sorted(set(times)), story.key
        assert times[-1] < now
        for step in story.steps:
            assert all(shot.taken_at < step.at for shot in step.photos)


def test_the_oldest_report_is_some_weeks_old(told, now):
    age = now - min(story.steps[0].at for story in told)
    assert timedelta(days=55) < age < timedelta(days=95)


def test_the_same_now_tells_the_same_stories(now):
    assert stories(now) == stories(now)


def test_lists_hold_overdue_items_and_items_due_soon(told, now):
    days = Counter(
        (facts.due.at.astimezone(LOCAL).date() - now.astimezone(LOCAL).date()).days
        for facts in (replay(story) for story in told if story.state == "listed")
    )
    assert sum(count for left, count in days.items() if left < 0) >= 8
    assert sum(count for left, count in days.items() if left >= 0) >= 40
    assert sum(count for left, count in days.items() if 0 <= left <= 4) >= 6


def test_something_is_due_today_on_a_working_day():
    now = NOWS[0]
    due = [replay(s).due.at.astimezone(LOCAL).date() for s in stories(now) if s.state == "listed"]
    assert due.count(now.date()) >= 2


def test_yesterday_and_last_month_have_rows_for_the_ledger(told, now):
    closed = [s.steps[-1].at.astimezone(LOCAL).date() for s in told if s.state == "signed_off"]
    today = now.astimezone(LOCAL).date()
    assert closed.count(today - timedelta(days=1)) >= 1
    last_month = today.replace(day=1) - timedelta(days=1)
    assert sum(day.strftime("%Y-%m") == last_month.strftime("%Y-%m") for day in closed) >= 30


def test_some_were_sent_back_up_to_three_times(told):
    backs = Counter(replay(story).returned_count for story in told)
    assert {1, 2, 3} <= set(backs)


def test_some_of_the_urgent_are_still_in_time():
    told = [story for story in stories(NOWS[0]) if story.state == "urgent_listed"]
    late = [replay(story).due.at < NOWS[0] for story in told]
    assert 1 <= sum(late) <= 4


def test_deferrals_run_into_the_future(told, now):
    for story in told:
        if story.state == "deferred":
            assert replay(story).deferral_due > now.astimezone(LOCAL).date()


def test_problems_lie_near_the_middle_of_their_street(told):
    for story in told:
        if story.lat is None:
            assert story.no_position_reason
            continue
        street = BY_CODE[story.street_code]
        north = (story.lat - street.lat) * 111_320
        east = (story.lng - street.lng) * 111_320 * math.cos(math.radians(street.lat))
        assert math.hypot(north, east) <= 620


def test_duplicates_point_to_a_report_that_came_before(told):
    by_key = {story.key: story for story in told}
    found = 0
    for story in told:
        for step in story.steps:
            if step.duplicate_of:
                found += 1
                assert by_key[step.duplicate_of].steps[0].at < step.at
    assert found == 4


def test_steps_come_in_order_of_time_across_stories(told):
    times = [step.at for _, step in in_order(told)]
    assert times == sorted(times)
    assert len(times) == sum(len(story.steps) for story in told)


def test_every_picture_of_a_story_has_its_own_arguments(told):
    shots = [shot for story in told for step in story.steps for shot in step.photos]
    assert len({(s.kind, s.phase, s.seed, s.take, s.close) for s in shots}) == len(shots)
