"""What a rule would change, before it is made: whom it touches, what they would no longer see."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true
from sqlalchemy.orm import Session

from app.domain.policy import scope_of
from app.domain.rights import Effect, names, resolve
from app.domain.roles import Actor, Rights
from app.domain.states import State
from app.models import Problem
from app.services.actors import active_actors
from app.services.rights.administration import Wish
from app.services.row_rules import condition_of, rules_in_force
from app.services.scope import where_visible

MOST_COUNTED = 100_000


@dataclass(frozen=True, slots=True)
class Outlook:
    """`named` accounts the rule speaks of, `touched` for which something changes.

    `problems` they would no longer see, counted up to 100,000; None where no row is lost.
    """

    named: int
    touched: int
    problems: int | None = None

    def sentence(self, effect: Effect) -> str:
        """What to know before saving."""
        if effect is Effect.ROWS:
            lost = f"{self.problems} 个" + (" 以上" if self.problems == MOST_COUNTED else "")
            return (
                f"涉及 {self.named} 个账号，其中 {self.touched} 个看到的范围会变；"
                f"他们将有 {lost}问题不再看到。"
            )
        loses = {
            Effect.SEE: "不再看到这一列",
            Effect.CHANGE: "不再能改这一列",
            Effect.EXPORT: "不再能导出",
        }[effect]
        return f"规则点名 {self.named} 个账号；{self.touched} 个账号将{loses}。"


def outlook(session: Session, now: datetime, wish: Wish) -> Outlook:
    """What a checked wish would change for the accounts in use."""
    actors = active_actors(session, now)
    rules = [*rules_in_force(session), *wish.rules()]
    named = sum(any(names(subject, actor) for subject in wish.subjects) for actor in actors)
    changes = [(actor, resolve(rules, actor)) for actor in actors]
    touched = [(actor, then) for actor, then in changes if _loses(wish, actor.rights, then)]
    if wish.effect is not Effect.ROWS:
        return Outlook(named, len(touched))
    return Outlook(named, len(touched), _lost(session, touched))


def _loses(wish: Wish, today: Rights, then: Rights) -> bool:
    if wish.effect is Effect.ROWS:
        return then.rows != today.rows
    if wish.effect is Effect.SEE:
        return wish.field_id in then.hidden - today.hidden
    if wish.effect is Effect.CHANGE:
        return wish.field_id in then.locked - today.locked
    return today.exports and not then.exports


def _lost(session: Session, touched: list[tuple[Actor, Rights]]) -> int:
    """How many problems, drafts apart, somebody of them sees today and would not see then."""
    ways = {
        (replace(scope_of(actor), user_id=None), actor.rights.rows, then.rows)
        for actor, then in touched
    }
    if not ways:
        return 0
    lost = [
        and_(where_visible(scope), *(condition_of(text) for text in today), _fails(then))
        for scope, today, then in ways
    ]
    found = select(Problem.id).where(Problem.state != State.DRAFT.value, or_(*lost))
    counted = found.limit(MOST_COUNTED).subquery()
    return session.execute(select(func.count()).select_from(counted)).scalar_one()


def _fails(rows: tuple[str, ...]) -> ColumnElement[bool]:
    """True where a row does not satisfy all; a comparison with nothing fails too."""
    satisfied = and_(true(), *(condition_of(text) for text in rows))
    return case((satisfied, 0), else_=1) == 1
