"""The form of a move on many problems, and how a selection travels between its pages."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.domain.workflow import Move
from app.services.problems import bulk_moves
from app.services.problems.bulk_given import FOLLOWS
from app.web import form_fields
from app.web.move_forms import CONDITIONAL, MAKERS

SELECTED, SEEN, KEY = "ids", "seen", "key"


def selected() -> list[int]:
    """The ids that were sent, one a field or several with commas; Invalid for what is no id."""
    parts = [part for sent in request.form.getlist(SELECTED) for part in sent.split(",")]
    ids = [form_fields.whole(part) for part in parts if part.strip()]
    if any(each is None for each in ids):
        raise Invalid("bulk.no_id", "所选的问题有误，请回到表格重新勾选。")
    return [each for each in ids if each is not None]


def joined(ids: Iterable[int]) -> str:
    """The ids as a hidden field keeps them."""
    return ",".join(map(str, ids))


def seen() -> dict[int, int]:
    """Problem id -> the version the form was made for; Invalid for anything else."""
    pairs = [part.split(":") for part in request.form.get(SEEN, "").split(",") if part]
    read = [[form_fields.whole(text) for text in pair] for pair in pairs]
    try:
        return {int(problem_id or ""): int(version or "") for problem_id, version in read}
    except ValueError:
        raise Invalid("bulk.no_id", "所选的问题有误，请回到表格重新勾选。") from None


def kept(versions: Mapping[int, int]) -> str:
    """The versions as a hidden field keeps them."""
    return ",".join(f"{problem_id}:{version}" for problem_id, version in versions.items())


def form_for(session: Session, move: Move) -> FlaskForm:
    """A control for each thing the move asks for; lists say what leaving them blank means."""
    needs, follows = bulk_moves.needs_of(move), FOLLOWS.get(move.id, {})
    fields: dict[str, Any] = {KEY: form_fields.key_field()}
    for need in needs:
        fields[need.field] = MAKERS[need.field](session, need, None)
    made = type("BulkMoveForm", (FlaskForm,), fields)
    form = made(formdata=request.form if SEEN in request.form else None)
    for need in needs:
        field = form[need.field]
        blank = follows.get(need.field)
        if blank and hasattr(field, "choices"):
            field.choices[0].label = blank
        wanted = not need.optional and need.key not in CONDITIONAL and not blank
        field.flags.required = wanted
    return form
