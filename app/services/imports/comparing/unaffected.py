"""Whether a correction can change what was said of the rows of an import at all."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ImportRow, ImportRun
from app.services.imports.comparing.against_pool import KEYS, SAME_ROW
from app.services.imports.comparing.canonical import NUMBER
from app.services.imports.comparing.identity import PROPOSED
from app.services.imports.comparing.scanning import in_turn
from app.services.imports.work.runs import CONFLICTING, NEW, UNCHANGED

# By these twins are found, keys are proposed before others, and a row is a problem at all.
_TELLING = frozenset(
    {NUMBER, "category", "street", "district", "community", "point", "description",
     "reported_at", "listed_at", "lat", "lng"}
)  # fmt: skip


def is_unaffected(
    session: Session, run: ImportRun, ids: Collection[int], changed: Collection[str]
) -> bool:
    """Whether rows stay as they were compared, though these fields of theirs say something else.

    That is so of rows that are plainly new, as long as the fields tell no row from another and no
    other row was found to say the same. A long ledger need not be compared anew for them.
    """
    if not _TELLING.isdisjoint(changed) or not _keys_stand(run, frozenset(changed)):
        return False
    for some in in_turn(sorted(ids)):
        new = ImportRow.status == NEW, ImportRow.problem_id.is_(None)
        other = select(ImportRow.id).where(ImportRow.id.in_(some), ~(new[0] & new[1]))
        if session.scalar(other.limit(1)) is not None:
            return False
    wanted = frozenset(ids)
    judged = select(ImportRow.outcome).where(
        ImportRow.run_id == run.id, ImportRow.status.in_([CONFLICTING, UNCHANGED])
    )
    return all(outcome.get(SAME_ROW) not in wanted for outcome in session.scalars(judged))


def _keys_stand(run: ImportRun, changed: frozenset[str]) -> bool:
    """Whether the same keys would be chosen, for the same rows."""
    keys = run.counts.get(KEYS)
    if keys is None:
        return False
    return all(
        changed.isdisjoint(one["fields"])
        and (changed.isdisjoint(PROPOSED) or not (one["repeated"] or one["keyless"]))
        for one in keys.values()
    )
