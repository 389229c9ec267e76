"""A search by way of the index: the newest hits at once, or the hits as a condition.

The index only proposes. Each proposed row, and each that changed since it was indexed, is
compared by the very conditions that reading all rows would use.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, true, union_all

from sheets.catalogue import Sheet
from sheets.query.filtering import Scope, asked_of, filtered
from sheets.query.ordering import OrderTerm
from sheets.query.plans import dialect_of, planned_rows
from sheets.query.state import Query
from sheets.searching import TextIndex
from sheets.searching.grams import grams_asked

MOST_MARKS = 5_000
"""While more rows than this wait to be indexed, all rows are read instead."""
FEW = 20_000
"""So many hits are gathered and then sorted or counted; more of them are soon met with anyway."""
# PostgreSQL, microseconds: to read an entry of the index, to look up a row, to read the next one.
ENTRY, LOOK_UP, NEXT = 3.0, 12.0, 6.0


class Proposal:
    """The pairs a query asks the index for, on one connection; made by ``propose``."""

    def __init__(self, conn: Any, index: TextIndex, grams: Sequence[int]) -> None:
        self.conn = conn
        self.dialect = dialect_of(conn)
        self.index = index
        self.entries, self.key = index.entries(self.dialect)
        self.asked = index.proposed(self.entries, grams)

    def number(self) -> float:
        """About how many rows are proposed; on SQLite counted no further than is of use."""
        hits = select(self.key).where(self.asked)
        if self.dialect.name == "sqlite":
            few = hits.limit(FEW + 1).subquery()
            counted: int = self.conn.execute(select(func.count()).select_from(few)).scalar_one()
            return counted
        return planned_rows(self.conn, hits)

    def condition(self, sheet: Sheet) -> ColumnElement[bool]:
        """That a row is proposed, or changed since."""
        return sheet.key.in_(union_all(select(self.key).where(self.asked), self.index.marked()))


def propose(conn: Any, sheet: Sheet, query: Query) -> Proposal | None:
    """What the index has to say to this query; None when all rows must be read instead."""
    index = sheet.index
    grams = grams_asked(query.words)
    if index is None or not grams or not index.covers(sheet):
        return None
    few = index.marked().limit(MOST_MARKS + 1).subquery()
    if conn.execute(select(func.count()).select_from(few)).scalar_one() > MOST_MARKS:
        return None
    return Proposal(conn, index, grams)


def narrowed(conn: Any, sheet: Sheet, query: Query, scope: Scope) -> Scope:
    """The scope, with the proposed rows as one more condition where there are few of them."""
    proposal = propose(conn, sheet, query)
    if proposal is None or proposal.number() > FEW:
        return scope
    return [*scope, proposal.condition(sheet)]


def newest_hits(
    conn: Any,
    sheet: Sheet,
    query: Query,
    scope: Scope,
    wanted: Sequence[Any],
    order: Sequence[OrderTerm],
    after: Sequence[Any] | None,
    rows: int,
) -> list[Any] | None:
    """So many rows in the order of the key, ``skip`` passed over; None when this is no way.

    ``wanted`` are labelled columns, the key last.
    """
    if len(order) > 1:
        return None
    proposal = propose(conn, sheet, query)
    if proposal is None or not _pays(proposal, sheet, query, scope, rows):
        return None
    (term,), most = order, query.skip + rows
    marked = _marked(proposal, sheet, query, [*scope, *_beyond(term, after)], wanted)
    found = _hits(proposal, sheet, query, scope, wanted, term, after)
    lots = [lot.limit(most).subquery() for lot in (found, marked.order_by(term.clause))]
    both = union_all(*(select(*lot.c) for lot in lots)).subquery()
    last = list(both.c)[-1]
    ordered = select(*both.c).order_by(last.desc() if term.descending else last.asc())
    return list(conn.execute(ordered.offset(query.skip or None).limit(rows)).all())


def _beyond(term: OrderTerm, after: Sequence[Any] | None) -> list[ColumnElement[bool]]:
    return [] if after is None else [term.beyond(after[0])]


def _marked(
    proposal: Proposal, sheet: Sheet, query: Query, scope: Scope, wanted: Sequence[Any]
) -> Select[Any]:
    """Rows that changed since they were indexed: one by one, as no database would choose to."""
    marks = proposal.index.marks
    row = filtered(select(sheet.key), sheet, query, scope).where(sheet.key == marks.c.row_id)
    passing = select(marks.c.row_id).where(row.correlate(marks).exists()).correlate(None)
    return select(*wanted).select_from(sheet.from_).where(sheet.key.in_(passing))


def _hits(
    proposal: Proposal,
    sheet: Sheet,
    query: Query,
    scope: Scope,
    wanted: Sequence[Any],
    term: OrderTerm,
    after: Sequence[Any] | None,
) -> Select[Any]:
    """Proposed rows that were not marked since, in order, looked up one by one."""
    own = OrderTerm(term.name, proposal.key, term.descending, nullable=False)
    settled = proposal.key.not_in(proposal.index.marked())
    proposed = [proposal.asked, settled, *_beyond(own, after)]
    if proposal.dialect.name == "sqlite":
        # FTS5 gives its rows in the order of their keys, either way, as they are asked for.
        rows = select(*wanted).select_from(
            proposal.entries.join(sheet.from_, proposal.key == sheet.key)
        )
        return rows.where(*proposed, *asked_of(sheet, query, scope)).order_by(own.clause)
    # OFFSET 0 keeps PostgreSQL from turning the lookups round: it thinks little of how many rows
    # a comparison of texts lets through.
    keys = select(proposal.key.label("key")).where(*proposed)
    hits = keys.order_by(own.clause).offset(0).subquery("hits")
    row = filtered(select(*wanted), sheet, query, scope).where(sheet.key == hits.c.key)
    found = row.offset(0).lateral("found")
    ordered = hits.c.key.desc() if term.descending else hits.c.key.asc()
    return select(*found.c).select_from(hits.join(found, true())).order_by(ordered)


def _pays(proposal: Proposal, sheet: Sheet, query: Query, scope: Scope, rows: int) -> bool:
    """Whether the index is quicker than walking the rows and comparing each.

    SQLite's gives its hits one by one in order; PostgreSQL's must give all of them first.
    """
    if proposal.dialect.name == "sqlite":
        return True
    hits = max(proposal.number(), 1.0)
    others = Query(sheet, query.conditions, query.any, query.groups)
    all_rows = max(planned_rows(proposal.conn, select(sheet.key)), 1.0)
    passing = filtered(select(sheet.key), sheet, others, scope)
    share = max(planned_rows(proposal.conn, passing), 1.0) / all_rows
    by_index = hits * ENTRY + min(hits, rows / share) * LOOK_UP
    by_walk = min(all_rows, rows * all_rows / hits / share) * NEXT
    return by_index < by_walk
