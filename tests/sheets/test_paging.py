"""Order, pages, counts and groups: total, stable, blanks last, and never a row twice."""

from __future__ import annotations

import itertools

import pytest
from sqlalchemy import Integer, event, func, select

from sheets.catalogue import Field, Sheet, UnknownField
from sheets.query import GroupTerm, count, fetch, group_summaries, iterate, parse_query
from tests.sheets.birds import ROWS, SHEET, bird

SORTABLE = [each.id for each in SHEET.fields if each.kind.sortable]


def walk(conn, pairs, limit=7, sheet=SHEET, scope=()):
    """The keys of all pages, one after the other, each page parsed anew from its URL."""
    keys, after = [], None
    for _ in range(100):
        typed = [*pairs, ("limit", str(limit)), *([("after", after)] if after else [])]
        query = parse_query(sheet, typed).check()
        page = fetch(conn, sheet, query, scope, ["name"])
        keys += [row.key for row in page.rows]
        after = page.next_after
        assert page.has_more == (after is not None)
        if after is None:
            return keys
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("sort", SORTABLE)
def test_pages_by_one_column_hold_each_row_once_and_blanks_last(conn, sort):
    field = SHEET.field(sort)
    for sign in ("", "-"):
        keys = walk(conn, [("sort", sign + sort)])
        assert sorted(keys) == [row["id"] for row in ROWS]
        whole = fetch(conn, SHEET, parse_query(SHEET, [("sort", sign + sort), ("limit", "500")]))
        assert keys == [row.key for row in whole.rows]
        values = [row[sort] for row in whole.rows]
        if field.type not in {"text", "single_choice"}:  # whose order is the database's or ours
            filled = [value for value in values if value is not None]
            assert filled == sorted(filled, reverse=sign == "-")
            assert values == filled + [None] * (len(values) - len(filled))


def test_pages_by_any_two_columns_in_any_direction_hold_each_row_once(conn):
    for first, second in itertools.permutations(["weight", "eggs", "hatched_at", "habitat"], 2):
        for one, two in itertools.product(("", "-"), repeat=2):
            keys = walk(conn, [("sort", f"{one}{first},{two}{second}")], limit=11)
            assert sorted(keys) == [row["id"] for row in ROWS], (one, first, two, second)


def test_a_choice_is_sorted_as_its_list_is_written(conn):
    rows = fetch(conn, SHEET, parse_query(SHEET, [("sort", "habitat"), ("limit", "500")])).rows
    seen = [value for value, _ in itertools.groupby(row["habitat"] for row in rows)]
    assert seen == ["marsh", "wood", "town", None]


def test_without_a_sort_the_sheet_s_own_order_holds(conn):
    sheet = Sheet("birds", SHEET.fields, bird, bird.c.id, default_sort="-eggs")
    expected = sorted(ROWS, key=lambda row: (-row["eggs"], -row["id"]))
    assert walk(conn, [], sheet=sheet) == [row["id"] for row in expected]


def test_a_page_goes_on_where_it_was_although_rows_came_and_went(conn):
    query = parse_query(SHEET, [("sort", "eggs"), ("limit", "5")])
    page = fetch(conn, SHEET, query)
    last = page.rows[-1]
    conn.execute(bird.delete().where(bird.c.id == last.key))
    conn.execute(bird.insert().values(id=999, name="新来的", eggs=-1, pictures=0))

    following = fetch(conn, SHEET, query.with_({"after": page.next_after}))

    expected = sorted((row["eggs"], row["id"]) for row in ROWS)[5:10]
    assert [(row["eggs"], row.key) for row in following.rows] == expected


def test_a_page_asks_one_statement_with_one_row_more_and_counts_nothing(conn, engine):
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    page = fetch(conn, SHEET, parse_query(SHEET, [("limit", "60")]))
    assert not page.has_more
    assert page.next_after is None
    (statement,) = [each for each in asked if "SELECT" in each]
    assert "count(" not in statement.lower()


def test_a_place_in_one_order_is_no_place_in_another(conn):
    page = fetch(conn, SHEET, parse_query(SHEET, [("sort", "eggs"), ("limit", "5")]))
    query = parse_query(SHEET, [("sort", "-eggs"), ("after", page.next_after)])
    assert [error.parameter for error in query.errors] == ["after"]
    assert query.after is None


def test_scope_holds_in_pages_counts_groups_and_exports(conn):
    scope = [bird.c.station_id == 1]
    mine = [row["id"] for row in ROWS if row["station_id"] == 1]
    query = parse_query(SHEET, [])
    assert walk(conn, [], scope=scope) == mine
    assert count(conn, SHEET, query, scope).number == len(mine)
    groups = group_summaries(conn, SHEET, query, scope, [GroupTerm("rare")])
    assert sum(group.number for group in groups.rows) == len(mine)
    assert [row.key for row in iterate(conn, SHEET, query, scope, ["name"], batch=4)] == mine


def test_an_export_reads_every_row_in_order_whatever_the_page(conn):
    query = parse_query(SHEET, [("sort", "-weight"), ("limit", "3")])
    page = fetch(conn, SHEET, query)
    later = query.with_({"after": page.next_after})
    rows = list(iterate(conn, SHEET, later, batch=8))
    assert [row.key for row in rows] == walk(conn, [("sort", "-weight")])
    assert dict(rows[0]).keys() == SHEET.by_id.keys()


def test_a_count_stops_at_its_limit_and_says_so(conn):
    query = parse_query(SHEET, [])
    assert (str(count(conn, SHEET, query)), count(conn, SHEET, query).exact) == ("60", True)
    stopped = count(conn, SHEET, query, at_most=50)
    assert (stopped.number, stopped.exact, str(stopped)) == (50, False, "50 以上")
    assert count(conn, SHEET, query, at_most=60).exact


def test_a_search_finds_two_character_words_in_any_text_field(conn):
    found = walk(conn, [("q", "井盖")], limit=100)
    hit = [row["id"] for row in ROWS if "井盖" in row["name"] + (row["note"] or "")]
    assert found == hit
    both = walk(conn, [("q", "井盖 robin")], limit=100)
    assert set(both) == {
        row["id"]
        for row in ROWS
        if "井盖" in (row["note"] or "") and row["name"].lower() == "robin"
    }
    assert walk(conn, [("q", "cn-00")], limit=100)


def test_a_sheet_without_text_fields_finds_nothing_by_search(conn):
    sheet = SHEET.only(["eggs", "name"]).only(["eggs"])
    assert fetch(conn, sheet, parse_query(sheet, [("q", "雀")])).rows == []


def test_a_joined_column_that_may_be_blank_loses_no_rows(conn):
    mate = bird.alias("mate")
    sheet = Sheet(
        "pairs",
        (Field("name", "鸟名", "text", bird.c.name), Field("mate", "配偶", "text", mate.c.name)),
        bird.outerjoin(mate, mate.c.id == bird.c.station_id),
        bird.c.id,
    )
    for sort in ("mate", "-mate"):
        assert sorted(walk(conn, [("sort", sort)], sheet=sheet)) == [row["id"] for row in ROWS]


def test_a_field_may_be_an_expression_with_a_sort_of_its_own(conn):
    length = func.length(bird.c.name, type_=Integer)
    sheet = SHEET.with_fields([Field("short", "短名", "text", bird.c.name, sort=length)])
    keys = walk(conn, [("sort", "-short")], sheet=sheet)
    lengths = {row["id"]: len(row["name"]) for row in ROWS}
    assert [lengths[key] for key in keys] == sorted(lengths.values(), reverse=True)
    with pytest.raises(ValueError, match="give it an SQL type"):
        Field("short", "短名", "text", bird.c.name, sort=func.length(bird.c.name))


def test_a_field_that_is_not_in_the_sheet_cannot_be_asked_for(conn):
    sheet = SHEET.only(["name"])
    with pytest.raises(UnknownField):
        fetch(conn, sheet, parse_query(sheet, []), fields=["weight"])
    assert parse_query(sheet, [("f.weight.gt", "1")]).errors


def test_a_session_serves_as_well_as_a_connection(engine):
    from sqlalchemy.orm import Session

    with Session(engine) as session:
        assert len(fetch(session, SHEET, parse_query(SHEET, [])).rows) == 50
        assert session.execute(select(func.count()).select_from(bird)).scalar_one() == 60
