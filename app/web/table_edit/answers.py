"""What a grid hears: each cell that changed, conflicted or was refused, and one sentence."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import jsonify
from flask.wrappers import Response

from app.domain.refusals import Refusal
from app.models import EditBatch
from app.services.cells.batches import ORIGINS
from app.services.cells.undo import Stacks
from app.services.cells.weighing import EditOutcome

View = Callable[..., Response]


def as_json(view: View) -> View:
    """Answer a refusal as JSON, for a view that a script asks."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        try:
            return view(*args, **kwargs)
        except Refusal as refusal:
            return _answer(
                refusal.status,
                {
                    "code": refusal.code,
                    "sentence": refusal.sentence,
                    "changed": [],
                    "conflicts": [],
                    "refused": [],
                },
            )

    return answered


def outcome(of: EditOutcome, *, preview: bool = False) -> Response:
    """200 when it was written or only asked for; 409 for conflicts, 422 for what does not fit."""
    if preview or of.written:
        status = HTTPStatus.OK
    else:
        status = HTTPStatus.CONFLICT if of.conflicts else HTTPStatus.UNPROCESSABLE_ENTITY
    return _answer(status, {**body(of), "preview": preview})


def body(of: EditOutcome) -> dict[str, Any]:
    """The outcome in plain values."""
    return {
        "batch": of.batch_id,
        "written": of.written,
        "repeated": of.repeated,
        "sentence": of.sentence,
        "changed": [
            {
                "row": each.problem_id,
                "field": each.field_id,
                "shown": each.shown,
                "version": of.versions.get(each.problem_id),
            }
            for each in of.changed
        ],
        "conflicts": [
            {
                "row": each.problem_id,
                "field": each.field_id,
                "now": each.now,
                "yours": each.yours,
                "who": each.who,
                "sentence": each.sentence,
            }
            for each in of.conflicts
        ],
        "refused": [
            {
                "row": each.problem_id,
                "field": each.field_id,
                "value": each.value,
                "code": each.code,
                "sentence": each.sentence,
            }
            for each in of.refused
        ],
    }


def stacks(of: Stacks) -> Response:
    """What can be taken back and done again, newest first."""
    return _answer(
        HTTPStatus.OK,
        {"undo": [_batch(each) for each in of.undo], "redo": [_batch(each) for each in of.redo]},
    )


def files(items: list[dict[str, Any]]) -> Response:
    """What lies in a cell."""
    return _answer(HTTPStatus.OK, {"files": items})


def _batch(of: EditBatch) -> dict[str, Any]:
    label = f"{ORIGINS.get(of.origin, of.origin)} {of.cells} 格"
    return {"batch": of.id, "label": label, "at": of.at.isoformat(), "cells": of.cells}


def _answer(status: int, content: dict[str, Any]) -> Response:
    answer = jsonify(content)
    answer.status_code = status
    return answer
