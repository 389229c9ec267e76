"""What a form tells the viewfinder, and what its map shows around a place."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from app.domain.states import Phase
from app.models import Organisation, Photo, Problem
from app.services.world import change_rules
from tests import builders
from tests.builders import MONDAY
from tests.web.camera import PLACE
from tests.web.reporting import FORM, only_problem, report

HERE = {"lat": "41.8801", "lng": "123.9571"}


@pytest.fixture
def reported(city_database, city):
    """A problem of 站前街道, close to where everybody stands."""
    with city_database.writing() as session:
        builders.report(session, city, lat=41.8800, lng=123.9570)
        for street in session.scalars(select(Organisation).where(Organisation.short_name != "")):
            if street.org_type == "street":
                street.lat, street.lng = 41.89, 123.96


def around(client, **place):
    return client.raw.get("/capture/around", query_string=place).get_json()


def test_the_map_shows_what_lies_around_and_where_the_streets_are(city_client, reported):
    city_client.login("zhanqian")
    found = around(city_client, **HERE)

    assert found["here"] == [41.8801, 123.9571]
    assert [(lat, lng, state) for lat, lng, _, state in found["problems"]] == [
        (41.8800, 123.9570, "待审核")
    ]
    assert found["places"]


def test_nobody_sees_on_the_map_what_he_may_not_see(city_client, reported):
    city_client.login("fumin")

    assert around(city_client, **HERE)["problems"] == []


def test_a_place_far_away_and_nonsense_show_nothing(city_client, reported):
    city_client.login("zhanqian")

    assert around(city_client, lat="10", lng="10")["problems"] == []
    assert around(city_client, lat="nan", lng="x")["problems"] == []


def test_a_position_put_by_hand_says_so_with_the_problem_and_its_photos(
    city_client, city_database, city
):
    city_client.login("zhanqian")
    pinned = PLACE | {"accuracy_m": "", "coord_source": "pin"}
    city_client.get("/report")
    city_client.post_form(FORM, report(city, **pinned), button="上报")

    with city_database.reading() as session:
        assert session.scalars(select(Photo.coord_source)).all() == ["pin"]
    assert only_problem(city_database).coord_source == "pin"


def test_a_source_nobody_knows_counts_as_the_device(city_client, city_database, city):
    city_client.login("zhanqian")
    city_client.get("/report")
    city_client.post_form(FORM, report(city, coord_source="<b>"), button="上报")

    with city_database.reading() as session:
        assert session.scalars(select(Problem.coord_source)).all() == ["browser"]


def test_the_viewfinder_is_told_the_words_of_the_stamp(city_client, city):
    city_client.login("zhanqian")
    page = city_client.get("/report")
    told = json.loads(page.one("#photos").get("data-capture"))

    assert told["phase"] == Phase.BEFORE.value
    assert (told["phase_label"], told["number"]) == ("整改前", "")
    assert told["unit"].startswith(city.actors["zhanqian"].org_name)
    assert told["ghosts"] == []


def test_no_album_is_offered_where_the_city_forbids_it(city_client, city_database, city):
    city_client.login("zhanqian")
    albums = "[data-adds=album], [data-file=album]"
    assert len(city_client.get("/report").select(albums)) == 2
    with city_database.writing() as session:
        change_rules(session, {"album_allowed": False}, MONDAY, None)

    page = city_client.get("/report")
    assert not page.select(albums)
    assert "不能从相册选" in page.text
