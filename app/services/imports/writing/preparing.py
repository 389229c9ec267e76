"""New rows of an import made ready before its transaction, so that it has only to insert them."""

import pickle
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import IO, Any

from sqlalchemy import Text, select, type_coerce
from sqlalchemy.orm import Session

from app.domain.refusals import Refusal
from app.domain.roles import Actor
from app.domain.states import State
from app.models import ImportRow
from app.services.bulk_insert import USUAL_KB, many_rows
from app.services.collecting import no_collecting
from app.services.imports.reading.record_json import from_json
from app.services.imports.settling.choosing import Plan, Work, in_turn
from app.services.imports.work.hands import Hands
from app.services.imports.work.places import Place
from app.services.imports.writing import origins as import_origins
from app.services.imports.writing.entry import EntryFacts, entry_of, load_entry_facts
from app.services.imports.writing.helping import Helper, cores, helped
from app.services.imports.writing.new_rows import Drafting, Drafts, NewRow, drafting_now

ROWS = 1_000  # in a batch
LEAST = 8  # batches that are worth starting a helper, which takes most of a second
SHARE = 0.85  # of the batches, which it makes; the last ones are made when they are wanted
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
        self.drafting, self.facts, self.places = drafting, facts, places
        self.stands = import_origins.NewStands(drafting.dialect, drafting.run_id)

    def basis(self) -> tuple[Any, ...]:
        """What batches depend on beside their rows: others are to be made where it changed."""
        return self.facts, *self.drafting.basis()

    def batch(
        self, works: Sequence[Work], records: Records, photo_ids: Callable[[int], Sequence[str]]
    ) -> Batch:
        """These rows; raises what `Drafting.drafts` raises."""
        rows, notes, stands = [], [], []
        for work in works:
            place, record = self.places[work.sheet_id], records[work.row_id]
            read = entry_of(from_json(record, place.sheet, work.row), place.section_id, self.facts)
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
        self.helper: Helper | None = None

    def put(self, batch: Batch) -> None:
        """Keep a batch."""
        self._at[batch.row_ids[0]] = self._kept.tell()
        pickle.dump(batch, self._kept, pickle.HIGHEST_PROTOCOL)

    def batch(self, works: Sequence[Work]) -> Batch | None:
        """The batch of just these rows, if it was made, here or by the helper."""
        first = works[0].row_id
        batch: Batch | None = None
        if first in self._at:
            self._kept.seek(self._at[first])
            batch = pickle.load(self._kept)  # noqa: S301 our own, of a file without a name
        elif self.helper is not None:
            batch = self.helper.made(first)
        if batch is None or batch.row_ids != [work.row_id for work in works]:
            return None
        return batch


@contextmanager
def prepared(
    hands: Hands, actor: Actor, run_id: int, plan: Plan, pictured: Collection[int]
) -> Iterator[Prepared | None]:
    """Batches of the new rows; None where nobody would wait for them to be made.

    On SQLite whoever wants to write waits for the transaction. Rows in `pictured` are left to it,
    which alone knows the photos they get. Of many rows a helper makes the first batches, the last
    of them while the transaction writes those before.
    """
    ahead = None
    with tempfile.TemporaryFile(prefix="xiaohao-import-") as kept, ExitStack() as around:
        with hands.sessions.reading() as session:
            if session.get_bind().dialect.name == "sqlite":
                drafting = drafting_now(session, actor, hands.now(), run_id)
                preparing = Preparing(drafting, load_entry_facts(session), plan.places)
                ahead = Prepared(preparing, kept)
                mine = _batches(plan, pictured)
                if len(mine) >= LEAST and cores() > 1:
                    count = round(len(mine) * SHARE)
                    asked, mine = mine[:count], mine[count:]
                    ahead.helper = around.enter_context(helped(asked_of(session, preparing, asked)))
                _prepare(session, ahead, mine)
        yield ahead


def asked_of(
    session: Session, preparing: Preparing, batches: Sequence[Sequence[Work]]
) -> Iterator[object]:
    """What a helper is told: the city as it is for these batches, then each with its records."""
    drafting = preparing.drafting
    dialect = f"{drafting.dialect.name}+{drafting.dialect.driver}"
    yield (
        drafting.at, drafting.actor, drafting.run_id, preparing.facts, preparing.places, dialect,
    )  # fmt: skip
    query = select(ImportRow.id, type_coerce(ImportRow.record, Text))
    with many_rows(session, USUAL_KB):
        for works in batches:
            ids = [work.row_id for work in works]
            yield works, [tuple(row) for row in session.execute(query.where(ImportRow.id.in_(ids)))]


def _batches(plan: Plan, pictured: Collection[int]) -> list[Sequence[Work]]:
    return [
        works
        for works in in_turn(plan.new, ROWS)
        if not any(work.row_id in pictured for work in works)
    ]


def _prepare(session: Session, ahead: Prepared, batches: Sequence[Sequence[Work]]) -> None:
    with no_collecting(), many_rows(session, USUAL_KB):
        for works in batches:
            try:
                batch = ahead.preparing.batch(works, records_of(session, works), no_photos)
            except Refusal:  # it is for the transaction to say
                return
            ahead.put(batch)


def no_photos(_: int) -> Sequence[str]:
    """Of rows that come without any."""
    return ()
