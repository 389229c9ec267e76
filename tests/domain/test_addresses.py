"""Addresses as people type them: which may mean one place."""

from __future__ import annotations

import pytest

from app.domain.addresses import likeness

STREET = ("站前街道", "站前")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中央大街 12 号门前", "中央大街12号"),
        ("中央大街１２号", "中央大街 12 号门前"),
        ("中央大街路口", "中央大街与东一路路口"),
        ("站前街道福民市场北门", "福民市场（北门）"),
        ("福民市场北门东侧", "福民市场北门西侧"),
    ],
)
def test_the_same_place_in_other_words_is_alike(one, other):
    assert likeness(one, other, STREET) >= 0.6
    assert likeness(other, one, STREET) == likeness(one, other, STREET)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("中央大街 12 号门前", "中央大街 35 号门前"),
        ("站前街道东一路", "站前街道福民路"),
        ("东一路口", "东二路口"),
        ("站前街道", "站前街道"),
        ("", "中央大街"),
        ("门", "门"),
    ],
)
def test_another_door_another_road_and_what_says_nothing_are_not(one, other):
    assert likeness(one, other, STREET) == 0


def test_the_likest_words_count_most():
    asked = "中央大街与东一路路口东侧"
    exact, near = likeness(asked, asked), likeness(asked, "中央大街与东一路报亭")
    assert exact == 1 > near > 0
