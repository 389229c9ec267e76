"""Sheets of the sections: which there are, what each shows, and what a sheet asks for."""

from __future__ import annotations

import pytest

from app.domain.refusals import NotFound
from app.domain.states import State
from app.models import SectionSheet
from app.services.cells import edits
from app.services.cells.checks import Edit
from app.services.names import Names
from app.services.super_table import section_sheets
from app.services.super_table.sheet_columns import Column, kept
from sheets.fields import FieldError
from sheets.query import fetch, parse_query
from sheets.storage import FieldSpec
from tests.builders import MONDAY, add_section_field, make_city, make_problem


@pytest.fixture
def city(session):
    return make_city(session)


@pytest.fixture
def sheets(session, city):
    """The sheets by section code; everybody's under ""."""
    codes = {key: code for code, key in city.orgs.items()}
    made = section_sheets.ensure_sheets(session, MONDAY)
    return {codes.get(row.section_id, ""): row for row in made}


def field_of(session, code: str, caption: str, kind: str = "text", **more) -> str:
    spec = FieldSpec(caption=caption, type=kind, **more)
    return add_section_field(session, MONDAY, code, spec).id


def opened(session, city, sheet: SectionSheet, by: str = "hw_admin"):
    return section_sheets.open_sheet(session, city.actors[by], sheet.id)


def test_every_section_has_a_sheet_and_everybody_one_made_once(session, city, sheets):
    again = section_sheets.ensure_sheets(session, MONDAY)

    assert sorted(sheets) == ["", "HW", "JDK", "SZ"]
    assert [row.id for row in again] == [row.id for row in sheets.values()]


def test_a_section_made_later_gets_its_sheet_the_next_time(session, city, sheets):
    session.delete(sheets["SZ"])
    session.flush()

    assert [row.name for row in section_sheets.ensure_sheets(session, MONDAY)].count("市政科") == 1


def test_the_super_table_shows_where_each_row_came_from(session, city, sheets):
    problem = make_problem(session, city, State.LISTED)
    sheet = opened(session, city, sheets[""], "reviewer")

    assert {"origin_sheet", "source", "reporter_org", "lead_section"} <= set(sheet.shown)
    query = parse_query(sheet.sheet, [])
    row = fetch(session.connection(), sheet.sheet, query, sheet.where, sheet.shown).rows[0]
    assert (row.key, row["origin_sheet"]) == (problem.id, city.orgs["HW"])
    origin = sheet.sheet.field("origin_sheet")
    assert origin.show(row["origin_sheet"], Names(session)) == sheets["HW"].name


def test_an_unarranged_sheet_shows_its_own_fields_and_not_those_of_others(session, city, sheets):
    own, other = field_of(session, "HW", "清运量"), field_of(session, "SZ", "井盖形状")
    sheet = opened(session, city, sheets["HW"], "sysadmin")

    assert own in sheet.shown
    assert other not in sheet.shown
    assert other in sheet.sheet.by_id
    assert "version" not in sheet.shown


def test_a_sheet_has_its_own_order_captions_marks_and_form(session, city, sheets):
    crew = field_of(session, "HW", "作业班组")
    sheets["HW"].columns = kept(
        [
            Column(crew, "班组", required=True, on_form=True),
            Column("number"),
            Column("address", "在哪里", required=True, shown=False),
        ]
    )
    sheet = opened(session, city, sheets["HW"])

    assert sheet.shown == (crew, "number")
    assert sheet.form == (crew,)
    assert [field.id for field in sheet.sheet.fields][:3] == [crew, "number", "address"]
    assert sheet.sheet.field(crew).caption == "班组"
    assert sheet.sheet.field("address").caption == "在哪里"
    assert not sheet.sheet.field("address").required  # nobody writes it here
    with pytest.raises(FieldError, match="班组：此项必填"):
        sheet.sheet.field(crew).parse("")
    assert opened(session, city, sheets[""]).sheet.field(crew).caption == "作业班组"


def test_what_a_sheet_asks_binds_wherever_the_cell_is_edited(session, city, sheets):
    crew = field_of(session, "HW", "作业班组")
    problem = make_problem(session, city, State.LISTED)
    actor = city.actors["hw_admin"]

    def edit(value: str, batch: str):
        cell = Edit(problem.id, crew, value)
        return edits.edit_cells(session, actor, MONDAY, batch, [cell], "edit")

    assert edit("一班", "batch-0001").written
    sheets["HW"].columns = kept([Column(crew, "班组", required=True)])
    session.flush()
    assert "必填" in edit("", "batch-0002").refused[0].sentence
    assert edit("二班", "batch-0003").written


def test_a_sheets_default_stands_in_for_the_fields_own_until_it_no_longer_fits(
    session, city, sheets
):
    tons = field_of(session, "HW", "清运量", "number", default="1")
    sheets["HW"].columns = kept([Column(tons, default="2.5")])
    assert opened(session, city, sheets["HW"]).sheet.field(tons).default == 2.5

    sheets["HW"].columns = kept([Column(tons, default="很多")])
    assert opened(session, city, sheets["HW"]).sheet.field(tons).default == 1


def test_a_retired_field_leaves_the_sheet(session, city, sheets):
    sheets["HW"].columns = kept([Column("f_999", on_form=True), Column("number")])

    sheet = opened(session, city, sheets["HW"])
    assert (sheet.shown, sheet.form) == (("number",), ())


def test_a_section_does_not_open_anothers_sheet(session, city, sheets):
    with pytest.raises(NotFound):
        opened(session, city, sheets["SZ"])
    seen = section_sheets.sheets_of(session, city.actors["hw_admin"])
    assert [row.id for row in seen] == [sheets[""].id, sheets["HW"].id]


@pytest.mark.parametrize(
    ("by", "codes"),
    [
        ("hw_admin", ["HW"]),
        ("sysadmin", ["", "JDK", "HW", "SZ"]),
        ("reviewer", []),
        ("leader", []),
        ("zhanqian", []),
    ],
)
def test_a_section_administers_its_own_sheet_and_the_system_admin_all(
    session, city, sheets, by, codes
):
    rows = section_sheets.administered(session, city.actors[by])

    assert {row.id for row in rows} == {sheets[code].id for code in codes}
