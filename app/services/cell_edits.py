"""Cells of the super table changed by people: one cell, a pasted block, a filled column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.facts import Facts
from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.services import cell_batches, cell_checks, cell_writing
from app.services.cell_checks import Edit, RefusedCell
from app.services.names import Names
from app.services.problem_sheet import problem_sheet
from sheets.editing import UNKNOWN, CellChange, CellConflict, CellEdit, compare_edits
from sheets.fields import Lookup
from sheets.showing import NameCache

MOST = 20_000  # cells; a section's busiest column many times over, and still a short transaction
BLANK = "空白"


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell with its new value as people read it."""

    problem_id: int
    field_id: str
    shown: str


@dataclass(frozen=True, slots=True)
class ConflictingCell:
    """A cell somebody else changed meanwhile: what it shows now, and what was to be written."""

    problem_id: int
    field_id: str
    now: str
    yours: str
    sentence: str


@dataclass(frozen=True, slots=True)
class EditOutcome:
    """What became of a batch; `written` is False where nothing was, `repeated` where earlier.

    `versions` are those of the changed rows, by problem id.
    """

    batch_id: str
    changed: list[ChangedCell] = field(default_factory=list)
    conflicts: list[ConflictingCell] = field(default_factory=list)
    refused: list[RefusedCell] = field(default_factory=list)
    versions: Mapping[int, int] = field(default_factory=dict)
    written: bool = False
    repeated: bool = False

    @property
    def fits(self) -> bool:
        """Whether every cell could be written."""
        return not self.conflicts and not self.refused

    @property
    def sentence(self) -> str:
        """What happened, and what to do about it."""
        problems = []
        if self.conflicts:
            problems.append(f"{len(self.conflicts)} 格在您修改期间被他人改过")
        if self.refused:
            problems.append(f"{len(self.refused)} 格不能写入")
        if not problems:
            return f"已改 {len(self.changed)} 格。"
        rest = f"其余 {len(self.changed)} 格已写入" if self.written else "全部没有写入"
        return f"{'，'.join(problems)}；{rest}。"


@dataclass(frozen=True, slots=True)
class Weighed:
    """Edits judged and compared, with the locked rows they are about; nothing is written yet."""

    rows: Mapping[int, Facts]
    names: Lookup
    changes: list[CellChange]
    outcome: EditOutcome


def edit_cells(
    session: Session,
    actor: Actor,
    now: datetime,
    batch_id: str,
    edits: Sequence[Edit],
    origin: str,
    *,
    skip_unfit: bool = False,
) -> EditOutcome:
    """Write cells, all or none; with `skip_unfit` all that fit.

    The same batch sent again writes nothing and gets the first answer. Raises Invalid for more
    than 20,000 cells or a cell named twice, Conflict for a batch id that is not new.
    """
    _check_size(edits)
    content = [[each.problem_id, each.field_id, each.value, _told(each.was)] for each in edits]
    claimed = cell_batches.claim(session, actor, now, batch_id, origin, [content, skip_unfit])
    if claimed.earlier is not None:
        return first_answer(session, claimed)
    weighed = weigh(session, actor, batch_id, edits)
    if not weighed.outcome.fits and not skip_unfit:
        claimed.release()
        return weighed.outcome
    return write(session, actor, now, claimed, origin, weighed)


def preview_cells(session: Session, actor: Actor, edits: Sequence[Edit]) -> EditOutcome:
    """What `edit_cells` would do, without doing it."""
    _check_size(edits)
    return weigh(session, actor, "", edits).outcome


def weigh(session: Session, actor: Actor, batch_id: str, edits: Sequence[Edit]) -> Weighed:
    """Lock fields and rows, judge each edit, and compare with what the cells hold now."""
    cell_checks.hold(session, (edit.field_id for edit in edits))
    fields = problem_sheet(session, actor).by_id
    rows = cell_checks.locked_rows(session, actor, {edit.problem_id for edit in edits})
    judged = cell_checks.judge(session, actor, fields, rows, edits)
    return compare(session, batch_id, rows, judged.wishes, judged.refused)


def compare(
    session: Session,
    batch_id: str,
    rows: Mapping[int, Facts],
    wishes: Sequence[CellEdit],
    refused: Sequence[RefusedCell],
) -> Weighed:
    """The wishes against what their cells hold now; nothing is written."""
    names = NameCache(Names(session))
    found = compare_edits(session.connection(), cell_writing.TABLE, cell_writing.KEY, wishes, names)
    outcome = EditOutcome(
        batch_id,
        changed=[
            ChangedCell(each.key, each.field.id, each.field.show(each.new, names))
            for each in found.changed
        ],
        conflicts=[_conflicting(each, names) for each in found.conflicts],
        refused=[*refused],
    )
    return Weighed(rows, names, found.changed, outcome)


def write(
    session: Session,
    actor: Actor,
    now: datetime,
    claimed: cell_batches.Claim,
    origin: str,
    weighed: Weighed,
) -> EditOutcome:
    """Write what was weighed in this transaction, under a claimed batch."""
    versions = cell_writing.write_cells(
        session, actor, now, claimed.batch_id, origin, weighed.changes, weighed.rows, weighed.names
    )
    claimed.keep(sorted(versions), len(weighed.changes))
    return replace(weighed.outcome, versions=versions, written=True)


def first_answer(session: Session, claimed: cell_batches.Claim) -> EditOutcome:
    """What a batch that was written already has changed."""
    if claimed.earlier is None:
        raise ValueError("this batch is new")
    events = cell_batches.events_of(session, claimed.earlier)
    return EditOutcome(
        claimed.batch_id,
        changed=[
            ChangedCell(event.problem_id, field_id, told["new"])
            for event in events
            for field_id, told in event.payload["fields"].items()
        ],
        versions={event.problem_id: event.payload["version"] for event in events},
        written=True,
        repeated=True,
    )


def _conflicting(conflict: CellConflict, names: Lookup) -> ConflictingCell:
    edit = conflict.edit
    now = edit.field.show(conflict.now, names)
    yours = edit.field.show(edit.value, names)
    sentence = f"{edit.field.caption}：现在是“{now or BLANK}”，您填“{yours or BLANK}”。"
    return ConflictingCell(edit.key, edit.field.id, now, yours, sentence)


def _check_size(edits: Sequence[Edit]) -> None:
    if len(edits) > MOST:
        raise Invalid("cells.too_many", f"一次最多修改 {MOST:,} 格，现在有 {len(edits):,} 格。")
    if len({(edit.problem_id, edit.field_id) for edit in edits}) != len(edits):
        raise Invalid("cells.twice", "同一格在一次修改里出现了两次，请刷新页面后再试。")


def _told(was: object) -> object:
    return None if was is UNKNOWN else [was]
