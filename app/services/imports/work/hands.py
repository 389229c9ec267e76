"""What the work of an import needs of the house, in a worker as on the command line."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from app.services.evidence.room import PhotoRoom


class Sessions(Protocol):
    """A database as far as this work needs it."""

    def writing(self) -> AbstractContextManager[Session]:
        """A session that commits at its end."""

    def reading(self) -> AbstractContextManager[Session]:
        """A session that only reads."""


@dataclass(frozen=True, slots=True)
class Hands:
    """`hold` says the worker lives, and gives False when its job was taken away."""

    sessions: Sessions
    room: PhotoRoom
    now: Callable[[], datetime]
    hold: Callable[[Session], bool] = lambda _session: True
