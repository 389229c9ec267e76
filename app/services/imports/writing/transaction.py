"""The one transaction of an import: new rows, changed ones and merged ones, seen all or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.models import ImportRun
from app.services.bulk_insert import many_rows
from app.services.collecting import no_collecting
from app.services.imports.settling.choosing import AT_ONCE, SETTLED, Plan, in_turn
from app.services.imports.writing import locking as import_locking
from app.services.imports.writing import photos as import_photos
from app.services.imports.writing.cells import OwnCells
from app.services.imports.writing.desk import Desk
from app.services.imports.writing.entering import enter_rows
from app.services.imports.writing.entry import load_entry_facts
from app.services.imports.writing.merging import merge
from app.services.imports.writing.new_rows import drafting_now
from app.services.imports.writing.photos import Wanted
from app.services.imports.writing.preparing import ROWS, Prepared, Preparing
from app.services.imports.writing.updating import update_rows


@dataclass(slots=True)
class Written:
    """What an import wrote: rows by how, and photos.

    `conflicting` rows moved on since they were compared and were left out; `left` are all that
    can be written later.
    """

    new: int = 0
    changed: int = 0
    merged: int = 0
    photos: int = 0
    conflicting: int = 0
    left: int = 0

    def sentence(self, name: str) -> str:
        """For the history of imports."""
        told = f"导入“{name}”：新建 {self.new} 条，更新 {self.changed} 条，合并 {self.merged} 条"
        return f"{told}，照片 {self.photos} 张；还有 {self.left} 条未写入"


def write_plan(
    session: Session,
    actor: Actor,
    now: datetime,
    run: ImportRun,
    plan: Plan,
    pictures: Sequence[Wanted],
    kept: Mapping[str, str],
    twins: str = "",
    ahead: Prepared | None = None,
) -> Written:
    """Write the plan as far as it still holds; the caller commits.

    `kept` are the photos that the pictures became, `ahead` what was made ready of the new rows:
    it is used as far as the city is as it was then. Locks are taken in one order: the import's
    own, counters, fields, problems, photos; for the last two nobody is waited for.
    """
    import_locking.one_after_another(session)
    if plan.changed or plan.merged:
        import_locking.hold_numbers(session)
    cells = OwnCells(session, actor, run.id)
    rows, out = import_locking.keep_true(session, now, run, plan, twins)
    facts = load_entry_facts(session)
    allotted = import_photos.allot(session, _still(pictures, plan), kept)
    desk = Desk(session, actor, now, run, plan, facts, cells, rows, allotted)
    preparing = Preparing(drafting_now(session, actor, now, run.id), facts, plan.places)
    if ahead is not None and ahead.preparing.basis() == preparing.basis():
        preparing = ahead.preparing
    else:
        ahead = None
    with no_collecting(), many_rows(session):
        for some in in_turn(plan.new, ROWS):
            enter_rows(desk, some, preparing, ahead)
        for some in in_turn(plan.changed, AT_ONCE):
            update_rows(desk, some)
        merge(desk)
    changed = sum(work.how != SETTLED for work in plan.changed)
    left = plan.left + out
    return Written(len(plan.new), changed, len(plan.merged), desk.photos, out, left)


def _still(pictures: Sequence[Wanted], plan: Plan) -> list[Wanted]:
    rows = {work.row_id for work in plan.all()}
    return [one for one in pictures if one.row_id in rows]
