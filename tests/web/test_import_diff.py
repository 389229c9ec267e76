"""What an import would change, on its pages: read, decided on, row by row and in bulk."""

from __future__ import annotations

import pytest
import time_machine

from app.domain.states import State
from app.models import ImportRow, ImportRun
from tests.builders import MONDAY, make_problem
from tests.web.importing import FILE, add_row, make_run

CONFLICT = {"conflicts": {"due": ["2026-03-12", "2026-03-15"], "unit": ["站前街道", "福民街道"]}}


@pytest.fixture(autouse=True)
def on_monday():
    with time_machine.travel(MONDAY, tick=True):
        yield


@pytest.fixture
def run(city_database, city):
    """A run with rows of every kind; the rows come by name."""
    with city_database.writing() as session:
        problem_id = make_problem(session, city, State.LISTED).id
        run = make_run(session, city)
        told = {"problem_id": problem_id}
        changes = {"changes": {"point": ["旧址", "新址"], "due": ["", "2026-03-12"]}}
        twin = {"problem_id": problem_id, "why": "同类别", "distance_m": 12.4, "days": 2}
        rows = {
            "new": add_row(session, run, 3),
            "new2": add_row(session, run, 4),
            "changed": add_row(session, run, 5, "changed", outcome=changes, **told),
            "same": add_row(session, run, 6, "unchanged", **told),
            "conflict": add_row(session, run, 7, "conflicting", outcome=CONFLICT, **told),
            "twin": add_row(session, run, 8, "twin", outcome={"twins": [twin]}),
            "broken": add_row(session, run, 9, "broken", outcome={"why": "没有描述。"}),
        }
        return {"id": run.id} | {name: row.id for name, row in rows.items()}


def row_of(city_database, row_id):
    with city_database.reading() as session:
        row = session.get_one(ImportRow, row_id)
        return row.decision, row.fixes


def test_every_kind_of_row_has_its_tab_with_a_count_a_word_and_a_drawing(city_client, run):
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run['id']}/diff?tab=new")

    assert page.texts(".fates a") == [
        "新增2", "变更1", "未变1", "冲突1", "疑似重复1", "不能导入1",
    ]  # fmt: skip
    assert page.texts(".import-rows .fate") == ["新增", "新增"]
    assert f"{FILE} · 整改台账 · 第 3 行" in page.text
    assert "写入…" in page.links
    for tab in ("unchanged", "broken"):
        city_client.get(f"/imports/{run['id']}/diff?tab={tab}")
    assert "没有描述。" in city_client.page.text


def test_what_a_new_row_does_not_say_is_told_before_it_is_assumed(
    city_client, city_database, city, run
):
    with city_database.writing() as session:
        ready = session.get_one(ImportRun, run["id"])
        add_row(session, ready, 10, fields={"status": "deferred"})
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run['id']}/diff?tab=new")
    assert "写着挂号，但没有挂号期限：先按“待整改”进入" in page.text


def test_a_changed_row_shows_old_and_new_in_words_too(city_client, run):
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run['id']}/diff?tab=changed")

    assert page.texts(".changes del") == ["原为：旧址"]
    assert page.texts(".changes ins") == ["改为：新址", "改为：2026-03-12"]
    assert "原为空" in page.text


def test_a_conflict_is_decided_by_cell_by_column_and_for_all(city_client, city_database, run):
    city_client.login("hw_admin")
    city_client.get(f"/imports/{run['id']}/diff?tab=conflicting")
    row = run["conflict"]
    form = "form[action*='tab=conflicting']"

    page = city_client.post_form(form, {f"choice-{row}-due": "file"}, button="do=cells")
    assert "已保存 1 行的选择。" in page.text
    assert row_of(city_database, row) == ("", {"_choices": {"due": "file"}})

    city_client.post_form(form, {"field": "unit", "side": "pool"}, button="do=column")
    assert row_of(city_database, row)[1] == {"_choices": {"due": "file", "unit": "pool"}}

    page = city_client.post_form(form, {"all": "1"}, button="do=file")
    assert "1 行的冲突用文件里的值。" in page.text
    assert row_of(city_database, row) == ("file", {})


def test_rows_are_left_out_and_taken_in_again(city_client, city_database, run):
    city_client.login("hw_admin")
    city_client.get(f"/imports/{run['id']}/diff?tab=new")
    form = "form[action*='tab=new']"

    assert "请先勾选" in city_client.post_form(form, button="do=skip").text
    page = city_client.post_form(form, {"row": [str(run["new"])]}, button="do=skip")
    assert "1 行不导入" in page.text
    assert page.texts(".import-title .state") == ["不导入"]
    assert row_of(city_database, run["new2"])[0] == ""
    city_client.post_form(form, {"all": "1"}, button="do=apply")
    assert row_of(city_database, run["new"])[0] == "apply"


def test_twins_stand_side_by_side_and_are_settled(city_client, city_database, run):
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run['id']}/diff?tab=twin")

    assert page.path.endswith("/twins")
    assert page.texts(".twin-apart") == ["相距 12 米 · 相差 2 天 同类别"]
    assert "FS-210402-2026-00001" in page.text
    form = "form[action*='/twins']"
    assert "请先给至少一条" in city_client.post_form(form, button="do=each").text
    city_client.post_form(form, {f"way-{run['twin']}": "merge"}, button="do=each")
    assert row_of(city_database, run["twin"])[0] == "merge"
    assert "还没选的" not in city_client.page.text


def test_open_twins_are_settled_in_bulk(city_client, city_database, run):
    city_client.login("hw_admin")
    city_client.get(f"/imports/{run['id']}/twins")
    page = city_client.post_form("form[action*='/twins']", button="do=keep")
    assert "1 行将作为新问题写入" in page.text
    assert row_of(city_database, run["twin"])[0] == "keep"


def test_a_run_that_is_written_takes_no_decisions(city_client, city_database, city):
    with city_database.writing() as session:
        made = make_run(session, city, "applied")
        row = add_row(session, made, 3, applied={"how": "new"})
        run_id, row_id = made.id, row.id
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/diff?tab=new")
    assert not page.select("input[name='row']")
    assert "已写入" in page.text
    token = page.select("input[name='csrf_token']")[0].get("value")
    sent = {"csrf_token": token, "do": "skip", "row": row_id}
    assert city_client.raw.post(f"/imports/{run_id}/diff?tab=new", data=sent).status_code == 409


def test_an_import_of_another_section_is_not_there(city_client, run):
    city_client.login("sz_admin")
    for page in ("diff", "twins"):
        city_client.get(f"/imports/{run['id']}/{page}", status=404)


def test_rows_are_known_again_by_other_fields_where_a_person_says_so(
    city_client, city_database, city
):
    section = str(city.orgs["HW"])
    told = {"fields": ["point", "reported_at"], "why": "按点位和日期。", "chosen": False,
            "repeated": 0, "keyless": 0}  # fmt: skip
    with city_database.writing() as session:
        made = make_run(session, city, counts={"keys": {section: told}})
        add_row(session, made, 3)
        add_row(session, made, 4)
        run_id = made.id
    city_client.login("hw_admin")
    page = city_client.get(f"/imports/{run_id}/diff?tab=new")
    assert "按点位和日期。" in page.text

    form = "form[action$='/keys']"
    page = city_client.post_form(form, {"key": ["street"]}, button="按所选的字段重新对比")
    assert "已重新对比。" in page.text
    assert "按您选择的“街道”" in page.text
    assert page.texts(".fates a")[0] == "新增1"  # the other lies in the same street
    city_client.post_form(form, button="用系统建议的")
    assert city_client.page.texts(".fates a")[0] == "新增2"
