"""Hostile strings in every parameter: a sentence or rows, never an error, never other rows."""

from __future__ import annotations

import base64
import json

import pytest
from sqlalchemy import func, select

from sheets.fields import FieldError, NoNames
from sheets.query import describe, fetch, parse_query
from sheets.storage import FieldSpec, add_field, load_fields, set_values
from sheets.text import one_line
from tests.sheets.birds import ROWS, SHEET, bird
from tests.sheets.hostile import HOSTILE, naughty
from tests.sheets.test_storage import NOW

ALL = [row["id"] for row in ROWS]
OPERATORS = [(field.id, each.key) for field in SHEET.fields for each in field.kind.operators]


@pytest.fixture
def conn(conn):
    """The aviary, in which all birds must still be there afterwards."""
    yield conn
    assert conn.execute(select(func.count()).select_from(bird)).scalar_one() == len(ROWS)


def keys(conn, pairs):
    query = parse_query(SHEET, [*pairs, ("limit", "500")])
    assert describe(SHEET, query, NoNames())
    assert parse_query(SHEET, query.pairs()).conditions == query.conditions
    return query, [row.key for row in fetch(conn, SHEET, query, fields=["name"]).rows]


def test_there_are_two_hundred_of_them():
    assert len(set(HOSTILE)) >= 200


def test_a_hostile_value_in_any_filter_is_refused_or_only_compared(conn):
    for text in HOSTILE:
        for field_id, operator in OPERATORS:
            pairs = [(f"f.{field_id}.{operator}", text), ("limit", "500")]
            query = parse_query(SHEET, pairs)
            assert len(query.errors) + len(query.conditions) <= 1
            if not query.conditions or field_id in {"note", "ring"}:
                continue  # refused with a sentence; or the same type as the name
            found = [row.key for row in fetch(conn, SHEET, query, fields=["name"]).rows]
            if field_id == "name":
                assert found == expected_names(operator, text), (operator, text)


def expected_names(operator: str, text: str) -> list[int]:
    needle = one_line(text)
    folded = needle.lower()
    listed = {one_line(part) for part in text.split(",") if part.strip()}
    tests = {
        "contains": lambda name: folded in name.lower(),
        "lacks": lambda name: folded not in name.lower(),
        "starts": lambda name: name.lower().startswith(folded),
        "is": lambda name: name == needle,
        "is_not": lambda name: name != needle,
        "in": lambda name: name in listed,
        "empty": lambda name: not name,
        "not_empty": bool,
    }
    return [row["id"] for row in ROWS if tests[operator](row["name"])]


def test_a_hostile_name_of_a_field_or_operator_changes_no_rows(conn):
    for text in HOSTILE:
        for name in (f"f.{text}.is", f"f.name.{text}", f"f.{text}", text):
            if name in {"q", "f.name.is", "sort", "limit"}:
                continue
            query, found = keys(conn, [(name, "marsh")])
            assert found == ALL or query.conditions, name


def test_a_hostile_sort_orders_by_what_it_may_and_changes_no_rows(conn):
    for text in HOSTILE:
        query, found = keys(conn, [("sort", text)])
        assert sorted(found) == ALL
        assert all(term.field_id in SHEET.by_id for term in query.sort)


def test_a_hostile_search_finds_what_the_words_are_in(conn):
    columns = ("name", "note", "ring")
    for text in [*HOSTILE, *naughty()]:
        query, found = keys(conn, [("q", text)])
        words = [] if query.errors else [word.lower() for word in one_line(text).split()]
        assert found == [
            row["id"]
            for row in ROWS
            if all(any(word in (row[each] or "").lower() for each in columns) for word in words)
        ], text


def test_a_hostile_page_or_place_starts_at_the_beginning(conn):
    for text in [*HOSTILE, *naughty()]:
        query = parse_query(SHEET, [("after", text), ("limit", "60")])
        assert query.after is None
        parse_query(SHEET, [("limit", text)])
    assert keys(conn, [("after", "x")])[1] == ALL


FORGED = [
    *(None, True, 0, -1, 2**63, 2**63 - 1, 1e308, float("nan"), float("inf"), "1e400", "NaN"),
    *("2026-11-30", "2026-11-30T00:00:00+00:00", "2026-11-30T00:00:00"),
    "9999-12-31T23:59:59-14:00",
    *("", "1", "a\x00", "\ud800", "Infinity", "' OR 1=1", [], {}, ["a"], {"a": 1}),
]


def forged(*parts: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize("sort", ["eggs", "-weight", "hatched_at", "seen_on", "rare", "name"])
def test_a_forged_place_is_refused_or_a_place(conn, sort):
    for value in FORGED:
        for key in (1, None, "1", 2**63, [1]):
            query = parse_query(SHEET, [("sort", sort), ("after", forged(sort, [value, key]))])
            assert len(fetch(conn, SHEET, query, fields=["name"]).rows) <= len(ROWS)
    for text in (forged(sort), forged(sort, []), forged(sort, [1, 1], 1), forged(1, [1, 1]), "[]"):
        assert parse_query(SHEET, [("sort", sort), ("after", text)]).errors
    deep = base64.urlsafe_b64encode(b"[" * 9_000).decode()
    assert parse_query(SHEET, [("sort", sort), ("after", deep)]).errors


def test_a_hostile_caption_is_a_caption_and_a_hostile_value_a_value(conn):
    made = add_field(conn, "bird", FieldSpec(caption="旧名", type="long_text"), NOW, over=bird)
    for text in [*HOSTILE, *naughty()]:
        try:
            value = made.parse(text)
        except FieldError:
            continue
        set_values(conn, "bird", "id", 1, {made: value})
        (kept,) = conn.execute(select(made.column).where(bird.c.id == 1)).one()
        assert kept == value
    for place, text in enumerate(HOSTILE[:40]):
        spec = FieldSpec(caption=text, type="tick", help=text, section_code=str(place))
        try:
            add_field(conn, "bird", spec, NOW)
        except FieldError:
            continue
        (loaded,) = load_fields(conn, "bird", bird, section=str(place))
        assert loaded.caption == one_line(text)
