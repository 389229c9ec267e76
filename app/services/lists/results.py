"""The results library (成果库): closed problems with their pairs of photos."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.states import Phase, State
from app.models import Photo, Problem
from app.services.lists.pages import first_photo_rows
from app.services.names import Names
from app.services.scope import visible_to
from app.services.super_table.problem_sheet import problem_sheet
from sheets.query import Query, QueryError, describe, fetch, parse_query
from sheets.showing import NameCache

NEWEST_FIRST = "-signed_off_at"
PAGE = 24  # fills rows of two, three and four
FIELDS = (
    "serial", "number", "category", "street", "address", "lead_section", "responsible", "remedy",
    "signed_off_at", "on_time", "priority",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """A closed problem: raw values and shown texts by field id, and its pair."""

    id: int
    values: Mapping[str, Any]
    shown: Mapping[str, str]
    before: Photo | None
    after: Photo | None


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """One page; `next` is the `after` of the page that follows, `errors` what could not be used."""

    query: Query
    results: list[Result]
    next: str | None
    errors: tuple[QueryError, ...]
    sentence: str


def list_results(
    session: Session, actor: Actor, query_pairs: Iterable[tuple[str, str]] = ()
) -> ResultsPage:
    """One page of what was signed off and this actor may see, the newest first."""
    pairs = list(query_pairs)
    if not any(name == "limit" for name, _ in pairs):
        pairs.append(("limit", str(PAGE)))
    sheet = replace(problem_sheet(session, actor), default_sort=NEWEST_FIRST)
    query = parse_query(sheet, pairs)
    scope = [visible_to(actor), Problem.state == State.SIGNED_OFF.value]
    wanted = [each for each in FIELDS if each in sheet.by_id]
    hidden = [each for each in FIELDS if each not in sheet.by_id]
    page = fetch(session.connection(), sheet, query, scope, wanted)
    names = NameCache(Names(session))
    names.prepare(sheet.only(wanted), page.rows)
    keys = [row.key for row in page.rows]
    before = first_photo_rows(session, keys, Phase.BEFORE)
    after = first_photo_rows(session, keys, Phase.AFTER)
    results = [
        Result(
            id=row.key,
            values=dict.fromkeys(hidden) | dict(row),
            shown=dict.fromkeys(hidden, "")
            | {each: sheet.field(each).show(row[each], names) for each in wanted},
            before=before.get(row.key),
            after=after.get(row.key),
        )
        for row in page.rows
    ]
    sentence = describe(sheet, replace(query, sort=()), names)
    return ResultsPage(query, results, page.next_after, query.errors, sentence)
