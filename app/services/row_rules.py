"""The rules in force, and what they ask of a row."""

from functools import lru_cache
from urllib.parse import parse_qsl

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import False_

from app.domain.rights import Effect, Rule
from app.domain.roles import Rights
from app.domain.states import State
from app.models import AccessRule, Problem
from app.services.problem_columns import BASE
from sheets.query import Query, conditions_of, parse_query

OWN_OPEN = (State.DRAFT.value, State.NEEDS_CORRECTION.value)


def rules_in_force(session: Session) -> list[Rule]:
    """Every rule that is not retired, oldest first: one small query."""
    rows = session.execute(
        select(AccessRule.effect, AccessRule.subject, AccessRule.field_id, AccessRule.query)
        .where(AccessRule.retired_at.is_(None))
        .order_by(AccessRule.id)
    )
    return [Rule(Effect(effect), subject, field, query) for effect, subject, field, query in rows]


def query_of(text: str) -> Query:
    """A rule's query over the fixed columns; see `Query.errors`."""
    return parse_query(BASE, parse_qsl(text, keep_blank_values=True))


@lru_cache(maxsize=256)
def condition_of(text: str) -> ColumnElement[bool]:
    """What a rule's query asks of a row; nothing satisfies one that cannot be read any more."""
    try:
        query = query_of(text).check()
        conditions = conditions_of(BASE, query)
    except (ValueError, LookupError):
        return false()
    return and_(*conditions) if conditions else false()


def is_readable(text: str) -> bool:
    """Whether a rule's query still means something."""
    return not isinstance(condition_of(text), False_)


def row_conditions(rights: Rights, user_id: int | None) -> list[ColumnElement[bool]]:
    """What the rules on rows ask of a problem for this person to see it; nothing without rules.

    One's own drafts and reports sent back for correction are always there to be worked on.
    """
    if not rights.rows:
        return []
    narrowed = and_(*(condition_of(text) for text in rights.rows))
    own = and_(Problem.reporter_id == user_id, Problem.state.in_(OWN_OPEN))
    return [or_(own, narrowed)]
