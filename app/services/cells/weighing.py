"""Wishes weighed against what their cells hold, and what became of them, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.domain.facts import Facts
from app.domain.refusals import Conflict, Invalid
from app.domain.roles import Actor
from app.services.cells import writing
from app.services.cells.batches import Claim
from app.services.cells.checks import RefusedCell
from app.services.cells.writers import changed_by
from app.services.names import Names
from sheets.editing import CellChange, CellConflict, CellEdit, compare_edits
from sheets.fields import Lookup
from sheets.showing import NameCache

BLANK = "空白"


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """A cell with its new value as people read it."""

    problem_id: int
    field_id: str
    shown: str


@dataclass(frozen=True, slots=True)
class ConflictingCell:
    """A cell somebody else changed meanwhile: what it shows now, and what was to be written.

    `who` changed it last; nothing where that is not known.
    """

    problem_id: int
    field_id: str
    now: str
    yours: str
    sentence: str
    who: str = ""


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


def compare(
    session: Session,
    batch_id: str,
    rows: Mapping[int, Facts],
    wishes: Sequence[CellEdit],
    refused: Sequence[RefusedCell],
) -> Weighed:
    """The wishes against what their cells hold now; nothing is written."""
    names = NameCache(Names(session))
    found = compare_edits(session.connection(), writing.TABLE, writing.KEY, wishes, names)
    who = changed_by(session, {each.edit.key for each in found.conflicts})
    outcome = EditOutcome(
        batch_id,
        changed=[
            ChangedCell(each.key, each.field.id, each.field.show(each.new, names))
            for each in found.changed
        ],
        conflicts=[_conflicting(each, names, who) for each in found.conflicts],
        refused=[*refused],
    )
    return Weighed(rows, names, found.changed, outcome)


def write(
    session: Session,
    actor: Actor,
    now: datetime,
    claimed: Claim,
    origin: str,
    weighed: Weighed,
) -> EditOutcome:
    """Write what was weighed in this transaction, under a claimed batch."""
    versions = writing.write_cells(
        session, actor, now, claimed.batch_id, origin, weighed.changes, weighed.rows, weighed.names
    )
    claimed.keep(sorted(versions), len(weighed.changes))
    return replace(weighed.outcome, versions=versions, written=True)


def must_fit(outcome: EditOutcome) -> None:
    """Raise what stands against a single cell as Conflict or Invalid."""
    for conflict in outcome.conflicts:
        raise Conflict("cell.moved_on", f"他人刚刚改过这一格，没有覆盖。{conflict.sentence}")
    for refused in outcome.refused:
        raise Invalid(f"cell.{refused.code}", refused.sentence)


def _conflicting(
    conflict: CellConflict, names: Lookup, changed: Mapping[tuple[int, str], str]
) -> ConflictingCell:
    edit = conflict.edit
    now = edit.field.show(conflict.now, names)
    yours = edit.field.show(edit.value, names)
    sentence = f"{edit.field.caption}：现在是“{now or BLANK}”，您填“{yours or BLANK}”。"
    who = changed.get((edit.key, edit.field.id), "")
    return ConflictingCell(edit.key, edit.field.id, now, yours, sentence, who)
