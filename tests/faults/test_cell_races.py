"""Several people at the same cells while a column becomes another type: nothing is lost."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from app.db import Database
from app.domain.refusals import Conflict, Refusal
from app.domain.states import State
from app.services import history
from app.services.cells.checks import Edit
from app.services.cells.edits import edit_cells
from app.services.cells.weighing import EditOutcome
from app.services.names import Names
from app.services.super_table.problem_sheet import problem_sheet
from sheets.converting import convert_field, undo_conversion
from sheets.editing import read_cells
from sheets.fields import FieldError
from sheets.storage import FieldSpec, add_field
from tests import builders
from tests.builders import MONDAY, City

ROWS, TRIES, TURNS = 4, 12, 6
PEOPLE = ("hw_admin", "sz_admin", "sysadmin")


def settled(database: Database) -> tuple[City, list[int], list[str]]:
    """Rows two sections work on, and two columns of the whole city."""
    with database.writing() as session:
        city = builders.make_city(session)
        problems = [builders.make_problem(session, city, State.LISTED) for _ in range(ROWS)]
        for problem in problems:
            problem.responsible_org_id = city.orgs["SZ"]
        fields = [
            add_field(session, "problem", FieldSpec(caption=name, type="text"), MONDAY).id
            for name in ("甲", "乙")
        ]
        return city, [problem.id for problem in problems], fields


def look(database: Database, city: City, who: str, rows: list[int]) -> dict[tuple[int, str], str]:
    """What a person sees in the cells."""
    with database.reading() as session:
        sheet = problem_sheet(session, city.actors[who])
        own = [each for each in sheet.fields if each.id.startswith("f_")]
        names = Names(session)
        held = read_cells(session.connection(), "problem", "id", rows, own)
        return {
            (row, each.id): each.show(held[row][each.id], names) for row in rows for each in own
        }


def at_work(
    database: Database, city: City, who: str, rows: list[int], seed: int
) -> list[EditOutcome]:
    """Look, think, write some cells; again and again."""
    rng, outcomes = random.Random(seed), []
    for turn in range(TRIES):
        seen = look(database, city, who, rows)
        cells = rng.sample(sorted(seen), rng.randint(1, 5))
        rng.shuffle(cells)
        edits = [
            Edit(*cell, f"{seed}{turn:03}{place}", seen[cell]) for place, cell in enumerate(cells)
        ]
        now = MONDAY + timedelta(minutes=turn)
        batch = f"race-{who}-{turn}".replace("_", "-")
        with database.writing() as session:
            actor = city.actors[who]
            skip = rng.random() < 0.5
            outcomes.append(edit_cells(session, actor, now, batch, edits, "paste", skip_unfit=skip))
    return outcomes


def turning(database: Database, field_id: str) -> list[str]:
    """The column becomes numbers and texts again, over and over."""
    refused = []
    for turn in range(TURNS):
        now = MONDAY + timedelta(minutes=turn)
        try:
            with database.writing() as session:
                done = convert_field(session, field_id, "number", None, now)
            with database.writing() as session:
                undo_conversion(session, done.id, now)
        except FieldError as error:
            refused.append(error.sentence)
    return refused


def test_every_write_is_told_as_changed_or_as_conflict_and_none_is_lost(database: Database) -> None:
    city, rows, fields = settled(database)
    with ThreadPoolExecutor(len(PEOPLE) + 1) as pool:
        converting = pool.submit(turning, database, fields[0])
        working = [
            pool.submit(at_work, database, city, who, rows, seed)
            for seed, who in enumerate(PEOPLE, start=1)
        ]
        outcomes = [each for one in working for each in one.result(timeout=120)]
        assert converting.result(timeout=120) == []

    claimed = Counter(
        (cell.problem_id, cell.field_id, cell.shown)
        for each in outcomes if each.written for cell in each.changed
    )  # fmt: skip
    told: Counter[tuple[int, str, str]] = Counter()
    now = look(database, city, "sysadmin", rows)
    with database.reading() as session:
        for row in rows:
            events = history.events_of(session, row)
            assert history.first_break(events) is None
            for field_id in fields:
                lines = [
                    each.payload["fields"][field_id]
                    for each in events
                    if field_id in each.payload.get("fields", {})
                ]
                told.update((row, field_id, line["new"]) for line in lines)
                ends = ["", *(line["new"] for line in lines)]
                assert [line["old"] for line in lines] == ends[:-1], "a value was overwritten"
                assert now[row, field_id] == ends[-1], "a value was lost"
    assert told == claimed
    assert all(each.refused == [] for each in outcomes)
    assert any(each.conflicts for each in outcomes) or any(each.changed for each in outcomes)


def test_two_editors_of_one_cell_at_once_one_writes_and_one_is_told(database: Database) -> None:
    city, rows, fields = settled(database)
    cells = list(itertools.product(rows, fields))

    def attempt(who: str, cell: tuple[int, str]) -> EditOutcome:
        with database.writing() as session:
            edit = Edit(*cell, who, "")
            batch = f"one-{who}-{cell[0]}-{cell[1]}".replace("_", "-")
            return edit_cells(session, city.actors[who], MONDAY, batch, [edit], "edit")

    for cell in cells:
        with ThreadPoolExecutor(2) as pool:
            both = list(pool.map(attempt, PEOPLE[:2], [cell, cell]))
        assert sorted(each.written for each in both) == [False, True]
        (late,) = [each for each in both if not each.written]
        assert {late.conflicts[0].now, late.conflicts[0].yours} == set(PEOPLE[:2])


def test_copies_of_one_batch_at_once_write_once(database: Database) -> None:
    city, rows, fields = settled(database)
    edits = [Edit(row, fields[0], "一班", "") for row in rows]

    def send(_: int) -> EditOutcome | Refusal:
        try:
            with database.writing() as session:
                actor = city.actors["hw_admin"]
                return edit_cells(session, actor, MONDAY, "the-same-batch", edits, "paste")
        except Conflict as refusal:
            return refusal

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert all(isinstance(each, EditOutcome) and each.written for each in answers)
    assert sorted(each.repeated for each in answers) == [False, True, True, True]  # type: ignore[union-attr]
    with database.reading() as session:
        edits_of = [each.move for each in history.events_of(session, rows[0])]
        assert edits_of.count("edit_fields") == 1
