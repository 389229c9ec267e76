"""Rows that come back are known again, and only what they newly say is a change."""

from __future__ import annotations

from datetime import UTC, date, datetime

from sheets.merging import compare, key_of, keys_over, propose_keys

BIRDS = [
    {"ring": "A1", "name": "麻雀", "place": "河口", "seen_on": "2026-10-01"},
    {"ring": "A2", "name": "麻雀", "place": "河口", "seen_on": "2026-10-02"},
    {"ring": "A3", "name": "喜鹊", "place": "站前", "seen_on": "2026-10-01"},
]
CANDIDATES = (["ring"], ["place", "name", "seen_on"], ["place", "name", "seen_on", "note"])
STAGES = {"stage": {"egg": 0, "chick": 1, "fledged": 2}}


def test_rings_are_the_keys_where_every_bird_has_one_of_its_own():
    assert propose_keys(BIRDS, CANDIDATES).fields == ("ring",)


def test_a_bird_without_a_ring_makes_the_place_name_and_day_the_key():
    birds = [*BIRDS, {"name": "喜鹊", "place": "河口", "seen_on": "2026-10-03"}]

    keys = propose_keys(birds, CANDIDATES)

    assert keys.fields == ("place", "name", "seen_on")
    assert keys.is_unique


def test_a_field_that_no_row_fills_is_no_part_of_a_key():
    birds = [{"place": "河口", "name": "麻雀"}, {"place": "站前", "name": "麻雀"}]

    assert propose_keys(birds, CANDIDATES).fields == ("place", "name")


def test_keys_tell_apart_what_is_there_already_too():
    birds = [{"place": "河口", "note": "三月"}]
    there = [{"place": "站前", "note": "一月"}, {"place": "站前", "note": "二月"}]

    keys = propose_keys(birds, (["place", "name"], ["place", "note"]), known=there)

    assert keys.fields == ("place", "note")


def test_where_nothing_is_unique_the_best_is_proposed_and_says_which_rows_share_it():
    birds = [{"place": "河口"}, {"place": "河口"}, {"place": "站前"}, {"name": "麻雀"}]

    keys = propose_keys(birds * 5, (["place", "name"],), telling={"place"})

    assert not keys.is_unique
    assert keys_over(birds, ("place",)).repeated == {1: 0}
    assert keys_over(birds, ("place",)).keyless == (3,)


def test_rows_that_say_nothing_telling_have_no_key():
    assert key_of({"seen_on": "2026-10-01"}, ("place", "seen_on"), {"place"}) is None
    assert key_of({}, ("place", "seen_on")) is None
    assert propose_keys([{"weight": 3}], CANDIDATES).fields == ()


def test_a_blank_never_overwrites():
    diff = compare({"note": "", "weight": None}, {"note": "巢"}, {"note": "巢", "weight": 3})

    assert diff.is_same
    assert diff.unchanged == []


def test_what_stands_there_or_was_said_before_is_unchanged():
    diff = compare(
        {"name": "麻雀", "note": "旧话"},
        {"name": "", "note": "旧话"},
        {"name": "麻雀", "note": "改过"},
    )

    assert diff.is_same
    assert diff.unchanged == ["name", "note"]


def test_a_new_word_over_an_untouched_or_blank_cell_is_a_change():
    there = {"name": "麻雀", "note": "", "weight": 3}

    diff = compare(
        {"name": "喜鹊", "note": "飞走", "weight": 4}, {"name": "麻雀", "weight": 3}, there
    )

    assert diff.changed == {"name": ("麻雀", "喜鹊"), "note": ("", "飞走"), "weight": (3, 4)}
    assert not diff.conflicting


def test_a_row_never_seen_before_changes_whatever_differs():
    assert compare({"name": "喜鹊"}, None, {"name": "麻雀"}).changed == {"name": ("麻雀", "喜鹊")}


def test_where_both_moved_the_cell_is_in_conflict():
    diff = compare({"name": "喜鹊"}, {"name": "麻雀"}, {"name": "大山雀"})

    assert diff.conflicting == {"name": ("大山雀", "喜鹊")}
    assert not diff.is_same


def test_a_field_that_is_not_kept_is_not_compared():
    assert compare({"colour": "灰"}, {"colour": "褐"}, {"name": "麻雀"}).is_same


def test_two_values_may_be_the_same_as_precisely_as_the_row_says_it():
    def to_the_day(_field: str, row: object, other: object) -> bool:
        if type(row) is date and isinstance(other, datetime):
            return row == other.date()
        return row == other

    there = {"seen_on": datetime(2026, 10, 1, 7, 30, tzinfo=UTC)}
    said = {"seen_on": date(2026, 10, 1)}

    assert compare(said, None, there, same=to_the_day).is_same
    later = compare({"seen_on": date(2026, 10, 2)}, said, there, same=to_the_day)
    assert list(later.changed) == ["seen_on"]


def test_a_stage_only_goes_forward():
    def stage(row: str, base: str | None, there: str):
        known = None if base is None else {"stage": base}
        return compare({"stage": row}, known, {"stage": there}, ranks=STAGES)

    assert stage("fledged", None, "chick").changed == {"stage": ("chick", "fledged")}
    assert stage("egg", None, "chick").behind == ["stage"]
    assert stage("egg", "egg", "chick").behind == []
    assert stage("fledged", "egg", "egg").changed
    assert stage("fledged", "egg", "chick").conflicting
    assert stage("fledged", "fledged", "egg").is_same
    assert stage("chick", None, "eaten").behind == ["stage"]
