"""The first events of many problems, written down but for the ids and numbers these get last."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.states import State
from app.json_text import to_text
from app.models import Event
from app.services.bulk_insert import Bulk
from app.services.history import GENESIS, Happening, canonical, values_of

_TABLE: Any = Event.__table__
_LATER = ("problem_id", "payload", "hash")


@dataclass(frozen=True, slots=True)
class Draft:
    """An event without its problem's id and number.

    `payload` and `hashed` are texts with a gap where the number goes, whole where there is none.
    """

    to_state: str
    payload: tuple[str, ...]
    hashed: tuple[str, ...]


class FirstEvents:
    """Drafts of one actor's move at one time, and their insertion."""

    def __init__(self, dialect: Dialect, actor: Actor, now: datetime, move: str) -> None:
        self._actor, self._now, self._move = actor, now, move
        self._gap = secrets.token_hex(16)
        some = self._values(State.POOLED)
        rest = [name for name in (*some, "previous_hash") if name not in _LATER]
        self._bulk = Bulk(dialect, _TABLE, (*_LATER, *rest))
        self._rests: dict[str, tuple[Any, ...]] = {}
        self._around: dict[str, tuple[str, str, str]] = {}

    def draft(self, to_state: State, payload: Mapping[str, Any], *, numbered: bool) -> Draft:
        """An event that puts a problem in a state; with `numbered` its number is told too."""
        told = {**payload, "number": self._gap} if numbered else payload
        gap = f'"{self._gap}"'
        payloads = tuple(to_text(told).split(gap))
        return Draft(to_state.value, payloads, tuple(canonical(told).split(gap)))

    def insert(self, session: Session, drafts: Iterable[tuple[int, str | None, Draft]]) -> None:
        """Insert events for problems of these ids and numbers, whose chains begin with them."""
        rows = []
        for problem_id, number, draft in drafts:
            state = draft.to_state
            if state not in self._rests:
                self._learn(State(state))
            before, between, behind = self._around[state]
            told = to_text(number)
            hashed = f"{before}{told.join(draft.hashed)}{between}{problem_id}{behind}"
            hash_ = sha256(hashed.encode()).hexdigest()
            rows.append((problem_id, told.join(draft.payload), hash_, *self._rests[state]))
        self._bulk.insert(session, rows)

    def _values(self, to_state: State) -> dict[str, Any]:
        happening = Happening(problem_id=0, move=self._move, from_state=None, to_state=to_state)
        return values_of(happening, self._actor, self._now, seq=1)

    def _learn(self, to_state: State) -> None:
        """What is the same in all events that lead to a state."""
        values = self._values(to_state)
        parted = canonical(values | {"payload": self._gap, "problem_id": self._gap})
        before, between, behind = parted.split(f'"{self._gap}"')
        self._around[to_state.value] = (f"{GENESIS}\n{before}", between, behind)
        rows = [values | {"previous_hash": GENESIS}]
        (self._rests[to_state.value],) = self._bulk.cells(rows, skip=len(_LATER))
