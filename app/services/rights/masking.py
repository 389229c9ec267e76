"""What a rule hides, taken out of a problem, its events and its photos' stamps."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy.orm import Session

from app.domain.rights import HIDEABLE, PERSON_MOVES, URGENT_WORDS
from app.domain.roles import Actor
from app.domain.states import Phase
from app.models import Event, Photo, Problem
from app.services import history
from app.services.problem_columns import BASE
from app.services.row_rules import OWN_OPEN

COLUMNS = {field_id: str(BASE.field(field_id).column.key) for field_id in HIDEABLE}
# Of an import's event: the whole row as it stood, in its own words, and the cells it changed.
# Of a verdict: the columns before it.
WHOLE_ROWS = frozenset({"texts", "changes", "before"})
TAKEN_BY = {Phase.BEFORE.value: "reporter", Phase.AFTER.value: "submitted_by"}


class _Seen:
    """A row in front of which some attributes stand blank; it is read, never written."""

    __slots__ = ("_blanks", "_row")

    def __init__(self, row: object, blanks: Mapping[str, object]) -> None:
        self._row = row
        self._blanks = blanks

    def __getattr__(self, name: str) -> Any:
        """The blank, else the row's own."""
        return self._blanks[name] if name in self._blanks else getattr(self._row, name)


def hidden_on(actor: Actor, problem: Problem) -> frozenset[str]:
    """The fixed columns of this problem that the actor does not see.

    A reporter reads in his own draft what he wrote there: a form that hides it would lose it.
    """
    hidden = actor.rights.hidden & HIDEABLE.keys()
    own = problem.reporter_id == actor.user_id and problem.state in OWN_OPEN
    return frozenset() if own else hidden


def problem_seen(problem: Problem, hidden: frozenset[str]) -> Problem:
    """The problem with the hidden columns blank."""
    if not hidden:
        return problem
    columns = {COLUMNS[field_id] for field_id in hidden}
    blanks = {name: None if name.endswith("_id") else "" for name in columns}
    return cast("Problem", _Seen(problem, blanks))


def events_seen(session: Session, actor: Actor, problem: Problem) -> list[Event]:
    """A problem's events, oldest first, without the words and names of hidden columns."""
    hidden = hidden_on(actor, problem)
    return [event_seen(event, problem, hidden) for event in history.events_of(session, problem.id)]


def event_seen(event: Event, problem: Problem, hidden: Iterable[str]) -> Event:
    """One event of the problem without what is hidden."""
    blanks: dict[str, object] = {}
    hidden = frozenset(hidden)
    if any(_names(event, problem, field_id) for field_id in hidden & PERSON_MOVES.keys()):
        blanks["actor_name"] = ""
    if "urgent_reason" in hidden and event.move in URGENT_WORDS:
        blanks["text"] = ""
    untold = hidden | WHOLE_ROWS if hidden else hidden
    if not untold.isdisjoint(event.payload):
        blanks["payload"] = {
            key: value for key, value in event.payload.items() if key not in untold
        }
    return cast("Event", _Seen(event, blanks)) if blanks else event


def _names(event: Event, problem: Problem, field_id: str) -> bool:
    """Whether an event tells who stands in a column, now or in an earlier round."""
    person = getattr(problem, COLUMNS[field_id])
    own = person is not None and event.actor_id == person
    return own or event.move in PERSON_MOVES[field_id]


def stamp_is_nameless(actor: Actor, photo: Photo) -> bool:
    """Whether the stamp of a photo must not say who took it."""
    return TAKEN_BY.get(photo.phase, "") in actor.rights.hidden
