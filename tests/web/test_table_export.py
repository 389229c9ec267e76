"""The rows of a sheet taken away as a workbook: what stands in it, who may, what is noted."""

from __future__ import annotations

import io
from decimal import Decimal

import openpyxl
import pytest
from sqlalchemy import select

from app.domain.states import State
from app.models import AccessLog, AccessRule, Problem
from app.services.tables import export
from sheets.storage import FieldSpec, set_values
from tests.builders import MONDAY, add_section_field
from tests.demo_city import set_clock
from tests.web.client import CheckingClient
from tests.web.making import made

HEAD = 3  # the row of captions, below the title and the line under it


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


def signed_in(app, login: str) -> CheckingClient:
    client = CheckingClient(app)
    client.login(login)
    return client


def exported(client, **query):
    """The first worksheet of what the button gives."""
    table = client.get("/table")
    answer = client.raw.get(f"{table.path}/export", query_string=query)
    assert answer.status_code == 200, answer.text[:300]
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    answer.close()
    return book


def rows(book) -> list[list[object]]:
    """Captions and data, without the title."""
    (sheet, *_) = book.worksheets
    return [list(row) for row in sheet.iter_rows(min_row=HEAD, values_only=True)]


def noted(database) -> list[AccessLog]:
    with database.reading() as session:
        return list(session.scalars(select(AccessLog).where(AccessLog.kind == export.TAKEN)))


def rule(database, effect: str, subject: str, field_id: str = "") -> None:
    with database.writing() as session:
        session.add(
            AccessRule(effect=effect, subject=subject, field_id=field_id, created_at=MONDAY)
        )


def test_the_workbook_has_the_columns_rows_and_order_of_the_view(city_client, city_database, city):
    ids = [made(city_database, city, state) for state in (State.LISTED, State.LISTED, State.VOID)]
    city_client.login("reader")
    asked = {"cols": "state,serial", "f.state.is": "listed", "sort": "serial"}
    book = exported(city_client, **asked)

    captions, *data = rows(book)
    assert captions == ["状态", "内部编号"]
    assert [row[0] for row in data] == ["待整改", "待整改"]
    assert [str(row[1]) for row in data] == [str(each) for each in ids[:2]]
    (line,) = noted(city_database)
    assert line.user_id == city.users["reader"]
    assert (line.detail["rows"], line.detail["columns"]) == (2, ["state", "serial"])


def test_photos_are_counted_in_it_and_no_picture_goes_out(city_client, city_database, city):
    made(city_database, city, State.SUBMITTED)
    city_client.login("reader")
    book = exported(city_client, cols="number,before_photos,after_photos")
    assert rows(book)[1][1:] == [1, 1]
    assert [sheet._images for sheet in book.worksheets] == [[] for _ in book.worksheets]


def test_a_text_like_a_formula_stays_text_and_a_sum_of_money_is_a_number(
    city_client, city_database, city
):
    problem_id = made(city_database, city, State.LISTED)
    with city_database.writing() as session:
        spec = FieldSpec(caption="=1+1", type="money")
        cost = add_section_field(session, MONDAY, "HW", spec)
        set_values(session.connection(), "problem", "id", problem_id, {cost: Decimal("1234.50")})
        session.get_one(Problem, problem_id).description = '=HYPERLINK("http://x")'
    city_client.login("hw_admin")
    (sheet, *_) = exported(city_client, cols=f"description,{cost.id}").worksheets

    words, money = sheet[HEAD + 1]
    assert (words.data_type, words.value) == ("s", '=HYPERLINK("http://x")')
    assert (money.data_type, money.value) == ("n", 1234.5)
    assert (sheet.cell(HEAD, 2).data_type, sheet.cell(HEAD, 2).value) == ("s", "=1+1")


def test_export_is_a_right_of_its_own(city_app, city_database, city):
    made(city_database, city, State.LISTED)
    rule(city_database, "export", "role:sysadmin")
    client = signed_in(city_app, "reader")
    page = client.get("/table")

    assert "导出 Excel" not in page.text
    assert client.raw.get(f"{page.path}/export").status_code == 403
    assert noted(city_database) == []
    admin = signed_in(city_app, "sysadmin")
    assert "导出 Excel" in admin.get("/table").buttons


def test_a_hidden_column_is_not_in_it_even_when_asked_for_by_name(city_app, city_database, city):
    made(city_database, city, State.LISTED)
    rule(city_database, "see", "role:sysadmin", "reporter")
    client = signed_in(city_app, "reader")
    captions, *data = rows(exported(client, cols="state,reporter,serial"))

    assert "上报人" not in captions
    assert (len(captions), len(data)) == (2, 1)


def test_too_many_rows_lead_back_to_the_table_with_a_sentence(
    city_client, city_database, city, monkeypatch
):
    for _ in range(2):
        made(city_database, city, State.LISTED)
    monkeypatch.setattr(export, "MOST_ROWS", 1)
    city_client.login("reader")
    table = city_client.get("/table").path
    page = city_client.get(f"{table}/export?cols=state&sort=serial")

    assert "超过 1 行" in page.text
    assert "cols=state" in page.url
    assert noted(city_database) == []


def test_a_sheet_out_of_sight_is_not_found(city_app, city_database, city):
    reader = signed_in(city_app, "reader")
    reader.get("/table")
    street = signed_in(city_app, "hw_admin")
    own = street.get("/table").path
    other = f"/table/{int(own.rsplit('/', 1)[1]) + 1}"

    assert street.raw.get(f"{other}/export").status_code == 404
