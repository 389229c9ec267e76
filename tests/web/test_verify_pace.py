"""How often a stranger may ask about a 防伪码: one limit, whichever process answers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from app.door import pace
from app.door.pace import Pace, asker
from app.models import PaceMark
from app.services import pacing
from app.services.pacing import Allowance
from app.web.verify import views
from tests.builders import MONDAY
from tests.conftest import application

CODE = "/v/8K3QX7ZP2M"
SIX = Allowance(6, 60)
SOMEBODY = "203.0.113.7"


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = MONDAY


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("app.clock.now", lambda: clock.now)
    return clock


@pytest.fixture
def limited(monkeypatch):
    """Six look-ups a minute, and a new process that has seen nobody yet."""

    def afresh(unwritten: int = 0) -> Pace:
        limit = Pace("verify", SIX, unwritten=unwritten)
        monkeypatch.setattr(views, "LOOKS", limit)
        return limit

    afresh()
    return afresh


def look(app, path: str = CODE, address: str = SOMEBODY, **more) -> TestResponse:
    return app.test_client().get(path, environ_base={"REMOTE_ADDR": address}, **more)


def statuses(app, times: int, **more) -> list[int]:
    return [look(app, **more).status_code for _ in range(times)]


@contextmanager
def writes_of(app) -> Iterator[list[str]]:
    heard: list[str] = []

    def hear(_connection, _cursor, sql, *_rest) -> None:
        if "pace_mark" in sql and not sql.startswith("SELECT"):
            heard.append(sql)

    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", hear)
    yield heard
    event.remove(engine, "before_cursor_execute", hear)


def test_two_processes_on_one_database_share_the_limit(app, limited, clock):
    with application(app.extensions["settings"]) as other:
        told = [look(each).status_code for _ in range(4) for each in (app, other)]
        assert told == [404] * 6 + [429] * 2
        limited()  # and so does one that was started again
        assert look(other).status_code == 429
    assert look(app, address="203.0.113.8").status_code == 404


def test_the_answer_says_how_long_to_wait_and_that_is_true(app, limited, clock):
    statuses(app, 6)
    answer = look(app)
    assert answer.headers["Retry-After"] == "10"
    assert "从您这里查询防伪码太频繁，请等 10 秒，再刷新本页。" in answer.text
    clock.now += timedelta(seconds=4)
    assert look(app).headers["Retry-After"] == "6"
    clock.now += timedelta(seconds=6)
    assert statuses(app, 2) == [404, 429]
    clock.now += timedelta(seconds=60)
    assert statuses(app, 7) == [404] * 6 + [429]


def test_an_honest_look_writes_nothing_and_a_busy_process_tells_all_it_saw(app, limited):
    limited(unwritten=3)
    with writes_of(app) as heard:
        statuses(app, 3)
        assert not heard
        assert statuses(app, 4) == [404, 404, 404, 429]
        assert len(heard) == 3  # nor does a refusal write


def test_a_question_is_counted_by_itself_and_always(app, client, monkeypatch):
    monkeypatch.setattr(views, "QUESTIONS", Pace("verify.questions", Allowance(2, 60)))
    form = dict(client.get("/login").form("form[method=post]").controls)
    told = {"csrf_token": form["csrf_token"], "time": "早上"}
    answers = [client.raw.post(CODE, data=told) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]
    assert answers[2].headers["Retry-After"] == "30"


def test_the_address_is_the_one_the_citys_own_proxy_saw(app, limited):
    settings = app.extensions["settings"]
    proxied = type(settings)(
        settings.database_url, settings.instance, settings.secret_key, trusted_proxies=1
    )
    with application(proxied) as behind:
        for last in range(6):  # what a stranger writes into the header changes nothing
            told = {"X-Forwarded-For": f"10.0.0.{last}, {SOMEBODY}"}
            assert look(behind, address="127.0.0.1", headers=told).status_code == 404
        assert look(behind, address="127.0.0.1", headers=told).status_code == 429
        other = {"X-Forwarded-For": "198.51.100.4"}
        assert look(behind, address="127.0.0.1", headers=other).status_code == 404
    assert look(app).status_code == 429


def test_of_a_long_address_the_network_is_counted():
    assert asker("2001:db8:1:2::1") == asker("2001:db8:1:2:ffff::9") == "2001:db8:1:2::/64"
    assert asker("2001:db8:1:3::1") != asker("2001:db8:1:2::1")
    assert asker("::ffff:203.0.113.7") == "203.0.113.7"
    assert [asker(None), asker("unix:")] == ["", "unix:"]


def test_no_address_is_kept_and_what_is_kept_is_swept(app, limited, clock):
    statuses(app, 1)
    with app.extensions["database"].writing() as session:
        (mark,) = session.scalars(select(PaceMark))
        assert SOMEBODY not in mark.key
        assert pacing.forget_old(session, clock.now) == 0
        assert pacing.forget_old(session, clock.now + timedelta(seconds=10)) == 1
        assert not session.scalars(select(PaceMark)).all()


def test_a_clock_that_was_put_back_locks_nobody_out(app, limited, clock):
    clock.now += timedelta(hours=3)
    statuses(app, 6)
    clock.now -= timedelta(hours=3)
    assert statuses(app, 7) == [404] * 6 + [429]


def test_a_process_remembers_few_addresses(app, limited, monkeypatch):
    monkeypatch.setattr(pace, "MOST_KEYS", 5)
    limit = limited(unwritten=3)
    for last in range(20):
        look(app, address=f"203.0.113.{last}")
        assert len(limit._seen) <= 5
