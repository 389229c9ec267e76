"""The pages of rights: rules made, retired and restored, roles, looking on, the question why."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from app.domain.states import State
from app.models import AccessRule, AdminEvent, LoginSession, Problem, User, UserRole
from app.services import admin_history
from sheets.storage import FieldSpec
from tests import builders
from tests.api.client import ApiClient, make_tokens
from tests.builders import MONDAY, add_section_field
from tests.demo_city import set_clock
from tests.web.client import CheckingClient
from tests.web.making import made, reported

NEW = "/settings/rights/new"
NOT_VOID = "effect=rows&who=org_type:street&c1=state&o1=is_not&v1=void"
FORM = "section form[method=post]"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def admin(city_client):
    city_client.login("sysadmin")
    return city_client


def somebody(app, login) -> CheckingClient:
    client = CheckingClient(app)
    client.login(login)
    return client


def told(database, topic) -> list[str]:
    with database.reading() as session:
        assert admin_history.first_break(session, topic) is None
        return [event.text for event in admin_history.events(session, topic)]


def account_of(city, login):
    return f"/settings/people/{city.users[login]}"


# --- rules ---


def test_a_rule_on_rows_is_shown_with_its_effect_saved_and_obeyed(
    admin, city_app, city, city_database
):
    void = made(city_database, city, State.VOID)
    listed = made(city_database, city, State.LISTED)
    page = admin.get(f"{NEW}?{NOT_VOID}")
    assert "街道 只见 状态 不是 作废 的问题" in page.text
    assert "涉及 3 个账号" in page.text
    assert "1 个问题不再看到" in page.text
    page = admin.post_form(FORM)

    assert "规则已保存" in page.text
    street = somebody(city_app, "zhanqian")
    street.get(f"/problems/{void}", status=404)
    street.get(f"/problems/{listed}")
    assert any("新增规则" in each for each in told(city_database, admin_history.RIGHTS))
    admin.get("/settings/rights")
    admin.post_form("form[action$='/retire']")
    street.get(f"/problems/{void}")
    admin.get("/settings/rights")
    admin.post_form("form[action$='/restore']")
    street.get(f"/problems/{void}", status=404)


def test_a_reporter_keeps_his_drafts_and_what_came_back_whatever_the_rule(
    city_app, city, city_database
):
    with city_database.writing() as session:
        session.add(
            AccessRule(
                effect="rows", subject="everyone", query="f.state.is=signed_off", created_at=MONDAY
            )
        )
        draft = builders.make_problem(session, city, State.DRAFT).id
        back = builders.make_problem(session, city, State.NEEDS_CORRECTION).id
    street = somebody(city_app, "zhanqian")

    street.get(f"/drafts/{draft}")
    street.get(f"/drafts/{back}")


def test_a_move_that_takes_a_problem_out_of_sight_is_made_all_the_same(
    city_app, city, city_database
):
    problem_id = reported(city_database, city)
    with city_database.writing() as session:
        session.add(
            AccessRule(
                effect="rows", subject="role:reviewer", query="f.state.is=pooled", created_at=MONDAY
            )
        )
    reviewer = somebody(city_app, "reviewer")
    reviewer.get(f"/problems/{problem_id}/moves/return_for_correction")
    reviewer.post_form("main form[method=post]", {"text": "请补拍远景照片"}, status=404)

    with city_database.reading() as session:
        assert session.get_one(Problem, problem_id).state == State.NEEDS_CORRECTION.value


@pytest.mark.parametrize("query", ["f.state.is=nonsense", "sort=number"])
def test_a_query_that_cannot_be_read_closes_and_says_so(
    admin, city_app, city, city_database, query
):
    problem_id = made(city_database, city, State.LISTED)
    with city_database.writing() as session:
        rule = AccessRule(effect="rows", subject="everyone", query=query, created_at=MONDAY)
        session.add(rule)

    somebody(city_app, "reviewer").get(f"/problems/{problem_id}", status=404)
    admin.get(f"/problems/{problem_id}")
    assert "条件已读不懂" in admin.get("/settings/rights").text


SENSELESS = {
    "effect=rows&who=": "请选择这条规则说的是谁",
    "effect=rows&who=role:wizard&c1=state&v1=void": "没有这样的人员范围",
    "effect=rows&who=org:99999999999999999999&c1=state&v1=void": "没有这样的人员范围",
    "effect=rows&who=everyone": "请至少选一个条件",
    "effect=rows&who=everyone&c1=signed_off_at&o1=since&v1=昨天": "销号时间",
    "effect=see&who=role:reviewer&field=number": "请选择列",
    "effect=see&who=everyone&field=remedy": "等于没有规则",
    "effect=change&who=role:lead_admin&field=remedy": "请选择列",
    "effect=export&who=role:sysadmin": "没有这样的人员范围",
}


def test_a_rule_that_makes_no_sense_gets_a_sentence(admin):
    for asked, said in SENSELESS.items():
        page = admin.get(f"{NEW}?{asked}", status=422)
        assert said in page.text
        assert not page.select(FORM)


def test_the_same_rule_twice_is_refused(admin):
    admin.get(f"{NEW}?{NOT_VOID}")
    admin.post_form(FORM)
    admin.get(f"{NEW}?{NOT_VOID}")

    assert "已经有了" in admin.post_form(FORM, status=409).text


@pytest.mark.parametrize(
    ("asked", "said", "effect"),
    [
        ("effect=see&who=role:reviewer&who=role:lead_admin&field=reporter",
         "上报人（列） 仅 审核员、牵头科室管理员 可见", "个账号将不再看到这一列"),
        ("effect=export&who=role:ledger_reader&who=role:lead_admin",
         "仅 台账查阅人、牵头科室管理员 可导出", "个账号将不再能导出"),
    ],
)  # fmt: skip
def test_columns_and_export_read_as_sentences(admin, asked, said, effect):
    page = admin.get(f"{NEW}?{asked}")
    assert said in page.text
    assert effect in page.text
    admin.post_form(FORM)

    assert said in admin.get("/settings/rights").text


def test_export_is_a_right_of_its_own(city_app, city_database):
    with city_database.writing() as session:
        session.add(AccessRule(effect="export", subject="role:ledger_reader", created_at=MONDAY))

    somebody(city_app, "reader").get("/ledgers")
    assert "整治台账" not in somebody(city_app, "leader").get("/").links
    somebody(city_app, "leader").get("/ledgers", status=403)


def test_a_locked_field_is_shown_and_not_saved(city_app, city, city_database):
    with city_database.writing() as session:
        spec = FieldSpec(caption="销号意见", type="text")
        field = add_section_field(session, MONDAY, "HW", spec).id
        problem_id = builders.make_problem(session, city, State.LISTED).id
        session.add(
            AccessRule(effect="change", subject="org:1", field_id="f_none", created_at=MONDAY)
        )
    token = make_tokens(city_app, city)["hw_admin"]
    path = f"/problems/{problem_id}/fields/{city.orgs['HW']}"
    program = ApiClient(city_app, token)
    program.ask("PUT", path, status=200, json={"values": {field: "同意"}})
    with city_database.writing() as session:
        session.add(
            AccessRule(effect="change", subject="role:reviewer", field_id=field, created_at=MONDAY)
        )

    answer = program.ask("PUT", path, status=403, json={"values": {field: "不同意"}})
    assert "销号意见" in answer.json["detail"]
    page = somebody(city_app, "hw_admin").get(f"/problems/{problem_id}")
    assert "同意" in page.text
    assert not page.select(f"[name='field-{field}']")


# --- roles ---


def test_roles_are_given_and_taken_and_the_history_says_so(admin, city, city_database, city_app):
    admin.get(account_of(city, "reader"))
    page = admin.post_form("main form.panel", {"roles": ["reviewer", "checker"]})

    assert "立即生效" in page.text
    assert "问题池" in somebody(city_app, "reader").get("/").links
    text = told(city_database, admin_history.ACCOUNTS)[0]
    assert "增加 审核员、核查员；取消 台账查阅人" in text


def test_nobody_takes_the_last_administrator_away(admin, city, city_database):
    admin.get(account_of(city, "sysadmin"))
    page = admin.post_form("main form.panel", {"roles": ["reviewer"]}, status=409)
    assert "不能取消自己的系统管理员角色" in page.text
    with city_database.writing() as session:  # another one, out of use
        session.add(UserRole(user_id=city.users["leader"], role="sysadmin"))
        session.execute(update(User).where(User.login == "leader").values(is_active=False))
        from app.domain.refusals import Conflict
        from app.services.people import administration

        other = city.actors["reviewer"]
        for attempt in (
            lambda: administration.set_roles(
                session, other, MONDAY, city.users["sysadmin"], ["reviewer"]
            ),
            lambda: administration.disable(session, other, MONDAY, city.users["sysadmin"]),
        ):
            with pytest.raises(Conflict, match="最后一位"):
                attempt()


def test_a_forged_role_changes_nothing(admin, city, city_database):
    page = admin.get(account_of(city, "reader"))
    token = dict(page.form("main form.panel").controls)["csrf_token"]
    for roles in ([], ["system"], ["wizard"], ["reviewer", "system"]):
        sent = {"csrf_token": token, "roles": roles}
        assert admin.raw.post(account_of(city, "reader"), data=sent).status_code == 422
    with city_database.reading() as session:
        held = session.scalars(
            select(UserRole.role).where(UserRole.user_id == city.users["reader"])
        )
        assert list(held) == ["ledger_reader"]


# --- looking on ---


def look_on(admin, city, login):
    admin.get(account_of(city, login))
    return admin.post_form(f"form[action$='/view-as/{city.users[login]}']")


def test_an_administrator_sees_what_another_sees_and_comes_back(
    admin, city, city_app, city_database
):
    mine = reported(city_database, city)
    other = reported(city_database, city, by="fumin", street_id=city.orgs["210402005"])
    page = look_on(admin, city, "zhanqian")

    assert "正在以 站前街道 的 站前采集员 身份查看（只读）" in page.text
    own = somebody(city_app, "zhanqian")
    assert page.links.keys() - {"跳到正文"} == own.get("/").links.keys() - {"跳到正文"}
    admin.get(f"/problems/{mine}")
    admin.get(f"/problems/{other}", status=404)
    admin.get("/settings", status=403)
    assert admin.raw.get(f"/api/v1/problems/{other}").status_code == 404
    admin.get("/today")
    page = admin.post_form("form[action$='/rights/leave']")
    assert page.heading == "站前采集员的角色"
    admin.get(f"/problems/{other}")
    texts = told(city_database, admin_history.ACCOUNTS)[:2]
    assert ["结束以其身份查看" in texts[0], "开始以其身份查看" in texts[1]] == [True, True]


def test_whoever_looks_on_writes_nothing(admin, city, city_database):
    def written():
        with city_database.reading() as session:
            return [
                len(session.scalars(select(column)).all())
                for column in (AdminEvent.id, LoginSession.token_hash, Problem.id)
            ]

    look_on(admin, city, "zhanqian")
    before = written()
    for path in ("/logout", "/account/password", "/report", "/table/cells", "/settings"):
        answer = admin.raw.post(path, data={"password": "x"})
        assert answer.status_code == 403, path
        assert "只能看，不能办理" in answer.get_data(as_text=True)
    assert written() == before


def test_whoever_looks_on_takes_nothing_away_in_anothers_name(admin, city, city_database):
    with city_database.writing() as session:
        problem_id = builders.make_problem(session, city, State.LISTED).id
        photo = builders.photo_ids_of(session, problem_id)[0]
    look_on(admin, city, "checker")

    answer = admin.raw.get(f"/photos/{photo}/original")
    assert answer.status_code in {403, 404}


@pytest.mark.parametrize("login", ["sysadmin", "reader"])
def test_nobody_looks_on_as_an_administrator_or_a_disabled_account(
    admin, city, city_database, login
):
    with city_database.writing() as session:
        session.execute(update(User).where(User.login == "reader").values(is_active=False))
    page = admin.get(account_of(city, login))
    assert not page.select("form[action*='/view-as/']")
    token = dict(page.form("main form.panel").controls)["csrf_token"]
    answer = admin.raw.post(
        f"/settings/rights/view-as/{city.users[login]}", data={"csrf_token": token}
    )

    assert answer.status_code == 409


def test_the_view_ends_with_the_right_to_have_it(admin, city, city_database):
    look_on(admin, city, "zhanqian")
    with city_database.writing() as session:
        session.execute(update(User).where(User.login == "zhanqian").values(is_active=False))

    assert "身份查看（只读）" not in admin.get("/settings/rights").text


def test_nobody_else_comes_near(city_app, city, city_database):
    client = somebody(city_app, "hw_admin")
    for path in ("", "/new", "/sheet", "/check"):
        client.get(f"/settings/rights{path}", status=403)
    with city_database.reading() as session:
        row = session.scalars(select(LoginSession)).first()
        assert "view_as" not in row.data


# --- why, and the sheet ---


WHY = {
    "zhanqian": ("看得到", "这是他自己上报的问题"),
    "fumin": ("看不到", "不在他的范围内"),
    "xinfu": ("看得到", "发生在本单位辖区"),
    "reviewer": ("看得到", "可见全部问题"),
    "hw_admin": ("看得到", "本科室牵头"),
    "sz_admin": ("看不到", "不在他的范围内"),
}


def test_the_page_says_why_somebody_sees_a_problem(admin, city, city_database):
    problem_id = made(city_database, city, State.LISTED)
    for login, (sees, because) in WHY.items():
        page = admin.get(f"/settings/rights/check?user={login}&problem={problem_id}")
        assert sees in page.texts("section h2")[0]
        assert because in page.text


def test_the_rule_that_decides_is_named(admin, city, city_database):
    problem_id = made(city_database, city, State.VOID)
    admin.get(f"{NEW}?{NOT_VOID}")
    admin.post_form(FORM)
    page = admin.get(f"/settings/rights/check?user=zhanqian&problem={problem_id}")

    assert "看不到" in page.texts("section h2")[0]
    assert "不符合规则：街道 只见" in page.text
    admin.get("/settings/rights/check?user=nobody&problem=1", status=422)
    admin.get("/settings/rights/check?user=zhanqian&problem=' OR 1=1", status=422)


def test_the_sheet_marks_what_the_table_of_moves_gives(admin):
    page = admin.get("/settings/rights/sheet")
    rows = {}
    for row in page.select("table tbody tr"):
        label, *marks = ["".join(cell.itertext()).strip() for cell in row]
        rows[label] = [mark.startswith("●") for mark in marks]
    roles = page.texts("thead th")[1:11]

    reviewer, checker = roles.index("审核员"), roles.index("核查员")
    dispatch = next(marks for label, marks in rows.items() if label.startswith("下发"))
    assert (dispatch[reviewer], dispatch[checker]) == (True, False)
    assert rows["待核查"][checker]
    assert sum(rows["设置"]) == 1
