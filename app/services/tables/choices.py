"""What may be picked for a cell that names a person, an organisation or a kind."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from app.domain.policy import scope_of
from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.models import Category, Organisation, User
from sheets.text import one_line

MOST = 30
LONGEST = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """One to pick: its id, its name, and what tells two of one name apart."""

    id: int
    name: str
    note: str


def choices(
    session: Session, actor: Actor, kind: str, words: str, most: int = MOST
) -> list[Choice]:
    """At most 30 (`most`), in their usual order; Invalid for a kind that nobody keeps."""
    makers = {"person": _people, "organisation": _organisations, "category": _categories}
    if kind not in makers:
        raise Invalid("choices.unknown", "没有这样的名单，请刷新页面后再试。")
    wanted = makers[kind](actor, one_line(words)[:LONGEST])
    return [Choice(*row) for row in session.execute(wanted.limit(most))]


def _people(actor: Actor, words: str) -> Select[int, str, str]:
    """Those who work here now: of the whole city for whoever sees it, else of one's own unit."""
    wanted = (
        select(User.id, User.name, Organisation.short_name)
        .join(Organisation, Organisation.id == User.org_id)
        .where(User.is_active)
        .order_by(Organisation.position, Organisation.id, User.id)
    )
    if not scope_of(actor).everything:
        wanted = wanted.where(Organisation.path.startswith(actor.org_path, autoescape=True))
    named = or_(_has(User.name, words), _has(Organisation.short_name, words))
    return wanted.where(named) if words else wanted


def _organisations(_actor: Actor, words: str) -> Select[int, str, str]:
    wanted = (
        select(Organisation.id, Organisation.short_name, Organisation.name)
        .where(Organisation.is_active)
        .order_by(Organisation.position, Organisation.id)
    )
    named = or_(_has(Organisation.short_name, words), _has(Organisation.name, words))
    return wanted.where(named) if words else wanted


def _categories(_actor: Actor, words: str) -> Select[int, str, str]:
    wanted = (
        select(Category.id, Category.name, Category.major_name)
        .where(Category.is_active)
        .order_by(Category.position, Category.id)
    )
    return wanted.where(_has(Category.name, words)) if words else wanted


def _has(column: Any, words: str) -> Any:
    return column.icontains(words, autoescape=True)
