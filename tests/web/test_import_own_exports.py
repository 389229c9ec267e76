"""What the house itself writes comes back by its numbers, and says nothing new."""

from __future__ import annotations

import io
import json

import pytest
from sqlalchemy import update

from app.domain.states import State
from app.models import ImportFile, ImportRow, ImportRun, ImportSheet, Problem
from app.services.import_comparing import compare_run
from app.services.import_reading import read_file
from app.services.import_record_json import to_json
from app.services.import_vocabulary import load_knowledge
from tests.builders import MONDAY
from tests.demo_city import set_clock
from tests.services.imports_made import rows_of
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


def read_back(session, city, data: bytes, **changes):
    """The rows of our own file as the section's import has compared them."""
    known = load_knowledge(session, MONDAY)
    read = read_file(known, "导出.xlsx", data)
    run = ImportRun(
        owner_id=city.users["hw_admin"], name="导出", status="ready", settings={}, progress={},
        counts={}, created_at=MONDAY, updated_at=MONDAY,
    )  # fmt: skip
    session.add(run)
    session.flush()
    file = ImportFile(
        run_id=run.id, position=0, name="导出.xlsx", kind="table", sha256="0" * 64, size=1,
        section_id=city.orgs["HW"],
    )  # fmt: skip
    session.add(file)
    session.flush()
    sheet = ImportSheet(file_id=file.id, position=0, name="导出", layout={})
    session.add(sheet)
    session.flush()
    for record in read.records():
        data_of = json.loads(json.dumps(to_json(record)))
        session.add(
            ImportRow(
                run_id=run.id, sheet_id=sheet.id, row=record.row, record=data_of, fixes={},
                outcome={}, applied={},
            )
        )  # fmt: skip
    session.flush()
    compare_run(session, run, known)
    return rows_of(session, run.id)


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
