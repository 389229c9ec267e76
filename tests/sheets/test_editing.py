"""Cells of birds: compared with what stands there, written where nobody was quicker."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sheets.editing import UNKNOWN, CellEdit, Shown, compare_edits, read_cells, write_changes
from sheets.fields import NoNames
from sheets.storage import FieldSpec, add_field
from tests.sheets.birds import HABITATS, Names, bird

NOW = datetime(2026, 11, 22, 1, 30, tzinfo=UTC)


@pytest.fixture
def fields(conn):
    specs = {
        "colour": FieldSpec(caption="羽色", type="text"),
        "span": FieldSpec(caption="翼展", type="number", options={"unit": "厘米"}),
        "heard": FieldSpec(caption="听到日期", type="date"),
        "nest": FieldSpec(caption="巢址", type="single_choice", options={"choices": HABITATS}),
        "keeper": FieldSpec(caption="看护人", type="person"),
    }
    return {name: add_field(conn, "bird", spec, NOW, over=bird) for name, spec in specs.items()}


def put(conn, *edits, names=None):
    """Compare wishes and write those that still fit."""
    wishes = [CellEdit(*each) for each in edits]
    outcome = compare_edits(conn, "bird", "id", wishes, names or NoNames())
    write_changes(conn, "bird", "id", outcome.changed)
    return outcome


def held(conn, key, field):
    return read_cells(conn, "bird", "id", [key], [field])[key][field.id]


def test_values_go_into_many_rows_and_columns_at_once(conn, fields):
    values = {"colour": "灰", "span": 12.5, "heard": date(2026, 11, 1), "nest": "marsh"}
    done = put(conn, *((key, fields[name], v) for key in (1, 2, 3) for name, v in values.items()))

    assert len(done.changed) == 12
    assert read_cells(conn, "bird", "id", [1, 2, 3, 999], [fields["span"]]) == {
        key: {fields["span"].id: 12.5} for key in (1, 2, 3)
    }
    assert (done.changed[0].old, done.changed[0].new) == (None, "灰")


@pytest.mark.parametrize(
    ("was", "changed"),
    [
        (UNKNOWN, True), (Shown("12.5 厘米"), True), (12.5, True),
        (Shown("12 厘米"), False), (12, False), (None, False), (Shown(""), False),
    ],
)  # fmt: skip
def test_a_cell_is_written_only_if_it_is_as_it_was(conn, fields, was, changed):
    span = fields["span"]
    put(conn, (1, span, 12.5))

    done = put(conn, (1, span, 20, was))

    assert (len(done.changed), len(done.conflicts)) == ((1, 0) if changed else (0, 1))
    assert held(conn, 1, span) == (20 if changed else 12.5)


def test_a_wish_that_came_too_late_and_a_row_that_is_gone_are_told_apart(conn, fields):
    colour = fields["colour"]
    put(conn, (1, colour, "灰"))

    done = put(conn, (1, colour, "褐", Shown("白")), (2, colour, "褐"), (999, colour, "褐"))

    assert (held(conn, 1, colour), held(conn, 2, colour)) == ("灰", "褐")
    assert [(each.edit.key, each.now) for each in done.conflicts] == [(1, "灰")]
    assert [each.key for each in done.missing] == [999]


def test_what_stands_there_already_is_no_change(conn, fields):
    put(conn, (1, fields["colour"], "灰"))
    done = put(conn, (1, fields["colour"], "灰", Shown("白")), (2, fields["colour"], None))

    assert (done.changed, done.conflicts) == ([], [])


def test_names_are_asked_once_a_kind_not_once_a_cell(conn, fields):
    keeper = fields["keeper"]
    put(conn, *((key, keeper, 7) for key in range(1, 21)))
    names = Names()
    done = put(conn, *((key, keeper, 8, Shown("王小鸟")) for key in range(1, 21)), names=names)

    assert len(done.changed) == 20
    assert ("person", frozenset({7, 8})) in names.asked


def test_comparing_alone_writes_nothing_and_a_cell_named_twice_is_a_bug(conn, fields):
    wish = CellEdit(1, fields["colour"], "灰")
    assert len(compare_edits(conn, "bird", "id", [wish], NoNames()).changed) == 1
    assert held(conn, 1, fields["colour"]) is None
    with pytest.raises(ValueError, match="twice"):
        compare_edits(conn, "bird", "id", [wish, wish], NoNames())


def test_a_column_of_the_table_itself_is_never_written(conn, fields):
    from tests.sheets.birds import SHEET

    with pytest.raises(ValueError, match="no column of its own"):
        put(conn, (1, SHEET.field("name"), "麻雀"))
