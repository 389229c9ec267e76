"""The button for a workbook: at once where it is small, else a page one may leave and find."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import select, update

from app.domain.states import State
from app.jobs.worker import work_once, workshop
from app.models import AccessLog, AccessRule, TableExport
from app.services.tables import export
from sheets.query import TooSlow
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.web.client import CheckingClient
from tests.web.making import made

BUTTON = "form[action*='/export']"
ASKED = "/table?f.state.is=listed&cols=state,serial&sort=serial"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def all_are_large(monkeypatch):
    monkeypatch.setattr(export, "DIRECT_CELLS", 0)


def press(client, asked=ASKED):
    """The button in the toolbar, without following where it leads."""
    form = client.get(asked).form(BUTTON)
    return client.raw.post(form.action, data=dict(form.controls))


def started(client, asked=ASKED):
    client.get(asked)
    return client.post_form(BUTTON)


def work(app):
    while work_once(workshop(app)):
        pass


def test_a_small_table_comes_at_once_and_nothing_is_queued(city_client, city_database, city):
    made(city_database, city, State.LISTED)
    city_client.login("reader")
    answer = press(city_client)

    assert answer.status_code == 303
    file = city_client.raw.get(answer.location)
    assert openpyxl.load_workbook(io.BytesIO(file.data)).worksheets[0].cell(4, 1).value == "待整改"
    file.close()
    with city_database.reading() as session:
        assert session.scalars(select(TableExport)).all() == []


@pytest.mark.usefixtures("all_are_large")
def test_a_large_one_is_watched_left_found_again_and_downloaded(
    city_app, city_client, city_database, city
):
    made(city_database, city, State.LISTED)
    city_client.login("reader")
    page = started(city_client)

    assert (page.heading, page.path) == ("我的导出", "/table/exports")
    (waiting,) = page.select("[data-behaviour='poll']")
    assert "可以离开本页，稍后在“我的导出”里找到它。" in "".join(waiting.itertext())
    assert "停止" in page.buttons
    work(city_app)
    fragment = city_client.get(waiting.get("data-href"), check=False)
    (ended,) = fragment.select("[data-behaviour='go-on']")
    assert ended.get("data-href") == page.path

    assert "我的导出" in city_client.get(ASKED).links
    page = city_client.get("/table/exports")
    (link,) = page.select("a[download]")
    answer = city_client.raw.get(link.get("href"))
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    answer.close()
    assert [cell.value for cell in book.worksheets[0][3]] == ["状态", "内部编号"]
    with city_database.reading() as session:
        (line,) = session.scalars(select(AccessLog))
    assert (line.kind, line.detail["rows"]) == (export.TAKEN, 1)
    city_client.get(page.select("th a")[0].get("href"))  # the table as it was asked for
    assert "待整改" in city_client.page.text


@pytest.mark.usefixtures("all_are_large")
def test_the_address_of_a_large_one_leads_to_the_button(city_client, city_database, city):
    made(city_database, city, State.LISTED)
    city_client.login("reader")
    table = city_client.get("/table").path
    page = city_client.get(f"{table}/export?f.state.is=listed")

    assert "请按“导出 Excel”" in page.text
    assert "f.state.is=listed" in page.url


def test_what_takes_long_to_count_is_made_in_the_background(city_client, monkeypatch):
    def slow(*args):
        raise TooSlow(export.COUNTED_FOR)

    monkeypatch.setattr(export, "count", slow)
    city_client.login("reader")

    assert "排队中" in started(city_client).text


@pytest.mark.usefixtures("all_are_large")
@pytest.mark.parametrize("odd", ["%00%ED%A0%80%F0%9F%90%BC", "a" * 3_000])
def test_odd_signs_in_the_address_are_no_trouble(city_app, city_client, city_database, city, odd):
    made(city_database, city, State.LISTED)
    city_client.login("reader")
    token = dict(city_client.get("/table").form(BUTTON).controls)["csrf_token"]
    asked = f"any=1&f.state.is=listed&f.description.contains={odd}&nonsense={odd}"
    city_client.raw.post(f"{city_client.page.path}/export?{asked}", data={"csrf_token": token})
    work(city_app)

    assert len(city_client.get("/table/exports").select("a[download]")) == 1


@pytest.mark.usefixtures("all_are_large")
def test_one_may_stop_it_and_have_it_made_again(city_app, city_client, city_database, city):
    made(city_database, city, State.LISTED)
    city_client.login("reader")
    started(city_client)
    page = city_client.post_form("form[action$='/stop']")
    assert "已停止导出。" in page.text
    assert page.select("a[download]") == []
    work(city_app)

    page = city_client.post_form("form[action$='/again']")
    assert "排队中" in page.text
    work(city_app)
    assert len(city_client.get("/table/exports").select("a[download]")) == 1


@pytest.mark.usefixtures("all_are_large")
def test_a_failure_says_what_to_do_and_offers_another_try(city_client, city_database, city):
    made(city_database, city, State.LISTED)
    city_client.login("reader")
    started(city_client)
    with city_database.writing() as session:
        session.execute(update(TableExport).values(status="failed", error="服务器磁盘已满。"))
    page = city_client.get("/table/exports")

    assert "没有做成：服务器磁盘已满。" in page.text
    assert "重新导出" in page.buttons


@pytest.mark.usefixtures("all_are_large")
def test_whose_rights_changed_reads_so_and_cannot_download(
    city_app, city_client, city_database, city
):
    made(city_database, city, State.LISTED)
    city_client.login("reader")
    started(city_client)
    work(city_app)
    (link,) = city_client.get("/table/exports").select("a[download]")
    with city_database.writing() as session:
        session.add(
            AccessRule(
                effect="see", subject="role:sysadmin", field_id="reporter", created_at=MONDAY
            )
        )

    page = city_client.get("/table/exports")
    assert "这一份不能再下载" in page.text
    assert "重新导出" in page.buttons
    assert city_client.raw.get(link.get("href")).status_code == 409


@pytest.mark.usefixtures("all_are_large")
def test_nobody_elses_is_found_and_without_the_right_there_is_no_page(
    city_app, city_client, city_database, city
):
    made(city_database, city, State.LISTED)
    city_client.login("reader")
    started(city_client)
    work(city_app)
    (link,) = city_client.get("/table/exports").select("a[download]")
    other = CheckingClient(city_app)
    other.login("checker")

    assert other.raw.get(link.get("href")).status_code == 404
    assert "还没有后台导出" in other.get("/table/exports").text
    with city_database.writing() as session:
        session.add(
            AccessRule(effect="export", subject="role:sysadmin", field_id="", created_at=MONDAY)
        )
    assert city_client.raw.get(link.get("href")).status_code == 403
    assert "我的导出" not in city_client.get("/table").links
    city_client.get("/table/exports", status=403)


@pytest.mark.usefixtures("all_are_large")
def test_a_file_that_is_gone_is_said(city_app, city_client, city_database, city):
    made(city_database, city, State.LISTED)
    city_client.login("reader")
    started(city_client)
    work(city_app)
    (link,) = city_client.get("/table/exports").select("a[download]")
    with city_database.reading() as session:
        path = session.scalars(select(TableExport.file_path)).one()
    (workshop(city_app).exports / path).unlink()

    answer = city_client.raw.get(link.get("href"))
    assert answer.status_code == 404
    assert "重新导出" in answer.text
