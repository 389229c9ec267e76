"""What the house itself writes comes back by its numbers, and says nothing new."""

from __future__ import annotations

import io

import pytest
from sqlalchemy import update

from app.domain.states import State
from app.models import Problem
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.services.imports_read import read_back
from tests.web.making import made

STATES = (State.LISTED, State.SUBMITTED, State.PRE_SIGNED_OFF, State.SIGNED_OFF, State.DEFERRED)
COLUMNS = (
    "number,state,priority,category,description,district,street,community,address,lead_section,"
    "responsible,source,pooled_at,listed_at,due_at,submitted_at,pre_signed_off_at,signed_off_at,"
    "handled_by,remedy,deferral_due,lat,lng"
)


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    set_clock(monkeypatch, MONDAY)


def test_a_table_taken_away_and_handed_in_again_says_nothing_new(city_client, city_database, city):
    ids = [made(city_database, city, state) for state in STATES]
    with city_database.writing() as session:
        session.execute(
            update(Problem).values(lead_section_id=city.orgs["HW"], community="站前社区")
        )
    city_client.login("hw_admin")
    table = city_client.get("/table")
    answer = city_client.raw.get(f"{table.path}/export", query_string={"cols": COLUMNS})
    data = io.BytesIO(answer.data).getvalue()
    answer.close()

    with city_database.writing() as session:
        rows = read_back(session, city, data)
        assert {row.problem_id for row in rows} == set(ids)
        assert [(row.status, row.outcome) for row in rows] == [("unchanged", {})] * len(STATES)
        session.rollback()
