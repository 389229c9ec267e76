"""The toolbar of a sheet, its saved views, and the kinds beside the grid."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from app.domain.states import State
from app.models import SectionSheet
from app.services.super_table.section_sheets import ensure_sheets
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.sheets.hostile import HOSTILE
from tests.web.making import made, reported

KINDS = ("cards", "board", "gallery", "map", "calendar", "form")
SAVE = "form[action$='/views']"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def sheet(city_database):
    with city_database.writing() as session:
        ensure_sheets(session, MONDAY)
        return session.query(SectionSheet).filter_by(section_id=None).one().id


@pytest.fixture
def reader(city_client, sheet):
    city_client.login("reader")
    return city_client


def state_of(page):
    return dict(parse_qsl(urlsplit(page.url).query))


def cards(page):
    return page.texts("ul.cards .card-title, .board-cards .card-title, .pairs h2")


def saved(client, sheet, query, name):
    client.get(f"/table/{sheet}?{query}")
    return client.post_form(SAVE, {"name": name})


def test_each_kind_shows_the_rows_of_the_filter(reader, city_database, city, sheet):
    made(city_database, city, State.LISTED)
    reported(city_database, city)
    for kind in KINDS:
        page = reader.get(f"/table/{sheet}?as={kind}&f.state.is=listed")
        assert page.heading == "超级表"
        assert "状态 是 待整改" in page.text
        shown = page.texts(".due-day li") if kind == "calendar" else cards(page)
        assert len(shown) == 1, (kind, shown)


def test_a_card_has_the_edge_of_the_rule_that_holds(reader, city_database, city, sheet):
    made(city_database, city, State.LISTED)
    made(city_database, city, State.POOLED)
    page = reader.get(f"/table/{sheet}?as=cards&hue.red.f.state.is=listed")

    assert len(page.select(".card")) == 2
    assert len(page.select(".card.hue-red")) == 1


def test_a_phone_gets_cards_where_others_get_the_grid(reader, city_database, city, sheet):
    made(city_database, city, State.LISTED)
    assert reader.get(f"/table/{sheet}").select("#grid")

    reader.raw.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Linux; Android 9) Mobile Safari"
    page = reader.get("/table?f.state.is=listed")
    assert not page.select("#grid")
    assert cards(page)
    assert "表格" not in page.texts(".as-kinds a")
    assert state_of(page) == {"f.state.is": "listed"}


def test_each_kind_says_what_will_appear_while_there_is_nothing(reader, sheet):
    assert reader.get(f"/table/{sheet}?as=calendar").select(".due-month")
    for kind in KINDS[:4]:
        assert reader.get(f"/table/{sheet}?as={kind}").select(".empty")
        page = reader.get(f"/table/{sheet}?as={kind}&q=没有")
        assert "没有符合条件的问题" in page.text
        assert reader.follow("清除筛选").url == f"/table/{sheet}?as={kind}"


def test_a_filter_is_built_without_a_script_step_by_step(reader, sheet):
    reader.get(f"/table/{sheet}?as=cards&sort=-due_at")
    page = reader.post_form(".tool-filter form", {"c1.f": "due_at"})
    assert state_of(page) == {
        "as": "cards", "sort": "-due_at", "draft": "0.due_at", "edit": "filter",
    }  # fmt: skip
    assert page.select(".tool-filter[open]")
    assert "请选择怎样比较" in page.text

    page = reader.post_form(".tool-filter form", {"c1.op": "due_within_workdays"})
    assert "请填写要比较的值" in page.text
    page = reader.post_form(".tool-filter form", {"c1.v": "3"})
    assert state_of(page) == {
        "as": "cards", "sort": "-due_at", "f.due_at.due_within_workdays": "3",
    }  # fmt: skip
    assert "整改时限 3 个工作日内到期" in page.text


def test_conditions_stand_in_groups_with_or(reader, sheet):
    query = "any=1&f.state.in=listed,deferred&g1.f.priority.is=urgent&g1.f.on_time.yes=1"
    page = reader.get(f"/table/{sheet}?as=cards&{query}")
    assert len(page.select(".builder-group")) == 1 + 1
    page = reader.post_form(".tool-filter form", {"g1.any": "1"})
    assert state_of(page)["g1.any"] == "1"
    page = reader.post_form(".tool-filter form", {}, button="添加一组")
    assert len(page.select(".builder-group")) == 1 + 2


def test_a_row_of_the_filter_is_drawn_for_what_was_chosen(reader, sheet):
    page = reader.get(f"/table/{sheet}/filter/row?prefix=c4&f=state&op=in&v=listed", check=False)
    assert [box.get("value") for box in page.select("input[checked]")] == ["listed"]
    assert {box.get("name") for box in page.select("input[type=checkbox]")} == {"c4.v"}
    page = reader.get(f"/table/{sheet}/filter/row?prefix=h2&f=due_at", check=False)
    assert page.select("select[name='h2.colour']")


def test_a_chip_takes_one_condition_away(reader, sheet):
    reader.get(f"/table/{sheet}?as=cards&f.state.is=listed&f.priority.is=urgent&q=水")
    page = reader.follow("状态 是 待整改")
    assert state_of(page) == {"f.priority.is": "urgent", "q": "水", "as": "cards"}


def test_sorting_grouping_and_columns_are_forms_too(reader, city_database, city, sheet):
    made(city_database, city, State.LISTED)
    reader.get(f"/table/{sheet}?as=cards")
    page = reader.post_form(".tool-sort form", {"s0.f": "due_at", "s0.d": "1"})
    page = reader.post_form(".tool-sort form", {"s1.f": "number"})
    assert state_of(page)["sort"] == "-due_at,number"
    page = reader.get(f"/table/{sheet}/filter?as=cards&s0.f=number&s1.f=due_at&s1.d=1&up=s1")
    assert state_of(page) == {"as": "cards", "sort": "-due_at,number"}
    numbers = {"by": ["state", ""], "total": ["returned_count:sum", ""]}
    page = reader.post_form(".tool-group form", numbers)
    assert state_of(page)["group"] == "state"
    assert page.texts(".groups thead th") == ["状态", "件数", "退件次数 合计"]
    assert page.texts(".groups tbody th, .groups tbody td") == ["待整改", "1", "0"]
    assert state_of(reader.follow("待整改"))["f.state.is"] == "listed"

    page = reader.post_form(".tool-columns form", {"col": ["number", "state"], "freeze": "2"})
    assert state_of(page)["cols"] == "number,state"
    assert state_of(page)["freeze"] == "2"


def test_a_view_is_saved_changed_and_given_up(reader, city_database, city, sheet):
    made(city_database, city, State.LISTED)
    page = saved(reader, sheet, "as=cards&f.state.is=listed", "待整改的")
    view = state_of(page)["view"]
    assert state_of(page) == {"view": view}
    assert "已保存为视图“待整改的”" in page.text
    assert len(cards(page)) == 1

    page = reader.get(f"/table/{sheet}?view={view}&any=")
    assert "视图“待整改的”有未保存的更改" in page.text
    assert "状态 是 待整改" not in page.text
    assert state_of(reader.follow("放弃")) == {"view": view}

    reader.get(f"/table/{sheet}?view={view}&sort=-due_at")
    page = reader.post_form(".view-changed form", {})
    assert "视图“待整改的”已保存" in page.text
    assert "整改时限 从晚到早" in page.text


def test_a_refused_name_keeps_what_was_typed_and_the_state(reader, sheet):
    saved(reader, sheet, "as=cards&f.state.is=listed", "一")
    page = saved(reader, sheet, "as=cards&f.state.is=deferred", "一")
    assert "您已有一个叫“一”的视图" in page.text
    assert page.one("#view-name").get("value") == "一"
    assert state_of(page)["f.state.is"] == "deferred"


def test_two_who_save_one_view_are_told(reader, city_client, sheet):
    view = state_of(saved(reader, sheet, "as=cards&q=水", "水"))["view"]
    reader.get(f"/table/{sheet}?view={view}&q=垃圾")
    stale = reader.page
    reader.post_form(".view-changed form", {})
    reader.page = stale
    page = reader.post_form(".view-changed form", {})
    assert "刚被别人改过" in page.text
    assert state_of(page)["view"] == view


def test_a_shared_view_shows_a_colleague_his_own_rows(city_client, city_database, city, sheet):
    made(city_database, city, State.LISTED)
    city_client.login("reviewer")
    view = state_of(saved(city_client, sheet, "as=cards&f.state.is=listed&f.f_77.is=1", "共用"))[
        "view"
    ]
    city_client.get(f"/table/{sheet}/views")
    page = city_client.post_form(f"form[action$='/views/{view}/share']", {})
    assert "已共享" in page.text
    assert "共享了视图“共用”" in page.text

    for login, seen in (("zhanqian", 1), ("dongzhou", 0)):
        city_client.post_form("form[action='/logout']")
        city_client.login(login)
        page = city_client.get(f"/table/{sheet}?view={view}")
        assert len(cards(page)) == seen, login
        assert "没有“f_77”这一列" in page.text


def test_views_are_managed_by_whoever_owns_them(reader, sheet):
    view = state_of(saved(reader, sheet, "as=cards&q=水", "水"))["view"]
    reader.get(f"/table/{sheet}/views")
    page = reader.post_form(f"form[action$='/views/{view}/rename']", {"name": "积水"})
    assert "积水" in page.text
    page = reader.post_form(f"form[action$='/views/{view}/delete']", {})
    assert "已删除的视图" in page.text
    page = reader.post_form(f"form[action$='/views/{view}/restore']", {})
    assert reader.follow("积水").status == 200


def test_a_view_that_is_gone_is_said_and_the_address_still_applies(reader, sheet):
    page = reader.get(f"/table/{sheet}?view=999&as=cards&q=水")
    assert "没有找到这个视图" in page.text
    assert "含有“水”" in page.text


def test_the_board_offers_the_moves_of_the_flow_and_no_others(
    city_client, city_database, city, sheet
):
    problem_id = made(city_database, city, State.SUBMITTED)
    city_client.login("checker")
    page = city_client.get(f"/table/{sheet}?as=board")
    assert page.texts(".board-column h2") == ["待核查1"]
    moves = [link.get("href") for link in page.select(".board-moves a")]
    assert f"/check/{problem_id}?open=pass_check#pass_check" in moves

    city_client.post_form("form[action='/logout']")
    city_client.login("reader")
    assert city_client.get(f"/table/{sheet}?as=board").select(".board-moves") == []


def test_the_calendar_tells_working_days_from_others(reader, city_database, city, sheet):
    made(city_database, city, State.LISTED)
    page = reader.get(f"/table/{sheet}?as=calendar&date=2026-10")
    marks = dict(zip(page.texts(".due-mark"), page.texts(".due-mark"), strict=True))
    assert set(marks) == {"班", "休"}
    page = reader.get(f"/table/{sheet}?as=calendar")
    assert page.texts(".due-day .count") == ["1 件，11月25日 周三"]
    assert reader.follow("1 件，11月25日 周三").status == 200


def test_points_come_one_by_one_or_as_clusters(reader, city_database, city, sheet, monkeypatch):
    for _ in range(3):
        reported(city_database, city)
    reported(city_database, city, lat=None, lng=None, no_position_reason="室内")
    page = reader.get(f"/table/{sheet}?as=map")
    assert "另有 1 件没有位置" in page.text
    box = urlencode({"box": "41,123,42,124"})
    answer = reader.raw.get(f"/table/{sheet}/map.json?{box}").json
    assert (len(answer["points"]), answer["clusters"], answer["total"]) == (3, [], 3)

    monkeypatch.setattr("app.services.tables.on_map.POINTS", 2)
    answer = reader.raw.get(f"/table/{sheet}/map.json?{box}").json
    assert answer["points"] == []
    assert [cluster[2] for cluster in answer["clusters"]] == [3]


PARAMETERS = (
    "as", "view", "board", "day", "date", "group", "sum", "cols", "freeze", "sort", "any", "g1.any",
    "f.state.is", "g1.f.due_at.due_within_workdays", "hue.red.f.state.in", "draft", "edit", "name",
    "c1.f", "c1.op", "c1.v", "h1.colour", "s1.f", "by", "total", "up", "prefix", "box",
)  # fmt: skip
PATHS = ("", "/filter", "/filter/row", "/map.json")


def test_hostile_words_in_every_parameter_break_nothing(reader, city_database, city, sheet):
    made(city_database, city, State.LISTED)
    for place, words in enumerate(HOSTILE):
        sent = words[:2_000].encode("utf-8", "replace").decode()
        asked = {"as": KINDS[place % 5]} | dict.fromkeys(PARAMETERS[place % 3 :: 3], sent)
        path = f"/table/{sheet}{PATHS[place % 4]}?{urlencode(asked | {sent or 'x': '1'})}"
        assert reader.raw.get(path).status_code < 500, path[:200]
