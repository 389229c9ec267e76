"""A random history of edits, undos, restores and conversions by three people is a plain model's."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from app.domain.states import State
from app.models import Problem
from app.services import history
from app.services.cells import story
from app.services.cells.checks import Edit
from app.services.cells.edits import edit_cells
from app.services.cells.undo import my_batches, undo
from sheets.converting import conversions_of, convert_field, undo_conversion
from sheets.editing import read_cells
from sheets.storage import FieldSpec, add_field, load_fields
from tests.builders import MONDAY, make_city, make_problem
from tests.services.cell_model import Batch, Model, shown

PEOPLE = ("hw_admin", "sz_admin", "sysadmin")
TEXTS = ("", "1", "2", "3.5", "甲", "乙 2")
ROWS, serial = 3, itertools.count()
CELL = st.tuples(st.integers(0, ROWS - 1), st.integers(0, 1))
WISH = st.tuples(CELL, st.sampled_from(TEXTS), st.sampled_from(["seen", "seen", "any", "stale"]))
ACT = st.one_of(
    st.tuples(
        st.just("edit"),
        st.sampled_from(PEOPLE),
        st.lists(WISH, min_size=1, max_size=5, unique_by=lambda wish: wish[0]),
        st.booleans(),
    ),
    st.tuples(st.sampled_from(["undo", "undo", "redo"]), st.sampled_from(PEOPLE)),
    st.tuples(st.just("restore"), st.sampled_from(PEOPLE), CELL, st.integers(0, 9)),
    st.tuples(st.sampled_from(["convert", "convert_back"]), st.integers(0, 1)),
)


class World:
    """The table and its model, one act after the other."""

    def __init__(self, session: Any, city: Any, plain: dict[str, Any]) -> None:
        self.session, self.city = session, city
        self.begun = self.now = MONDAY + timedelta(days=next(serial))
        both = {"responsible_org_id": city.orgs["SZ"], "lead_section_id": city.orgs["HW"]}
        made = [plain | both | {"number": f"M{next(serial)}"} for _ in range(ROWS)]
        numbers = [each["number"] for each in made]
        session.execute(insert(Problem.__table__), made)
        found = select(Problem.id).where(Problem.number.in_(numbers)).order_by(Problem.id)
        self.rows = list(session.scalars(found))
        self.fields = [self._field(kind) for kind in ("text", "number")]
        self.model = Model(dict(zip(self.fields, ("text", "number"), strict=True)))

    def _field(self, kind: str) -> str:
        spec = FieldSpec(caption=f"列{next(serial)}", type=kind)
        return add_field(self.session, "problem", spec, MONDAY).id

    def cell(self, at: tuple[int, int]) -> tuple[int, str]:
        return self.rows[at[0]], self.fields[at[1]]

    def act(self, act: tuple[Any, ...]) -> None:
        self.now += timedelta(minutes=1)
        getattr(self, act[0])(*act[1:])

    def edit(self, who: str, wished: list[Any], skip: bool) -> None:
        wishes, edits = [], []
        for at, text, sight in wished:
            cell = self.cell(at)
            seen = shown(self.model.cells.get(cell))
            was = {"seen": seen, "any": None, "stale": seen + "x"}[sight]
            wishes.append((cell, text, was))
            edits.append(Edit(*cell, text) if was is None else Edit(*cell, text, was))
        batch = f"change-{next(serial):06}"
        actor = self.city.actors[who]
        done = edit_cells(self.session, actor, self.now, batch, edits, "paste", skip_unfit=skip)
        changed, conflicts, refused = self.model.edit(who, batch, wishes, skip)

        assert done.written == (changed is not None)
        if changed is not None:
            assert [(each.problem_id, each.field_id) for each in done.changed] == changed
        assert [(each.problem_id, each.field_id) for each in done.conflicts] == conflicts
        assert [(each.problem_id, each.field_id) for each in done.refused] == refused

    def undo(self, who: str) -> None:
        found = my_batches(self.session, self.city.actors[who]).undo
        self._take_back(who, found, self.model.undoable(who))

    def redo(self, who: str) -> None:
        found = my_batches(self.session, self.city.actors[who]).redo
        self._take_back(who, found, self.model.redoable(who))

    def _take_back(self, who: str, found: list[Any], expected: list[Batch]) -> None:
        own = [each.id for each in found if each.at > self.begun]  # not of an earlier history
        assert own == [each.id for each in expected]
        if expected:
            new = f"change-{next(serial):06}"
            undo(self.session, self.city.actors[who], self.now, expected[0].id, new)
            self.model.undo(who, expected[0], new)

    def restore(self, who: str, at: tuple[int, int], choice: int) -> None:
        cell = self.cell(at)
        actor, told = self.city.actors[who], self.model.told.get(cell, [])
        versions = story.cell_history(self.session, actor, *cell)
        events = [each for each in versions if each.event]
        assert [(each.old, each.new) for each in events] == [
            (shown(each.old), shown(each.new)) for each in told
        ]
        if told:
            place = choice % len(told)
            batch, event = f"change-{next(serial):06}", events[place].event
            story.restore(self.session, actor, self.now, *cell, event, batch)
            self.model.restore(who, batch, cell, told[place])

    def convert(self, which: int) -> None:
        name = self.fields[which]
        other = "number" if self.model.kinds[name] == "text" else "text"
        convert_field(self.session, name, other, None, self.now)
        self.model.convert(name, self.rows)

    def convert_back(self, which: int) -> None:
        name = self.fields[which]
        if self.model.turned.get(name):
            last = next(each for each in conversions_of(self.session, name) if each.undoable)
            undo_conversion(self.session, last.id, self.now)
            self.model.convert_back(name)

    def check(self) -> None:
        fields = {each.id: each for each in load_fields(self.session, "problem")}
        own = [fields[name] for name in self.fields]
        assert {each.id: each.type for each in own} == self.model.kinds
        held = read_cells(self.session.connection(), "problem", "id", self.rows, own)
        assert held == {
            row: {name: self.model.cells.get((row, name)) for name in self.fields}
            for row in self.rows
        }
        for row in self.rows:
            assert history.first_break(history.events_of(self.session, row)) is None


@pytest.fixture
def world(session):
    """Makes fresh rows and columns for each history, in one city."""
    city = make_city(session)
    problem = make_problem(session, city, State.LISTED)
    plain = {
        each.name: getattr(problem, each.name)
        for each in Problem.__mapper__.columns
        if each.name not in {"id", "number"}
    }
    return lambda: World(session, city, plain)


@given(acts=st.lists(ACT, min_size=10, max_size=30))
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_history_of_three_people_is_that_of_a_plain_model(world, acts):
    found = world()
    for act in acts:
        found.act(act)
    found.check()
