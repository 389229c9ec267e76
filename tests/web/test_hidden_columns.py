"""A column that a rule hides appears nowhere: no page, no answer, no workbook, no way to ask."""

from __future__ import annotations

import io
from dataclasses import replace

import openpyxl
import pytest
from sqlalchemy import update

from app.domain.states import Priority, State
from app.models import AccessRule, Ledger, User
from app.services.forms import section_values
from app.services.ledgers import asking, building
from sheets.storage import FieldSpec
from tests import builders
from tests.api.client import ApiClient, make_tokens
from tests.builders import MONDAY, add_section_field
from tests.demo_city import set_clock

HIDDEN = {
    "reporter": "金雀甲",
    "submitted_by": "金雀乙",
    "checked_by": "金雀丙",
    "signed_off_by": "金雀丁",
    "handled_by": "黄杨整改班",
    "remedy": "芦苇已清运完毕",
    "urgent_reason": "紫藤随时会倒",
}
PEOPLE = {"zhanqian": "金雀甲", "xinfu": "金雀乙", "checker": "金雀丙", "hw_admin": "金雀丁"}
OWN = "石竹班组"


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


@pytest.fixture
def marked(city, city_database):
    """The small city, its people and one closed problem full of words found nowhere else."""
    city.actors |= {login: replace(city.actors[login], name=name) for login, name in PEOPLE.items()}
    with city_database.writing() as session:
        for login, name in PEOPLE.items():
            session.execute(update(User).where(User.login == login).values(name=name))
        spec = FieldSpec(caption="作业班组", type="text")
        field = add_section_field(session, MONDAY, "HW", spec)
        problem_id = closed(session, city)
        given = {field.id: OWN}
        section_values.save(
            session, city.actors["hw_admin"], MONDAY, problem_id, city.orgs["HW"], given
        )
    return problem_id, field.id


def closed(session, city, last=State.SIGNED_OFF) -> int:
    """Asked for as urgent, dispatched as general, solved by the district, checked, signed off."""
    urgent = {"priority": Priority.URGENT, "urgent_reason": HIDDEN["urgent_reason"]}
    problem_id = builders.report(session, city, **urgent).problem_id
    route = builders.route(city) | {"responsible_org_id": city.orgs["210402"]}
    steps = [
        ("dispatch", "reviewer", route | {"text": "不影响安全"}, 0),
        ("submit", "xinfu", {k: HIDDEN[k] for k in ("remedy", "handled_by")}, 1),
        ("pass_check", "checker", {}, 0),
        ("sign_off", "hw_admin", {}, 0),
    ]
    most = {State.SUBMITTED: 2, State.PRE_SIGNED_OFF: 3, State.SIGNED_OFF: 4}[last]
    for move_id, by, given, photos in steps[:most]:
        builders.move(session, city, problem_id, move_id, by, photos=photos, **given)
    return problem_id


def hide(database, *fields, subject="role:reviewer"):
    with database.writing() as session:
        session.add_all(
            AccessRule(effect="see", subject=subject, field_id=each, created_at=MONDAY)
            for each in fields
        )


def ledger_text(app, database, city, tmp_path, by="reader") -> str:
    """Every cell of a ledger asked for by somebody and made at once."""
    with database.writing() as session:
        actor = builders.actor_of(session, city.users[by], MONDAY)
        day = MONDAY.date()
        ledger_id = asking.request_ledger(session, actor, MONDAY, day, day, city.orgs["HW"]).id
    bench = building.Bench(database, Pictures(), tmp_path, "示例市", lambda: MONDAY)
    building.build(bench, ledger_id)
    with database.reading() as session:
        path = tmp_path / session.get_one(Ledger, ledger_id).file_path
    book = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    return " ".join(
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    )


class Pictures:
    """No photo has a file here."""

    def for_ledger(self, sha256):
        from app.photos.store import PhotoMissing

        raise PhotoMissing(sha256)


def pages(problem_id) -> list[str]:
    return [f"/problems/{problem_id}", "/problems", "/results", f"/problems?q={OWN}"]


def answers(problem_id) -> list[str]:
    return [
        f"/problems/{problem_id}",
        f"/problems/{problem_id}/events",
        f"/problems/{problem_id}/fields",
        f"/problems/{problem_id}/neighbours",
        "/problems?queue=all",
        "/results",
    ]


def everything_told(client, program, problem_id) -> str:
    """All that this person's pages and the interface say of the problem."""
    told = [client.get(path).response.get_data(as_text=True) for path in pages(problem_id)]
    told += [
        program.ask("GET", path, status=200).get_data(as_text=True) for path in answers(problem_id)
    ]
    return " ".join(told)


def test_a_hidden_column_is_told_by_no_page_no_answer_and_no_workbook(
    city_app, city_client, city, city_database, marked, tmp_path
):
    problem_id, own = marked
    words = {*HIDDEN.values(), OWN}
    city_client.login("reader")
    program = ApiClient(city_app, make_tokens(city_app, city)["reader"])
    before = everything_told(city_client, program, problem_id)
    before += ledger_text(city_app, city_database, city, tmp_path / "before")
    assert {word for word in words if word not in before} == set(), "the words stand somewhere"

    hide(city_database, *HIDDEN, own)
    told = everything_told(city_client, program, problem_id)
    told = told.replace(f"q={OWN}", "").replace(f'value="{OWN}"', "").replace(f"“{OWN}”", "")
    told += ledger_text(city_app, city_database, city, tmp_path / "after")

    assert {word for word in words if word in told} == set()


@pytest.mark.parametrize(
    ("by", "state", "page"),
    [
        ("checker", State.SUBMITTED, "/check/{id}"),
        ("hw_admin", State.PRE_SIGNED_OFF, "/sign-off/{id}"),
        ("reviewer", State.SIGNED_OFF, "/problems/{id}"),
        ("xinfu", State.SIGNED_OFF, "/problems/{id}"),
    ],
)
def test_desks_keep_to_it_too(city_client, city, city_database, marked, by, state, page):
    with city_database.writing() as session:
        problem_id = closed(session, city, state)
    hide(city_database, *HIDDEN, subject="role:brigade_admin")
    city_client.login(by)
    page = city_client.get(page.format(id=problem_id))

    told = page.response.get_data(as_text=True).replace(PEOPLE.get(by, "…"), "")  # his own menu
    assert [word for word in HIDDEN.values() if word in told] == []


def test_a_leader_decides_without_a_reason_that_is_hidden(city_client, city, city_database, marked):
    with city_database.writing() as session:
        urgent = {"priority": Priority.URGENT, "urgent_reason": HIDDEN["urgent_reason"]}
        problem_id = builders.report(session, city, **urgent).problem_id
        route = builders.route(city) | {"text": HIDDEN["urgent_reason"]}
        builders.move(session, city, problem_id, "refer_to_leader", "reviewer", **route)
    city_client.login("leader")
    words = {HIDDEN["urgent_reason"], HIDDEN["reporter"]}
    paths = ("/urgent", f"/problems/{problem_id}", "/problems?f.state.is=urgent_review")

    def told():
        return " ".join(city_client.get(path).response.get_data(as_text=True) for path in paths)

    before = told()
    assert {word for word in words if word not in before} == set()
    hide(city_database, "urgent_reason", "reporter")
    after = told()
    assert {word for word in words if word in after} == set()


def test_nobody_asks_by_a_hidden_column(city_app, city_client, city, city_database, marked):
    problem_id, own = marked
    hide(city_database, *HIDDEN, own)
    city_client.login("reader")
    program = ApiClient(city_app, make_tokens(city_app, city)["reader"])
    control = program.get("/problems", queue="all")["items"]
    asked = {"reporter": ("is", str(city.users["zhanqian"])), "remedy": ("contains", "芦苇")}
    asked |= {"handled_by": ("contains", "黄杨"), own: ("contains", "石竹")}
    for field, (operator, value) in asked.items():
        page = city_client.get(f"/problems?f.{field}.{operator}={value}")
        assert f"没有“{field}”这一列" in page.text
        assert f"/problems/{problem_id}" in " ".join(page.links.values())
        program.get("/problems", status=422, queue="all", **{f"f.{field}.{operator}": value})
        program.get("/problems", status=422, queue="all", sort=field)
        program.get("/problems", status=422, queue="all", fields=field)
    assert [row["id"] for row in control] == [problem_id]
    assert program.get("/problems", queue="all", q="石竹")["items"] == []


KINDS = ("grid", "cards", "board", "gallery", "map", "calendar", "form")


def table_paths(problem_id, own, sheet) -> list[str]:
    """The super table's pages and answers, asked for every hidden column in every way."""
    columns = ",".join([*HIDDEN, own])
    asked = [f"as={kind}&cols={columns}" for kind in KINDS]
    asked += [f"group={each}" for each in ("reporter", own)]
    asked += [f"sort={columns}", f"q={OWN}", f"f.{own}.contains={OWN}", "f.remedy.contains=芦苇"]
    asked += [f"hue.red.f.{own}.contains={OWN}", f"sum={own}:filled"]
    found = [f"/table/{sheet}?{each}" for each in asked]
    found += [f"/table/{sheet}/{name}?cols={columns}" for name in ("rows.json", "map.json")]
    found += [f"/table/{sheet}/rows.json?q={OWN}&cols={columns}", f"/table/rows/{problem_id}"]
    return [*found, f"/table/{sheet}/filter", f"/table/{sheet}/changes.json?since=0&cols={columns}"]


def test_the_super_table_keeps_to_it(city_client, city, city_database, marked):
    problem_id, own = marked
    city_client.login("reader")
    sheet = city_client.get("/table").path.rsplit("/", 1)[-1]
    paths = table_paths(problem_id, own, sheet)
    words = {*HIDDEN.values(), OWN}

    def told(path) -> str:
        answer = city_client.raw.get(path, follow_redirects=True)
        assert answer.status_code in {200, 404, 422}, path
        text = answer.get_data(as_text=True)
        text += text.encode().decode("unicode_escape", "ignore")  # as scripts read it
        return text.replace(OWN, "") if OWN in path else text  # what was asked for is shown again

    before = told(paths[0]) + told(f"/table/rows/{problem_id}")
    assert {word for word in words - {OWN} if word not in before} == set()
    hide(city_database, *HIDDEN, own)
    for path in paths:
        assert {word for word in words if word in told(path)} == set(), path
    for field in ("remedy", "reporter", own):
        assert city_client.raw.get(f"/table/rows/{problem_id}/cells/{field}").status_code == 404
    page = city_client.raw.get(f"/table/rows/{problem_id}/cells/state").get_data(as_text=True)
    assert {word for word in words if word in page} == set()
    rows = city_client.raw.get(f"/table/{sheet}/rows.json?q={OWN}").json
    assert rows["rows"] == []
    told_in_file = workbook_text(
        city_client, f"/table/{sheet}/export?cols={','.join(HIDDEN)},{own}"
    )
    assert {word for word in words if word in told_in_file} == set()


def workbook_text(client, path) -> str:
    """Every cell of a workbook taken away from the table."""
    answer = client.raw.get(path)
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    answer.close()
    return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)


def test_whoever_a_rule_names_still_sees_the_column(city_client, city, city_database, marked):
    problem_id, own = marked
    hide(city_database, *HIDDEN, own)
    city_client.login("reviewer")
    told = city_client.get(f"/problems/{problem_id}").text

    assert [word for word in {*HIDDEN.values(), OWN} if word not in told] == []


def test_a_ledger_from_before_a_rule_is_served_no_more(
    city_app, city_client, city, city_database, marked, tmp_path
):
    exports = city_app.extensions["settings"].exports
    ledger_text(city_app, city_database, city, exports)
    with city_database.reading() as session:
        ledger_id = session.query(Ledger).one().id
    city_client.login("reader")
    file = f"/ledgers/{ledger_id}/file"
    assert city_client.raw.get(file, buffered=True).status_code == 200
    hide(city_database, "urgent_reason")  # is in no ledger
    assert city_client.raw.get(file, buffered=True).status_code == 200
    hide(city_database, "remedy")

    city_client.get(file, status=404)
    ledger_text(city_app, city_database, city, exports)
    assert city_client.get("/ledgers").text.count("下载") >= 1


def test_a_stamp_does_not_say_a_name_that_is_hidden(city, city_app, city_database, marked):
    from app.models import Photo
    from app.services.evidence.room import stamp_of
    from app.services.rights.masking import stamp_is_nameless

    hide(city_database, "reporter")
    room = city_app.extensions["photos"]
    with city_database.reading() as session:
        actor = builders.actor_of(session, city.users["reader"], MONDAY)
        photos = session.query(Photo).order_by(Photo.phase.desc()).all()
        told = [
            stamp_of(session, room, photo, nameless=stamp_is_nameless(actor, photo)).lines
            for photo in photos
        ]
    assert ["金雀甲" in " ".join(lines) for lines in told] == [False, False]
    assert "金雀乙" in " ".join(told[1])


def test_a_reporter_does_not_lose_what_he_wrote_in_his_own_draft(city_client, city, city_database):
    with city_database.writing() as session:
        reports = builders.reports
        report = builders.a_report(city, priority=Priority.URGENT, urgent_reason="紫藤随时会倒")
        draft = reports.save_draft(session, city.actors["zhanqian"], MONDAY, report)
    hide(city_database, "urgent_reason")
    city_client.login("zhanqian")

    assert "紫藤随时会倒" in city_client.get(f"/drafts/{draft}").response.get_data(as_text=True)
