"""A section's columns of several types, and people who change cells one after the other."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.models import Problem
from app.services.cells.checks import Edit
from app.services.cells.edits import edit_cells
from app.services.cells.undo import my_batches, undo
from app.services.cells.weighing import EditOutcome
from app.services.forms import section_values
from sheets.storage import FieldSpec, add_field
from tests.builders import MONDAY, City, add_section_field

CHOICES = {"choices": [["round", "圆形"], ["square", "方形"]]}
OF_HW = {
    "tons": FieldSpec(caption="清运量", type="number", options={"unit": "吨"}),
    "crew": FieldSpec(caption="作业班组", type="text"),
    "shape": FieldSpec(caption="形状", type="single_choice", options=CHOICES),
    "done": FieldSpec(caption="已清运", type="tick"),
    "on": FieldSpec(caption="清运日期", type="date"),
    "at": FieldSpec(caption="到场时间", type="date_time"),
    "unit": FieldSpec(caption="清运单位", type="organisation"),
    "who": FieldSpec(caption="负责人", type="person"),
}


def make_fields(session: Session) -> dict[str, str]:
    """环境卫生科: a column of each type; 市政科: `cover`; the whole city: `city`. Ids by name."""
    add = add_section_field
    ids = {name: add(session, MONDAY, "HW", spec).id for name, spec in OF_HW.items()}
    ids["cover"] = add(session, MONDAY, "SZ", FieldSpec(caption="井盖", type="text")).id
    city = FieldSpec(caption="全市备注", type="text")
    return ids | {"city": add_field(session, "problem", city, MONDAY).id}


def shown(session: Session, city: City, problem_id: int, field_id: str) -> str:
    """What a cell shows now."""
    problem = session.get_one(Problem, problem_id)
    groups = section_values.groups_of(session, city.actors["reviewer"], problem)
    return {each.field.id: each.shown for group in groups for each in group.values}[field_id]


class Desk:
    """People at work on cells, a minute apart."""

    def __init__(self, session: Session, city: City) -> None:
        self.session, self.city, self.now = session, city, MONDAY

    def later(self) -> datetime:
        """A minute has gone by."""
        self.now += timedelta(minutes=1)
        return self.now

    def put(
        self, batch: str, *edits: tuple[object, ...], by: str = "hw_admin", origin: str = "edit"
    ) -> EditOutcome:
        """Write cells that must fit."""
        wanted = [Edit(*each) for each in edits]  # type: ignore[arg-type]
        actor = self.city.actors[by]
        done = edit_cells(self.session, actor, self.later(), batch, wanted, origin)
        assert done.written, done
        return done

    def undo(self, batch: str, new: str, by: str = "hw_admin") -> EditOutcome:
        """Take a batch back."""
        return undo(self.session, self.city.actors[by], self.later(), batch, new)

    def stacks(self, by: str = "hw_admin") -> tuple[list[str], list[str]]:
        """Batches to take back, and to do again."""
        found = my_batches(self.session, self.city.actors[by])
        return [each.id for each in found.undo], [each.id for each in found.redo]
