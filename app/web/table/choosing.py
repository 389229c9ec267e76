"""Names to pick from while a cell is written."""

from flask import Response, jsonify
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.services.tables import choices


def answer(session: Session, actor: Actor, kind: str, words: str) -> Response:
    """The names that fit, each with its id and what tells it from another."""
    found = choices.choices(session, actor, kind, words)
    return jsonify(options=[[each.id, each.name, each.note] for each in found])
