"""One session and one commit a request."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.domain.refusals import Invalid
from app.door import access
from app.door.unit_of_work import after_commit, unit_of_work
from app.models import Organisation


@pytest.fixture
def told() -> list[str]:
    """What was said after commits."""
    return []


@pytest.fixture
def client(city_app, city_client, told):
    """A signed-in client of an application with a few views that write."""

    def write(answer):
        session = unit_of_work()
        assert unit_of_work() is session
        session.scalars(
            select(Organisation).where(Organisation.code == "210402")
        ).one().name = "新名"
        after_commit(lambda: told.append("committed"))
        if isinstance(answer, Exception):
            raise answer
        return answer

    views = {
        "good": lambda: write(("done", 201)),
        "moved": lambda: write(("", 302, {"Location": "/"})),
        "shown": lambda: write(("wrong", 422)),
        "refused": lambda: write(Invalid("no", "不行。")),
        "crashed": lambda: write(ValueError("bug")),
        "untouched": lambda: after_commit(lambda: told.append("committed")) or "done",
        "broken-message": lambda: after_commit(lambda: 1 / 0) or write("done"),
        "recorded": lambda: unit_of_work(write=True) and write("done"),
        "too-late": lambda: str(unit_of_work()) and str(unit_of_work(write=True)),
    }
    for name, view in views.items():
        methods = ["GET" if name in {"recorded", "too-late"} else "POST"]
        city_app.add_url_rule(
            f"/{name}", name, access.policy(access.signed_in)(view), methods=methods
        )
    city_app.testing = False
    city_client.login("reviewer")
    return city_client


@pytest.fixture
def post(client):
    """Post to an address with the form token."""
    page = client.get("/account/tokens")
    token = dict(page.form("main form[method=post]").controls)["csrf_token"]
    return lambda path: client.raw.post(path, headers={"X-CSRFToken": token}).status_code


def name_of_district(database) -> str:
    with database.reading() as session:
        return session.scalars(select(Organisation.name).where(Organisation.code == "210402")).one()


@pytest.mark.parametrize(("path", "status"), [("/good", 201), ("/moved", 302)])
def test_an_answer_below_400_is_committed_before_it_goes_out(
    post, city_database, told, path, status
):
    assert post(path) == status
    assert name_of_district(city_database) == "新名"
    assert told == ["committed"]


@pytest.mark.parametrize(
    ("path", "status"), [("/shown", 422), ("/refused", 422), ("/crashed", 500)]
)
def test_any_other_answer_leaves_nothing_behind(post, city_database, told, path, status):
    assert post(path) == status
    assert name_of_district(city_database) == "新抚区"
    assert told == []


def test_a_request_that_needs_no_database_opens_none(post, told):
    assert post("/untouched") == 200
    assert told == ["committed"]


def test_a_message_that_fails_does_not_undo_what_is_committed(post, city_database, told):
    assert post("/broken-message") == 200
    assert name_of_district(city_database) == "新名"
    assert told == ["committed"]


def test_a_get_may_leave_a_record_when_it_says_so_first(client, city_database):
    assert client.raw.get("/recorded").status_code == 200
    assert name_of_district(city_database) == "新名"


def test_a_session_opened_for_reading_does_not_turn_to_writing(client):
    assert client.raw.get("/too-late").status_code == 500


def test_a_commit_that_fails_is_a_failure(post, city_app, city_database, monkeypatch, told):
    from sqlalchemy.exc import OperationalError
    from sqlalchemy.orm import Session

    def fail(_self):
        raise OperationalError("commit", {}, Exception("disk I/O error"))

    monkeypatch.setattr(Session, "commit", fail)
    assert post("/good") == 503
    monkeypatch.undo()

    assert name_of_district(city_database) == "新抚区"
    assert told == []


def test_the_next_request_starts_afresh(post, city_database):
    post("/crashed")
    assert post("/good") == 201
    assert name_of_district(city_database) == "新名"
