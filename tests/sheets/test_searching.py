"""The text index: it finds what reading every row finds, before and after it is filled."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from sqlalchemy import Text, column, delete, event, insert, update

from sheets import searching
from sheets.catalogue import Field
from sheets.query import (
    anchors,
    count,
    fetch,
    group_summaries,
    iterate,
    parse_query,
    reads_everything,
    searched,
)
from sheets.query.state import GroupTerm
from sheets.searching import TextIndex
from sheets.storage import FieldSpec, add_field, set_values
from tests.sheets.birds import SHEET, bird, make_rows
from tests.sheets.hostile import HOSTILE
from tests.sheets.test_storage import NOW

INDEX = TextIndex("bird", ("name", "note", "ring"))
PLAIN = replace(SHEET, default_sort="")
INDEXED = replace(PLAIN, index=INDEX)
LETTERS = "井盖路灯街道鸟雀aAbK-0% _\\éİ😀"


@pytest.fixture
def conn(conn):
    searching.create(conn, "bird")
    return conn


def settle(conn, batch=50):
    while searching.reindex(conn, INDEX, batch):
        pass
    assert searching.pending(conn, INDEX) == 0


def words_in(rng):
    return ["".join(rng.choices(LETTERS, k=rng.choice([1, 2, 2, 2, 3]))) for _ in range(20)]


def both(conn, pairs, scope=()):
    """The keys found with the index and without it, each read page by page."""
    return [keys(conn, sheet, pairs, scope) for sheet in (INDEXED, PLAIN)]


def keys(conn, sheet, pairs, scope=(), limit=13):
    found, after = [], None
    while True:
        typed = [*pairs, ("limit", str(limit)), *([("after", after)] if after else [])]
        page = fetch(conn, sheet, parse_query(sheet, typed), scope, ["name", "note"])
        found += [row.key for row in page.rows]
        after = page.next_after
        if after is None:
            return found


def add_birds(conn, rng, first, number=120):
    def words():
        return "".join(rng.choices(LETTERS, k=rng.randrange(12)))

    rows = [
        {**row, "id": first + row["id"], "name": words(), "note": words() or None, "ring": words()}
        for row in make_rows(number)
    ]
    conn.execute(insert(bird), rows)


@pytest.mark.parametrize("sort", ["", "-eggs"])
def test_a_search_equals_reading_every_row_whatever_is_indexed(conn, sort):
    rng = random.Random(7)
    pairs = [("sort", sort)]
    for stage in range(4):
        words = words_in(rng)
        for word in words:
            assert len(set(map(tuple, both(conn, [("q", word), *pairs])))) == 1, (stage, word)
        add_birds(conn, rng, 1_000 * (stage + 1))
        if stage % 2:
            settle(conn)
        few = bird.c.id % 5 == stage
        conn.execute(update(bird).where(few).values(note="".join(rng.choices(LETTERS, k=9))))
        conn.execute(delete(bird).where(bird.c.id % 11 == stage))


def test_newest_first_and_with_other_filters_and_a_scope(conn):
    add_birds(conn, random.Random(3), 1_000, 300)
    settle(conn)
    conn.execute(update(bird).where(bird.c.id % 7 == 0).values(note="井盖"))
    newest = [replace(each, fields=(*each.fields, KEY), default_sort="-key") for each in
              (INDEXED, PLAIN)]  # fmt: skip
    scope = [bird.c.eggs > 1]
    for word in ("井盖", "盖路", "井盖 鸟", "aa", "雀 k-"):
        for more in ([], [("f.rare.yes", "1")], [("skip", "3")]):
            pairs = [("q", word), *more]
            with_index, without = (keys(conn, sheet, pairs, scope) for sheet in newest)
            assert with_index == without
            assert with_index == sorted(with_index, reverse=True)
    assert keys(conn, newest[0], [("q", "井盖")])


KEY = Field("key", "编号", "number", bird.c.id)


def test_what_changed_is_found_before_it_is_indexed_and_what_is_gone_is_not(conn):
    settle(conn)
    conn.execute(update(bird).where(bird.c.id == 5).values(note="路灯不亮"))
    conn.execute(insert(bird).values(id=900, name="路灯下的猫头鹰", eggs=0))
    conn.execute(delete(bird).where(bird.c.id == 7))
    conn.execute(update(bird).where(bird.c.id == 9).values(note="没有了"))
    for _ in range(2):
        assert keys(conn, INDEXED, [("q", "路灯")]) == [5, 900]
        assert 9 not in keys(conn, INDEXED, [("q", "井盖")])
        assert 7 not in keys(conn, INDEXED, [("q", "井盖")])
        settle(conn)


def test_the_columns_of_fields_are_indexed_and_conversions_of_them(conn):
    settle(conn)
    made = add_field(conn, "bird", FieldSpec(caption="备注", type="text"), NOW, over=bird)
    assert searching.pending(conn, INDEX) == 0  # a blank column marks nothing
    set_values(conn, "bird", "id", 3, {made: "树洞旁边"})
    sheet = INDEXED.with_fields([made])
    assert INDEX.covers(sheet)
    for _ in range(2):
        assert keys(conn, sheet, [("q", "树洞")]) == [3]
        settle(conn)
    assert keys(conn, INDEXED, [("q", "树洞")]) == []  # who does not see it does not find by it


def test_a_search_into_what_is_not_indexed_reads_every_row(conn):
    settle(conn)
    other = bird.alias("other")
    for strange in (
        Field("up", "大写", "text", column("name", Text)),
        Field("other", "另一只", "text", other.c.name),
    ):
        assert not INDEX.covers(INDEXED.with_fields([strange]))
    assert not INDEX.covers(replace(INDEXED, key=other.c.id))
    assert not TextIndex("bird", ("name",)).covers(INDEXED)
    narrow = replace(INDEXED, index=TextIndex("bird", ("name",)))
    assert keys(conn, narrow, [("q", "井盖")]) == keys(conn, PLAIN, [("q", "井盖")])


def test_a_text_that_is_computed_takes_nobody_the_index(conn):
    settle(conn)
    computed = Field("sum", "结论", "text", column("name", Text), made_by="formula")

    sheet = INDEXED.with_fields([computed])

    assert not computed.is_searched
    assert INDEX.covers(sheet)
    assert keys(conn, sheet, [("q", "井盖")]) == keys(conn, PLAIN, [("q", "井盖")])


def test_while_many_rows_wait_every_row_is_read(conn, monkeypatch):
    query = parse_query(INDEXED, [("q", "井盖")])
    monkeypatch.setattr(searched, "MOST_MARKS", 59)
    assert searched.propose(conn, INDEXED, query) is None
    settle(conn)
    assert searched.propose(conn, INDEXED, query) is not None
    assert searched.propose(conn, INDEXED, parse_query(INDEXED, [("q", "井")])) is None


def test_counts_groups_places_and_exports_search_alike(conn, monkeypatch):
    add_birds(conn, random.Random(1), 1_000)
    settle(conn)
    conn.execute(update(bird).where(bird.c.id % 7 == 0).values(note="井盖"))
    for few in (searched.FEW, 0):  # gathered, and too many to gather
        monkeypatch.setattr(searched, "FEW", few)
        found = []
        for sheet in (INDEXED, PLAIN):
            query = parse_query(sheet, [("q", "井盖"), ("sort", "-weight")])
            groups = group_summaries(conn, sheet, query, (), [GroupTerm("habitat")])
            found.append(
                (
                    count(conn, sheet, query).number,
                    [(each.values, each.number) for each in groups.rows],
                    anchors(conn, sheet, query, every=10),
                    [row.key for row in iterate(conn, sheet, query, fields=["name"])],
                )
            )
        assert found[0] == found[1]


def test_a_hostile_search_finds_the_same_with_the_index(conn):
    settle(conn)
    conn.execute(update(bird).where(bird.c.id % 9 == 0).values(note="a%_'\"\\ <井盖>"))
    for text in HOSTILE:
        pairs = [("q", text)]
        assert keys(conn, INDEXED, pairs, limit=500) == keys(conn, PLAIN, pairs, limit=500), text


def test_letters_of_either_case_are_found_as_the_database_compares_them(conn):
    conn.execute(update(bird).where(bird.c.id == 1).values(note="İSTANBUL Kelvin ÉCOLE straße"))
    settle(conn)
    for word in ("istanbul", "İstanbul", "kelvin", "école", "ÉCOLE", "STRASSE", "ße", "ß"):
        assert len(set(map(tuple, both(conn, [("q", word)])))) == 1, word


def test_a_search_by_the_index_is_no_reading_of_everything(conn):
    settle(conn)
    if conn.dialect.name == "sqlite":  # PostgreSQL reads all of so small a table anyway
        assert not reads_everything(conn, INDEXED, parse_query(INDEXED, [("q", "井盖")]))
        assert reads_everything(conn, PLAIN, parse_query(PLAIN, [("q", "井盖")]))


def test_a_mark_of_an_unfinished_change_stays(engine):
    """Whoever indexes while a row is being changed leaves the mark of that change alone."""
    with engine.begin() as first:
        searching.create(first, "bird")
        while searching.reindex(first, INDEX):
            pass
        first.execute(update(bird).where(bird.c.id == 1).values(note="一"))
    if engine.dialect.name == "sqlite":
        return  # one writer at a time
    with engine.connect() as writer:
        writer.execute(update(bird).where(bird.c.id == 1).values(note="麒麟"))
        with engine.begin() as worker:
            assert searching.reindex(worker, INDEX) == 1
        writer.commit()
    with engine.begin() as reader:
        assert keys(reader, INDEXED, [("q", "麒麟")]) == [1]
        assert searching.pending(reader, INDEX) == 1
        settle(reader)
        assert keys(reader, INDEXED, [("q", "麒麟")]) == [1]


def test_an_index_goes_away_without_a_trace(conn):
    searching.drop(conn, "bird")
    conn.execute(update(bird).values(note="一"))
    searching.create(conn, "bird")
    searching.forget_marks(conn, INDEX)
    searching.mark_all(conn, INDEX)
    assert searching.pending(conn, INDEX, 100) == 60


def test_a_plain_edit_asks_no_more_than_one_statement(conn, engine):
    asked = []
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    conn.execute(update(bird).where(bird.c.id == 1).values(note="一"))
    assert len(asked) == 1
