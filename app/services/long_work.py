"""What work that takes long is handed by whoever has it done, and how it is told to stop."""

from contextlib import AbstractContextManager
from typing import Protocol

from sqlalchemy.orm import Session


class Sessions(Protocol):
    """A database as far as such work needs it: short transactions, one after another."""

    def writing(self) -> AbstractContextManager[Session]:
        """A session that commits at its end."""

    def reading(self) -> AbstractContextManager[Session]:
        """A session that only reads."""


class TakenAway(Exception):
    """Another worker has the job now: stop without a word."""
