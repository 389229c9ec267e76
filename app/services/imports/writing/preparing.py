"""New rows of an import made ready before its transaction, so that it has only to insert them."""

import pickle
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import Refusal
from app.domain.roles import Actor
from app.domain.states import State
from app.models import ImportRow
from app.services.bulk_insert import USUAL_KB, many_rows
from app.services.collecting import no_collecting
from app.services.imports.reading.record_json import from_json
from app.services.imports.settling.choosing import Place, Plan, Work, in_turn
from app.services.imports.work.hands import Hands
from app.services.imports.writing import origins as import_origins
from app.services.imports.writing.entry import EntryFacts, entry_of, load_entry_facts
from app.services.imports.writing.new_rows import Drafting, Drafts, NewRow

ROWS = 1_000  # in a batch
Records = Mapping[int, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Batch:
    """Some rows as they will be inserted, all in the same order."""

    row_ids: list[int]
    states: list[State]
    notes: list[list[str]]
    drafts: Drafts
    origins: list[tuple[Any, ...]]


class Preparing:
    """Makes batches of new rows, in the city as it is when this begins."""

    def __init__(self, drafting: Drafting, facts: EntryFacts, places: Mapping[int, Place]) -> None:
        self.drafting, self._facts, self._places = drafting, facts, places
        self.stands = import_origins.NewStands(drafting.dialect, drafting.run_id)

    def basis(self) -> tuple[Any, ...]:
        """What batches depend on beside their rows: others are to be made where it changed."""
        return self._facts, *self.drafting.basis()

    def batch(
        self, works: Sequence[Work], records: Records, photo_ids: Callable[[int], Sequence[str]]
    ) -> Batch:
        """These rows; raises what `Drafting.drafts` raises."""
        rows, notes, stands = [], [], []
        for work in works:
            place, record = self._places[work.sheet_id], records[work.row_id]
            read = entry_of(from_json(record, place.sheet, work.row), place.section_id, self._facts)
            notes.append([each.sentence for each in read.assumed])
            origin = import_origins.told_of(place, work.row, record)
            rows.append(NewRow(read.entry, work.row_id, origin, photo_ids(work.row_id)))
            stands.append(import_origins.stand_of(place, work, record, read.entry.state.value))
        return Batch(
            [work.row_id for work in works],
            [row.entry.state for row in rows],
            notes,
            self.drafting.drafts(rows),
            self.stands.cells(self.drafting.now, stands),
        )


def records_of(session: Session, works: Sequence[Work]) -> dict[int, dict[str, Any]]:
    """What these rows say, by row id."""
    ids = [work.row_id for work in works]
    query = select(ImportRow.id, ImportRow.record).where(ImportRow.id.in_(ids))
    return {row_id: record for row_id, record in session.execute(query)}


class Prepared:
    """Batches that were made ahead, kept in a file: 50,000 rows would be 200 MB."""

    def __init__(self, preparing: Preparing, kept: IO[bytes]) -> None:
        self.preparing, self._kept = preparing, kept
        self._at: dict[int, int] = {}

    def put(self, batch: Batch) -> None:
        """Keep a batch."""
        self._at[batch.row_ids[0]] = self._kept.tell()
        pickle.dump(batch, self._kept, pickle.HIGHEST_PROTOCOL)

    def batch(self, works: Sequence[Work]) -> Batch | None:
        """The batch of just these rows, if it was made."""
        if works[0].row_id not in self._at:
            return None
        self._kept.seek(self._at[works[0].row_id])
        batch: Batch = pickle.load(self._kept)  # noqa: S301 our own, of a file without a name
        return batch if batch.row_ids == [work.row_id for work in works] else None


@contextmanager
def prepared(
    hands: Hands, actor: Actor, run_id: int, plan: Plan, pictured: Collection[int]
) -> Iterator[Prepared | None]:
    """Batches of the new rows; None where nobody would wait for them to be made.

    On SQLite whoever wants to write waits for the transaction. Rows in `pictured` are left to it,
    which alone knows the photos they get.
    """
    ahead = None
    with tempfile.TemporaryFile(prefix="xiaohao-import-") as kept:
        with hands.sessions.reading() as session:
            if session.get_bind().dialect.name == "sqlite":
                drafting = Drafting(session, actor, hands.now(), run_id)
                preparing = Preparing(drafting, load_entry_facts(session), plan.places)
                ahead = Prepared(preparing, kept)
                _prepare(session, ahead, plan, pictured)
        yield ahead


def _prepare(session: Session, ahead: Prepared, plan: Plan, pictured: Collection[int]) -> None:
    with no_collecting(), many_rows(session, USUAL_KB):
        for works in in_turn(plan.new, ROWS):
            if any(work.row_id in pictured for work in works):
                continue
            try:
                batch = ahead.preparing.batch(works, records_of(session, works), _no_photos)
            except Refusal:  # it is for the transaction to say
                return
            ahead.put(batch)


def _no_photos(_: int) -> Sequence[str]:
    return ()
