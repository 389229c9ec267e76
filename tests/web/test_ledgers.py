"""The ledger page: ask, watch, download, try again; each in one's own scope."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pytest
import time_machine

from app.domain.states import State
from app.jobs.worker import work_once, workshop
from app.models import AccessLog, Ledger
from app.services import dates
from app.services.ledgers import asking, automatic
from tests.builders import MONDAY, make_problem

DAY = MONDAY.date().isoformat()
FORM = "form[action='/ledgers']"


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(MONDAY, tick=True):
        yield


def work(city_app):
    while work_once(workshop(city_app)):
        pass


def ask(city_client, **values):
    city_client.get("/ledgers")
    return city_client.post_form(FORM, {"period_from": DAY, "period_to": DAY, **values})


def test_an_empty_page_says_what_will_appear(city_client):
    city_client.login("reader")
    page = city_client.get("/ledgers")

    assert page.heading == "整治台账"
    assert "还没有台账" in page.text


def test_a_ledger_is_asked_for_watched_and_downloaded(city_app, city_client, city_database, city):
    with city_database.writing() as session:
        make_problem(session, city, State.SIGNED_OFF, MONDAY - timedelta(minutes=1))
    city_client.login("zhanqian")

    page = ask(city_client)
    assert "已开始制作台账" in page.text
    (waiting,) = page.select("[data-behaviour='poll']")
    assert "排队中" in "".join(waiting.itertext())
    href = waiting.get("data-href")
    work(city_app)
    fragment = city_client.get(href, check=False)
    assert "data-behaviour" not in fragment.response.text
    assert "下载" in fragment.response.text

    page = city_client.get("/ledgers")
    (link,) = page.select("a[download]")
    answer = city_client.raw.get(link.get("href"))
    assert answer.status_code == 200
    assert "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    answer.close()
    assert book["整治台账"].cell(4, 2).value == "FS-210402-2026-00001"
    with city_database.reading() as session:
        (line,) = session.query(AccessLog)
    assert (line.user_id, line.kind) == (city.users["zhanqian"], "ledger")


def test_an_unchanged_status_costs_nothing(city_client):
    city_client.login("reader")
    href = ask(city_client).select("[data-behaviour='poll']")[0].get("data-href")
    answer = city_client.raw.get(href)
    again = city_client.raw.get(href, headers={"If-None-Match": answer.headers["ETag"]})

    assert (answer.status_code, again.status_code) == (200, 304)


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("2026-11-16", "2026-11-10", "结束日期早于开始日期"),
        ("2026-11-16", "2026-11-30", "不能晚于今天"),
        ("2025-01-01", "2026-11-16", "一次最多 400 天"),
        ("", "2026-11-16", "请填写开始日期"),
        ("2026-13-40", "2026-11-16", "请填写日期"),
    ],
)
def test_a_bad_period_gets_a_sentence_and_stays_as_typed(city_client, first, last, said):
    city_client.login("reader")
    city_client.get("/ledgers")
    page = city_client.post_form(FORM, {"period_from": first, "period_to": last}, status=422)

    assert said in page.text
    kept = page.form(FORM)
    assert dict(kept.controls)["period_from"] == first
    assert dict(kept.controls)["period_to"] == last


def test_named_periods_fill_in_the_dates(city_client):
    city_client.login("reader")
    page = city_client.get("/ledgers?period=last_month")
    shown = dict(page.form(FORM).controls)

    assert (shown["period_from"], shown["period_to"]) == ("2026-10-01", "2026-10-31")
    city_client.get("/ledgers?period=nonsense")


def test_the_list_of_units_ends_where_ones_sight_ends(city_client, city):
    for login, names in (
        ("zhanqian", ["站前街道"]),
        ("xinfu", ["新抚区", "站前街道", "福民街道"]),
        ("hw_admin", ["环境卫生科"]),
    ):
        city_client.login(login)
        page = city_client.get("/ledgers")
        assert page.texts(f"{FORM} option") == names
        city_client.post_form("form[action='/logout']")


def forged(city_client, org_id):
    token = dict(city_client.page.form(FORM).controls)["csrf_token"]
    data = {"csrf_token": token, "period_from": DAY, "period_to": DAY, "org_id": org_id}
    return city_client.raw.post("/ledgers", data=data)


def test_a_forged_unit_gets_a_sentence_and_nothing_is_made(city_client, city_database, city):
    city_client.login("zhanqian")
    city_client.get("/ledgers")
    answer = forged(city_client, city.orgs["2104"])

    assert answer.status_code == 403
    assert "请选择本单位或下属单位" in answer.text
    assert forged(city_client, "x; drop table").status_code in {302, 422}
    with city_database.reading() as session:
        assert {row.org_id for row in session.query(Ledger)} <= {city.orgs["210402001"]}


def test_nobody_reads_or_takes_away_anothers_ledger(city_app, city_client, city_database, city):
    city_client.login("zhanqian")
    ask(city_client)
    work(city_app)
    city_client.post_form("form[action='/logout']")
    with city_database.reading() as session:
        ledger_id = session.query(Ledger).one().id

    for login in ("fumin", "xinfu", "reader"):
        city_client.login(login)
        assert "站前街道" not in "".join(city_client.get("/ledgers").texts("tbody"))
        city_client.get(f"/ledgers/{ledger_id}/file", status=404)
        city_client.get(f"/ledgers/{ledger_id}/status", status=404)
        city_client.get("/ledgers")
        city_client.post_form("form[action='/logout']")


def test_automatic_ledgers_stand_there_for_all_in_scope(city_app, city_client, city_database, city):
    with city_database.writing() as session:
        make_problem(session, city, State.SIGNED_OFF)
        period = dates.Period(MONDAY.date(), MONDAY.date())
        automatic.create_for(session, MONDAY, asking.DAILY, period)
    work(city_app)

    for login, units in (("reader", 3), ("xinfu", 1), ("hw_admin", 1), ("fumin", 0)):
        city_client.login(login)
        page = city_client.get("/ledgers")
        assert len(page.select("tbody tr")) == units, login
        city_client.post_form("form[action='/logout']")


def test_a_failed_ledger_says_why_and_is_made_again_by_a_button(
    city_app, city_client, city_database
):
    city_client.login("reader")
    ask(city_client)
    with city_database.writing() as session:
        session.query(Ledger).update({"status": "failed", "error": "服务器磁盘已满。"})
    page = city_client.get("/ledgers")
    assert "没有做成：服务器磁盘已满。" in page.text

    page = city_client.post_form("form[action$='/retry']")
    assert "已重新开始制作" in page.text
    work(city_app)
    assert city_client.get("/ledgers").select("a[download]")


def test_a_file_that_is_gone_gets_a_sentence(city_app, city_client, city_database):
    city_client.login("reader")
    ask(city_client)
    work(city_app)
    exports = city_app.extensions["settings"].exports
    for path in exports.rglob("*.xlsx"):
        path.unlink()

    page = city_client.get("/ledgers")
    page = city_client.get(page.select("a[download]")[0].get("href"), status=404)
    assert "请重新制作一份" in page.text


def test_ids_beyond_any_database_are_not_found(city_client):
    city_client.login("reader")
    for path in ("/ledgers/99999999999/status", "/ledgers/99999999999/file"):
        city_client.get(path, status=404)
    city_client.get("/ledgers?before=99999999999999999999")
