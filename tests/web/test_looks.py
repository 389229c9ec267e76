"""What the access log keeps can be read: who looked at which original, who took what away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.states import State
from app.models import AccessLog
from app.services.evidence import photos
from app.services.people import access_reading
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.web.making import made

ADDRESS = "/settings/looks"


@pytest.fixture(autouse=True)
def tuesday(monkeypatch):
    set_clock(monkeypatch, MONDAY + timedelta(days=1))


@pytest.fixture
def admin(city_client):
    city_client.login("sysadmin")
    return city_client


def note(database, city, login, kind, target, times=1, **detail):
    with database.writing() as session:
        for _ in range(times):
            line = AccessLog(
                user_id=city.users[login], kind=kind, target=target, at=MONDAY, detail=detail
            )
            session.add(line)


def test_an_empty_page_says_what_will_appear(admin):
    assert "有人查看原图" in admin.get(ADDRESS).text


def test_each_view_of_an_original_stands_there_with_its_problem(admin, city, city_database):
    problem_id = made(city_database, city, State.SUBMITTED)
    with city_database.reading() as session:
        photo = photos.photos_of(session, [problem_id])[problem_id][0]
    note(city_database, city, "checker", "original", photo.id)
    note(city_database, city, "checker", "mask", "gone")
    note(city_database, city, "reader", "ledger", "1", file="整治台账.xlsx", rows=12)
    page = admin.get(ADDRESS)
    assert page.texts("tbody td")[3::4][:2] == ["整治台账.xlsx，12 行", "照片已清理"]
    assert page.select(f"tbody a[href='/problems/{problem_id}']")
    assert f"防伪码 {photo.code}" in page.text
    only = admin.get(f"{ADDRESS}?kind=original&q=checker")
    assert len(only.select("tbody tr")) == 1
    assert admin.get(f"{ADDRESS}?q=nobody").select("tbody tr") == []


def test_a_problems_number_finds_who_looked_at_its_photos(admin, city, city_database):
    problem_id = made(city_database, city, State.SUBMITTED)
    with city_database.reading() as session:
        photo = photos.photos_of(session, [problem_id])[problem_id][0]
    note(city_database, city, "checker", "original", photo.id)
    note(city_database, city, "checker", "table", "1", rows=3)
    number = admin.get(ADDRESS).texts("tbody a")[0].split()[0]
    assert len(admin.get(f"{ADDRESS}?q={number}").select("tbody tr")) == 1


def test_pages_follow_each_other(admin, city, city_database):
    note(
        city_database,
        city,
        "checker",
        "attachment",
        "x",
        times=access_reading.PAGE + 1,
        name="合同",
    )
    page = admin.get(ADDRESS)
    assert len(page.select("tbody tr")) == access_reading.PAGE
    (onward,) = page.select("a[rel=next]")
    assert len(admin.get(onward.get("href")).select("tbody tr")) == 1
