"""Writing an import and taking it back, on the pages: foretold in numbers, done, told."""

from __future__ import annotations

import pytest
import time_machine

from app.domain.states import State
from app.jobs.worker import work_once, workshop
from app.models import Event, ImportRow, Problem
from tests.builders import MONDAY, make_problem
from tests.web.client import CheckingClient
from tests.web.importing import add_row, make_run


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(MONDAY, tick=True):
        yield


@pytest.fixture
def run_id(city_database, city):
    """Two new rows, one that nobody wants, one probable twin, one impossible."""
    with city_database.writing() as session:
        problem_id = make_problem(session, city, State.LISTED).id
        run = make_run(session, city)
        twin = {"problem_id": problem_id, "why": "同类别", "distance_m": 12.4, "days": 2}
        add_row(session, run, 3)
        add_row(session, run, 4, flags=[["unit", "不明单位", "没有这个单位。", False]])
        add_row(session, run, 5, decision="skip")
        add_row(session, run, 6, "twin", outcome={"twins": [twin]})
        add_row(session, run, 7, "broken", outcome={"why": "没有描述。"})
        return run.id


def work(city_app):
    while work_once(workshop(city_app)):
        pass


def write(city_app, city_client, run_id):
    city_client.login("hw_admin")
    city_client.get(f"/imports/{run_id}/apply")
    city_client.post_form("form[action$='/apply']")
    work(city_app)
    return city_client.get(f"/imports/{run_id}/result")


def test_what_will_be_written_is_told_in_numbers_before(city_client, run_id):
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/apply")

    assert "写入 2 行" in page.buttons
    assert page.texts(".outlook li") == [
        "新增 2 个问题",
        "1 格存疑：猜测按显示的值写入，没看懂的留空",
        "1 行疑似重复还没选，先不写入",
        "1 行选了不导入",
        "1 行缺少必要内容，不能写入",
    ]


def test_a_part_is_chosen_on_the_diff_and_written_alone(city_client, city_database, run_id):
    city_client.login("hw_admin")
    city_client.get(f"/imports/{run_id}/diff?tab=new")
    row = city_client.page.select("input[name='row']")[0].get("value")
    page = city_client.post_form("form[action*='tab=new']", {"row": [row]}, button="do=write")
    assert "写入 1 行" in page.buttons
    city_client.get(f"/imports/{run_id}/diff?tab=new")
    page = city_client.post_form("form[action*='tab=new']", {"all": "1"}, button="do=write")
    assert "写入 2 行" in page.buttons


def test_it_is_written_watched_and_told_with_what_is_left(
    city_app, city_client, city_database, run_id
):
    city_client.login("hw_admin")
    city_client.get(f"/imports/{run_id}/apply")
    page = city_client.post_form("form[action$='/apply']")
    (waiting,) = page.select("[data-behaviour='poll']")
    work(city_app)
    fragment = city_client.get(waiting.get("data-href"), check=False)
    assert fragment.select("[data-behaviour='go-on']")

    page = city_client.get(f"/imports/{run_id}/result")
    assert "新增 2 个问题" in page.text
    assert "1 行疑似重复还没选" in page.text
    assert "没有能认出的责任单位，先由牵头科室自己整改。" in page.text
    assert page.texts("tbody th") == [
        "FS-210402-2026-00002 暴露垃圾", "FS-210402-2026-00003 暴露垃圾",
    ]  # fmt: skip
    city_client.follow("FS-210402-2026-00002 暴露垃圾")
    assert "环卫台账.xlsx · 整改台账 · 第 3 行" in city_client.page.links
    assert "文件里的原文" in city_client.page.text


def test_a_row_that_cannot_be_written_is_named_when_all_others_are(
    city_app, city_client, city_database, city
):
    with city_database.writing() as session:
        run = make_run(session, city)
        add_row(session, run, 3)
        add_row(session, run, 4, "broken", outcome={"why": "没有描述。"})
    page = write(city_app, city_client, run.id)

    assert "1 行缺少必要内容，不能写入" in page.text
    assert "请在文件里改好，再导入一次" in page.text
    assert not page.select("a[href$='/apply']")


def test_the_way_to_the_import_is_for_those_who_may_open_it(city_app, city_client, run_id):
    page = write(city_app, city_client, run_id)
    href = page.select("tbody th a")[0].get("href")
    other = CheckingClient(city_app)
    other.login("checker")
    page = other.get(href)
    assert "第 3 行" in page.text
    assert "环卫台账.xlsx · 整改台账 · 第 3 行" not in page.links
    assert "文件里的原文" not in page.text


def test_an_import_is_taken_back_but_what_people_worked_on_stays(
    city_app, city_client, city_database, run_id
):
    write(city_app, city_client, run_id)
    with city_database.writing() as session:
        row = session.query(ImportRow).filter_by(run_id=run_id, row=4).one()
        worked_on = row.problem_id or row.applied["problem_id"]
        session.get_one(Problem, worked_on).version += 1

    page = city_client.follow("撤销这次导入…")
    assert "1 个由它新建、之后没人动过的问题作废" in page.text
    assert "由它新建、后来有人办理过的 1 个问题" in page.text
    city_client.post_form("form[action$='/undo']")
    work(city_app)
    page = city_client.get(f"/imports/{run_id}/result")

    assert "撤销时保留下来的 1 个问题" in page.text
    assert "作废 1 个问题，保留 1 个问题。" in page.text
    with city_database.reading() as session:
        assert session.get_one(Problem, worked_on).state == State.LISTED
        undone = session.query(Event).filter_by(move="undo_import").count()
    assert undone == 1


def test_what_people_worked_on_goes_too_where_that_is_wanted(
    city_app, city_client, city_database, run_id
):
    write(city_app, city_client, run_id)
    with city_database.writing() as session:
        row = session.query(ImportRow).filter_by(run_id=run_id, row=4).one()
        worked_on = row.problem_id or row.applied["problem_id"]
        session.get_one(Problem, worked_on).version += 1
    city_client.get(f"/imports/{run_id}/undo")
    city_client.post_form("form[action$='/undo']", {"touched": "1"})
    work(city_app)
    with city_database.reading() as session:
        assert session.get_one(Problem, worked_on).state == State.VOID
