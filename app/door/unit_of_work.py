"""One session and one commit a request.

Do slow work (photos!) before the first call of `unit_of_work()`: on SQLite a session that may
write holds the only write lock from its first statement on.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import Flask, g, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from sqlalchemy.orm import Session

from app import extensions

log = logging.getLogger(__name__)

WRITING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
FIRST_REFUSAL = 400


@dataclass(slots=True)
class _Work:
    session: Session | None = None
    writes: bool = False
    callbacks: list[Callable[[], None]] = field(default_factory=list)


def _work() -> _Work:
    if "unit_of_work" not in g:
        g.unit_of_work = _Work()
    work: _Work = g.unit_of_work
    return work


def unit_of_work(*, write: bool | None = None) -> Session:
    """The request's session, opened on the first call.

    It may write when the method says so; `write=True` is for the rare GET that leaves a record.
    Raises RuntimeError when a session that was opened for reading is asked to write.
    """
    work = _work()
    if work.session is None:
        work.writes = request.method in WRITING if write is None else write
        work.session = extensions.database().session(write=work.writes)
    elif write and not work.writes:
        raise RuntimeError("this request's session was opened for reading")
    return work.session


def after_commit(callback: Callable[[], None]) -> None:
    """Run `callback` once the request's work is committed; not at all if it is rolled back."""
    _work().callbacks.append(callback)


def finish(*, keep: bool) -> None:
    """The end of the request's work: commit and tell, or roll back. Called in one place, below."""
    work: _Work = g.pop("unit_of_work", None) or _Work()
    if work.session is not None:
        with work.session as session:
            if keep and work.writes:
                session.commit()
    for callback in work.callbacks if keep else ():
        _tell(callback)


def _tell(callback: Callable[[], None]) -> None:
    try:
        callback()
    except Exception:  # what is committed stands; a message that fails must not say otherwise
        log.exception("a callback after the commit failed")


class UnitOfWorkFlask(Flask):
    """Flask, with the commit between the view's answer and anything that goes out."""

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view, then commit if it answered below 400.

        Here and not in `after_request`, so that a failing commit is answered like any failure.
        """
        response: Response = self.make_response(super().dispatch_request())
        finish(keep=response.status_code < FIRST_REFUSAL)
        return response


def register(app: Flask) -> None:
    """Roll back whatever a failed request left open."""

    @app.teardown_request
    def roll_back(_error: BaseException | None) -> None:
        finish(keep=False)
