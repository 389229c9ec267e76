"""A view as a URL: brackets, colours, columns, groups with figures, and places to jump to."""

from __future__ import annotations

import itertools
import time
from datetime import date, timedelta

import pytest
from sqlalchemy import text

from sheets.fields import NoNames
from sheets.query import (
    Anchors,
    GroupTerm,
    TooSlow,
    anchors,
    count,
    describe,
    describe_conditions,
    fetch,
    group_summaries,
    parse_query,
    reads_everything,
    stoppable,
    totals,
)
from tests.sheets.birds import ROWS, SHEET, Names, bird
from tests.sheets.hostile import HOSTILE, naughty


def marsh(row):
    return row["habitat"] == "marsh"


def station(number):
    return lambda row: row["station_id"] == number


BRACKETS = [
    (
        [("f.station.is", "1"), ("f.habitat.is", "marsh")],
        lambda row: station(1)(row) and marsh(row),
        "观测站 是 站前街道，且 生境 是 沼泽",
    ),
    (
        [("any", "1"), ("f.station.is", "1"), ("f.habitat.is", "marsh")],
        lambda row: station(1)(row) or marsh(row),
        "观测站 是 站前街道，或 生境 是 沼泽",
    ),
    (
        [("g1.f.station.in", "1"), ("g1.f.habitat.is", "marsh"), ("g1.any", "1"),
         ("f.seen_on.due_within_workdays", "3")],
        lambda row: (station(1)(row) or marsh(row))
        and row["seen_on"] is not None
        and date(2026, 10, 5) <= row["seen_on"] <= date(2026, 10, 8),
        "（观测站 是其中之一： 站前街道，或 生境 是 沼泽），且 见到日期 3 个工作日内到期",
    ),
    (
        [("any", "1"), ("g2.f.station.is", "1"), ("g2.f.rare.yes", "1"),
         ("g1.f.station.is", "2"), ("g1.f.rare.no", "1")],
        lambda row: (station(1)(row) and row["rare"] is True)
        or (station(2)(row) and row["rare"] is not True),
        "（观测站 是 河口观测站，且 珍稀 不为“是”），或 （观测站 是 站前街道，且 珍稀 为“是”）",
    ),
    (
        [("any", "1"), ("f.eggs.is", "1"), ("f.eggs.is", "2"), ("q", "井盖")],
        lambda row: row["eggs"] in {1, 2}
        and ("井盖" in row["name"] or "井盖" in (row["note"] or "")),
        "（卵数 等于 1，或 卵数 等于 2），且 含有“井盖”",
    ),
    ([("any", "1"), ("g3.any", "1")], lambda _: True, "全部"),
    ([("any", "1"), ("g9.f.eggs.is", "1")], lambda row: row["eggs"] == 1, "卵数 等于 1"),
]  # fmt: skip


def test_brackets_find_their_rows_read_as_a_sentence_and_stay_in_the_url(conn):
    for pairs, expected, sentence in BRACKETS:
        query = parse_query(SHEET, [*pairs, ("limit", "500")]).check()
        found = {row.key for row in fetch(conn, SHEET, query, fields=["name"]).rows}
        assert found == {row["id"] for row in ROWS if expected(row)}, sentence
        assert describe(SHEET, query, Names()) == sentence
        again = parse_query(SHEET, query.pairs()).check()
        assert again.pairs() == query.pairs()
        assert (again.conditions, again.groups, again.any) == (
            query.conditions, query.groups, query.any
        )  # fmt: skip
        assert count(conn, SHEET, query).number == len(found)


WHOLE = [
    ("f.eggs.gt", "1"), ("any", "1"), ("g1.f.rare.yes", "1"), ("g1.f.eggs.lt", "5"),
    ("g1.any", "1"), ("hue.red.f.eggs.is", "3"), ("hue.red.f.rare.yes", "1"),
    ("hue.blue.f.habitat.is", "wood"), ("q", "井盖"), ("sort", "-eggs,name"),
    ("group", "habitat,seen_on:month"), ("sum", "eggs:sum,weight:avg"), ("cols", "name,eggs"),
    ("freeze", "0"), ("limit", "7"), ("skip", "3"),
]  # fmt: skip


def test_the_whole_grammar_is_read_and_written_back():
    query = parse_query(SHEET, WHOLE).check()
    assert sorted(query.pairs()) == sorted(WHOLE)
    assert parse_query(SHEET, query.pairs()).pairs() == query.pairs()
    assert describe(SHEET, query, NoNames()) == (
        "（（珍稀 为“是”，或 卵数 小于 5），或 卵数 大于 1），且 含有“井盖”；"
        "按 生境、见到日期（按月） 分组；按 卵数 从大到小，再按 鸟名 升序"
    )
    (red, blue) = query.hues
    assert describe_conditions(SHEET, red.conditions, NoNames()) == "卵数 等于 3，且 珍稀 为“是”"
    assert (red.colour, blue.colour) == ("red", "blue")
    fewer = query.with_({"g1.f.rare.yes": None, "cols": None, "hue.blue.f.habitat.is": None})
    assert "skip" not in dict(fewer.pairs())
    assert (len(fewer.groups[0].conditions), fewer.columns, len(fewer.hues)) == (1, (), 1)


@pytest.mark.parametrize(
    ("pair", "sentence", "kept"),
    [
        (("any", "是"), "请填 1（满足任一条件）或 0（满足全部条件）。", []),
        (("g0.f.eggs.is", "1"), "条件组只有 g1 到 g9，请重新添加条件。", []),
        (("g10.f.eggs.is", "1"), "条件组只有 g1 到 g9，请重新添加条件。", []),
        (("g1.f.wingspan.is", "1"), "没有“wingspan”这一列，请从列表中重新选择。", []),
        (("hue.pink.f.eggs.is", "1"), "没有这种颜色，请从列表中重新选择。", []),
        (("hue.red.f.seen_on.on", "x"), "按“见到日期”筛选：请填写日期，例如 2026-11-30。", []),
        (("skip", "1001"), "跳过的行数请填 0 到 1000 之间的整数。", []),
        (("freeze", "-1"), "冻结的列数请填 0 到 20 之间的整数。", []),
        (("group", "note"), "不能按“记录”分组，请另选一列。", []),
        (("group", "eggs:month"), "“卵数”不能这样分组，请从列表中重新选择。", []),
        (("group", "eggs,ring,rare"), "请不要超过 2 项，多出的没有生效。", ["eggs,ring"]),
        (("sum", "name:sum"), "“鸟名”不能这样汇总，请从列表中重新选择。", []),
        (("cols", "name,gone,eggs"), "没有“gone”这一列，请从列表中重新选择。", ["name,eggs"]),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told_and_the_rest_applies(pair, sentence, kept):
    query = parse_query(SHEET, [("f.rare.yes", "1"), pair])
    (error,) = query.errors
    assert (error.sentence, error.parameter, error.value) == (sentence, *pair)
    assert query.pairs() == [("f.rare.yes", "1"), *((pair[0], value) for value in kept)]


def test_conditions_are_no_more_than_forty_in_brackets_or_out_of_them():
    pairs = [(f"g{1 + n % 9}.f.eggs.gt", str(n)) for n in range(60)]
    query = parse_query(SHEET, pairs)
    assert sum(len(group.conditions) for group in query.groups) == 40
    assert {error.sentence for error in query.errors} == {
        "筛选条件请不要超过 40 个，多出的没有生效。"
    }


def test_a_row_has_the_colour_of_the_first_rule_that_holds(conn):
    pairs = [("hue.red.f.eggs.gt", "3"), ("hue.blue.f.rare.yes", "1"), ("limit", "500")]
    rows = fetch(conn, SHEET, parse_query(SHEET, pairs).check()).rows
    known = {row["id"]: row for row in ROWS}
    for row in rows:
        bird_row = known[row.key]
        expected = "red" if bird_row["eggs"] > 3 else "blue" if bird_row["rare"] else None
        assert row.hue == expected
    assert fetch(conn, SHEET, parse_query(SHEET, [])).rows[0].hue is None


def test_hostile_strings_everywhere_raise_nothing_and_change_no_rows(conn):
    names = ("any", "g1.any", "skip", "freeze", "group", "sum", "cols")
    everything = [row["id"] for row in ROWS]
    for text_ in [*HOSTILE, *naughty()]:
        pairs = [(name, text_) for name in names]
        pairs += [(f"hue.{text_}.f.eggs.is", "1"), (f"g{text_}.f.eggs.is", "99"), ("skip", "0")]
        pairs += [(f"g1.f.{text_}.is", "1"), (f"hue.red.f.{text_}.is", text_)]
        pairs += [("hue.red.f.name.contains", text_), ("limit", "500")]
        query = parse_query(SHEET, pairs)
        query = query.with_({"g1.f.eggs.is": None}) if text_ == "1" else query
        assert parse_query(SHEET, query.pairs()).pairs() == query.pairs()
        describe(SHEET, query, NoNames())
        if text_ in {"1", "name", "id"} or query.is_filtered:
            continue
        assert [row.key for row in fetch(conn, SHEET, query, fields=["name"]).rows] == everything


@pytest.mark.parametrize("sort", ["", "-eggs", "weight", "-weight", "hatched_at,-eggs", "habitat"])
def test_anchors_and_skips_reach_exactly_the_rows_of_the_plain_list(conn, sort):
    for pairs in ([], [("f.eggs.gt", "1")]):
        typed = [*pairs, ("sort", sort)]
        whole = fetch(conn, SHEET, parse_query(SHEET, [*typed, ("limit", "500")]))
        keys = [row.key for row in whole.rows]
        found = anchors(conn, SHEET, parse_query(SHEET, typed), every=8)
        assert found.total == len(keys)
        assert len(found.cursors) == -(-len(keys) // 8)
        for block, skip in itertools.product(range(len(found.cursors)), (0, 1, 6, 8, 11)):
            after = [("after", found.cursors[block])] if found.cursors[block] else []
            jump = [*typed, *after, ("skip", str(skip)), ("limit", "5")]
            page = fetch(conn, SHEET, parse_query(SHEET, jump).check(), fields=["name"])
            start = block * 8 + skip
            assert [row.key for row in page.rows] == keys[start : start + 5]
    nothing = parse_query(SHEET, [("f.eggs.gt", "99")])
    assert anchors(conn, SHEET, nothing) == Anchors(0, 1_000, [None])
    assert anchors(conn, SHEET, parse_query(SHEET, []), every=60).cursors == [None]


def groups_of(conn, pairs):
    return group_summaries(conn, SHEET, parse_query(SHEET, pairs).check())


def test_groups_come_in_the_order_of_the_choices_with_blanks_last(conn):
    groups = groups_of(conn, [("group", "habitat"), ("sum", "eggs:sum,weight:filled,weight:avg")])
    assert [each.values[0] for each in groups.rows] == ["marsh", "wood", "town", None]
    for each in groups.rows:
        mine = [row for row in ROWS if row["habitat"] == each.values[0]]
        weights = [row["weight"] for row in mine if row["weight"] is not None]
        assert each.number == len(mine)
        eggs, filled, average = each.sums
        assert (eggs, filled) == (sum(row["eggs"] for row in mine), len(weights))
        expected = sum(weights) / len(weights) if weights else None
        assert average == pytest.approx(expected)
    down = groups_of(conn, [("group", "habitat"), ("sort", "-habitat")])
    assert [each.values[0] for each in down.rows] == ["town", "wood", "marsh", None]
    assert not groups.cut


def test_instants_are_grouped_by_local_day_or_month_and_blank_texts_with_nothing(conn):
    local = {
        row["id"]: row["hatched_at"] and (row["hatched_at"] + timedelta(hours=8)).date()
        for row in ROWS
    }
    days = groups_of(conn, [("group", "hatched_at")])
    expected = {day: list(local.values()).count(day) for day in set(local.values())}
    assert {each.values[0]: each.number for each in days.rows} == expected
    months = groups_of(conn, [("group", "seen_on:month,rare")])
    field = SHEET.field("seen_on")
    shown = {
        field.kind.show_group(each.values[0], "month", field, NoNames()) for each in months.rows
    }
    assert shown == {"2026-10", ""}
    assert {each.values[1] for each in months.rows} == {True, False, None}
    rings = groups_of(conn, [("group", "ring")])
    assert rings.rows[-1].values == (None,)
    assert rings.rows[-1].number == sum(1 for row in ROWS if not row["ring"])


def test_totals_of_all_rows_and_groups_that_are_too_many(conn, monkeypatch):
    query = parse_query(SHEET, [("sum", "eggs:sum,eggs:avg,seen_on:max,weight:min,note:filled")])
    found = totals(conn, SHEET, query.check())
    eggs = [row["eggs"] for row in ROWS]
    assert found.number == 60
    assert found.sums[0] == sum(eggs)
    assert float(found.sums[1]) == pytest.approx(sum(eggs) / 60)
    assert found.sums[2:4] == (
        max(row["seen_on"] for row in ROWS if row["seen_on"]),
        min(row["weight"] for row in ROWS if row["weight"] is not None),
    )
    assert found.sums[4] == sum(1 for row in ROWS if row["note"])
    nothing = totals(conn, SHEET, query, [bird.c.id < 0])
    assert (nothing.number, nothing.sums) == (0, (None, None, None, None, 0))
    monkeypatch.setattr("sheets.query.grouping.MOST_GROUPS", 2)
    cut = group_summaries(conn, SHEET, query, (), [GroupTerm("name")])
    assert (len(cut.rows), cut.cut) == (2, True)


def test_a_statement_that_takes_too_long_is_ended_and_the_connection_goes_on(conn):
    endless = {
        "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT count(*) FROM n",
        "postgresql": "SELECT pg_sleep(30)",
    }
    before = time.monotonic()
    with pytest.raises(TooSlow) as refused, stoppable(conn, 0.05):
        conn.execute(text(endless[conn.dialect.name]))
    assert time.monotonic() - before < 5
    assert "筛选条件" in refused.value.sentence
    with stoppable(conn, 5):
        assert len(fetch(conn, SHEET, parse_query(SHEET, [])).rows) == 50
    if conn.dialect.name == "postgresql":
        assert conn.execute(text("SHOW statement_timeout")).scalar_one() == "0"


def test_it_is_told_beforehand_that_every_row_must_be_read(conn):
    if conn.dialect.name == "postgresql":
        conn.execute(text("SET LOCAL enable_seqscan = off"))  # as if the table were large
    assert not reads_everything(conn, SHEET, parse_query(SHEET, []))
    assert reads_everything(conn, SHEET, parse_query(SHEET, [("f.eggs.gt", "1")]))
    assert reads_everything(conn, SHEET, parse_query(SHEET, [("sort", "weight")]))
    conn.execute(text("CREATE INDEX ix_bird_eggs ON bird (eggs, id)"))
    assert not reads_everything(conn, SHEET, parse_query(SHEET, [("f.eggs.is", "1")]))
