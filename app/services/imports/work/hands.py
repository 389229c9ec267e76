"""What the work of an import needs of the house, in a worker as on the command line."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.services.evidence.room import PhotoRoom
from app.services.long_work import Sessions


@dataclass(frozen=True, slots=True)
class Hands:
    """`hold` says the worker lives, and gives False when its job was taken away."""

    sessions: Sessions
    room: PhotoRoom
    now: Callable[[], datetime]
    hold: Callable[[Session], bool] = lambda _session: True
