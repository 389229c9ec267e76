"""Problems that two sections have in their ledgers: found by place, kind and day, or a picture."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, select, update
from sqlalchemy.orm import Session

from app.db import Database
from app.models import (
    ImportFile,
    ImportRow,
    ImportRun,
    ImportSheet,
    Organisation,
    Photo,
    Problem,
    User,
)
from app.models.account import UserRole
from app.models.base import Base
from app.services.imports.comparing.against_pool import compare_run
from app.services.imports.comparing.alike import Grid, Rule, Spot, bare_point, likeness
from app.services.imports.reading.files import read_file
from app.services.imports.reading.record_json import to_json
from sheets import storage
from tests import builders
from tests.builders import City
from tests.services.import_cities import NOW, data_folder, knowledge
from tests.services.imports_made import a_row, a_run, rows_of
from tests.services.test_import_ledgers import LEDGERS

HERE = (41.88, 123.957)
THIRTY_M = 30 / 111_320
RULE = Rule(metres=30, days=15)


def spot(ref: int = 1, **changes: Any) -> Spot:
    given = {
        "kind": 1, "street": 1, "day": 100, "lat": None, "lng": None, "point": "解放路19-6号楼前",
        "description": "垃圾散落在人行道上，约8平方米",
    } | changes  # fmt: skip
    return Spot(ref, **given)


@pytest.mark.parametrize(
    "changes",
    [
        {"point": "解放路19-6号楼前附近"},
        {"point": "解放路 19-6 号楼前（临街）"},
        {"description": "巡查发现：垃圾散落在步道上，大约8平方米，影响市容", "day": 99},
        {"kind": None},
        {"street": None, "day": 115},
        {"kind": 2, "description": "群众反映，垃圾散落在人行道上，约8平方米，请尽快处理"},
        {"day": None},
    ],
)
def test_a_copy_in_other_words_is_likely_the_same(changes):
    grid = Grid(RULE)
    grid.add(spot())

    assert [each.ref for each in grid.near(spot(2, **changes))] == [1]
    assert likeness(spot(), spot(2, **changes), RULE) is not None


@pytest.mark.parametrize(
    "changes",
    [
        {"point": "解放路19-7号楼前"},
        {"point": "民主路19-6号楼前"},
        {"street": 2},
        {"day": 116},
        {"kind": 2, "description": "雨水箅子缺失"},
        {"kind": None, "description": "雨水箅子缺失"},
        {"description": "沿街护栏晾晒衣被", "point": "解放路19-6号楼前"},
    ],
)
def test_another_place_day_or_matter_is_another_problem(changes):
    assert likeness(spot(), spot(2, **changes), RULE) is None


def test_positions_decide_where_both_are_known():
    here = spot(lat=HERE[0], lng=HERE[1])
    near = spot(2, lat=HERE[0] + THIRTY_M * 0.9, lng=HERE[1], point="东侧绿地")
    far = spot(3, lat=HERE[0] + THIRTY_M * 1.1, lng=HERE[1])
    aside = spot(4, lat=HERE[0], lng=HERE[1] + THIRTY_M * 1.25)
    grid = Grid(RULE)
    for each in (near, far, aside):
        grid.add(each)

    found = {each.ref for each in grid.near(here) if likeness(here, each, RULE)}

    assert found == {2, 4}
    assert {each.ref for each in grid.near(spot(5))} == {3, 4}


def test_loose_words_are_no_part_of_a_point():
    assert bare_point("浑河南路 51-3 号楼前（临街）附近") == "浑河南路51-3号楼前"
    assert bare_point("桥旁") == "桥旁"


@pytest.fixture
def session_in_city(database: Database) -> Iterator[tuple[Session, City]]:
    with database.writing() as session:
        yield session, builders.make_city(session)


def compared(session: Session, city: City, row: dict[str, Any], **more: Any) -> ImportRow:
    return rows_of(session, a_run(session, city, [row], **more))[0]


def near_row(city: City, **changes: Any) -> dict[str, Any]:
    given = {
        "lat": HERE[0] + THIRTY_M / 2, "lng": HERE[1], "point": "路口绿地",
        "description": "路口东侧堆放生活垃圾一堆", "reported_at": "2026-11-15",
    }  # fmt: skip
    return a_row(city, 1, **(given | changes))


def test_a_reported_problem_near_by_is_told_with_its_distance_and_days(session_in_city):
    session, city = session_in_city
    problem = builders.report(session, city).problem_id

    row = compared(session, city, near_row(city), by="sysadmin")

    assert row.status == "twin"
    (twin,) = row.outcome["twins"]
    assert (twin["problem_id"], twin["distance_m"], twin["days"]) == (problem, 15, 1)
    assert twin["seen"] is True
    assert "相距 15 米，类别相同，相差 1 天" in twin["why"]


@pytest.mark.parametrize(
    "changes",
    [
        {"lat": HERE[0] + 2 * THIRTY_M},
        {"reported_at": "2026-10-20"},
        {"category": "污水井盖", "description": "井盖破损", "ids": {"category": 0}},
    ],
)
def test_far_away_long_ago_or_of_another_kind_it_is_new(session_in_city, changes):
    session, city = session_in_city
    builders.report(session, city)

    assert compared(session, city, near_row(city, **changes), by="sysadmin").status == "new"


def test_of_a_problem_out_of_sight_only_its_being_there_is_told(session_in_city):
    session, city = session_in_city
    problem = builders.report(session, city).problem_id
    session.execute(update(Problem).values(lead_section_id=city.orgs["HW"], number="FS-1"))

    row = compared(session, city, near_row(city), section="SZ", by="sz_admin")

    (twin,) = row.outcome["twins"]
    assert (twin["problem_id"], twin["seen"]) == (problem, False)
    assert "另一科室已有的问题" in twin["why"]
    assert "FS-1" not in twin["why"]


def test_the_same_picture_is_a_twin_wherever_it_is(session_in_city):
    session, city = session_in_city
    outcome = builders.report(session, city)
    mine = builders.make_photo(session, city.actors["zhanqian"], content="shared")
    session.execute(update(Photo).where(Photo.id == mine).values(problem_id=outcome.problem_id))
    row = near_row(city, lat=None, lng=None, description="井盖", pictures=[("before", "shared")])

    found = compared(session, city, row, by="sysadmin")

    (twin,) = found.outcome["twins"]
    assert (twin["problem_id"], twin["picture"]) == (outcome.problem_id, True)


@pytest.fixture(scope="module")
def four_ledgers() -> Iterator[tuple[Session, dict[tuple[str, str, int], int]]]:
    """The example ledgers of four sections in one run, and the ids of their rows."""
    folder, known = data_folder("section_ledgers"), knowledge()
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    storage.metadata.create_all(engine)
    with Session(engine) as session:
        home = Organisation(code="x", name="x", short_name="x", path="/", org_type="bureau")
        session.add(home)
        session.flush()
        person = User(login="x", name="x", org_id=home.id, password_hash="!", created_at=NOW)
        person.roles = [UserRole(role="sysadmin")]
        session.add(person)
        session.flush()
        run = ImportRun(
            owner_id=person.id, name="四个科室", status="reading", settings={}, progress={},
            counts={}, created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        session.add(run)
        session.flush()
        ids = {}
        for name, _ in LEDGERS:
            ids |= _rows(session, run, name, read_file(known, name, (folder / name).read_bytes()))
        compare_run(session, run, known)
        yield session, ids
    engine.dispose()


def _rows(
    session: Session, run: ImportRun, name: str, read: Any
) -> dict[tuple[str, str, int], int]:
    file = ImportFile(
        run_id=run.id, position=0, name=name, kind="table", sha256="0" * 64, size=1,
        section_id=read.section.id,
    )  # fmt: skip
    session.add(file)
    session.flush()
    ids = {}
    for part in read.sheets:
        sheet = ImportSheet(file_id=file.id, position=0, name=part.name, layout={})
        session.add(sheet)
        session.flush()
        for record in part.records:
            row = ImportRow(
                run_id=run.id, sheet_id=sheet.id, row=record.row, fixes={}, outcome={}, applied={},
                record=json.loads(json.dumps(to_json(record))),
            )  # fmt: skip
            session.add(row)
            session.flush()
            ids[name, part.name, record.row] = row.id
    return ids


def test_every_problem_that_stands_in_two_ledgers_is_found_and_no_other(four_ledgers):
    session, ids = four_ledgers
    text = (data_folder("section_ledgers") / "truth.json").read_text(encoding="utf-8")
    true = {
        frozenset(ids[one["file"], one["sheet"], one["row"]] for one in known["places"])
        for known in json.loads(text)["duplicates"]
    }

    twins = session.scalars(select(ImportRow).where(ImportRow.status == "twin"))
    found = {frozenset((row.id, twin["row_id"])) for row in twins for twin in row.outcome["twins"]}

    assert found == true
