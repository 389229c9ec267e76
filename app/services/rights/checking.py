"""为什么他看得到、看不到: one account and one problem, answered with the sentences that decide."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.domain.policy import may_export, scope_of
from app.domain.refusals import Invalid
from app.domain.rights import Effect, Rule, is_exempt, names
from app.domain.roles import Actor
from app.domain.states import State
from app.models import Problem, User
from app.services.actors import actor_of
from app.services.rights.administration import Wording
from app.services.row_rules import condition_of, rules_in_force
from app.services.scope import reach_of, visible_to

LONGEST_ID = 9


@dataclass(frozen=True, slots=True)
class Reason:
    """One sentence, and whether it speaks for seeing."""

    holds: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether this person sees the problem and why; the columns he does not see or change."""

    actor: Actor
    number: str
    sees: bool
    reasons: tuple[Reason, ...]
    hidden: tuple[str, ...]
    locked: tuple[str, ...]
    exports: bool


def explain(session: Session, now: datetime, login: str, name: str) -> Answer:
    """The answer for an account by login and a problem by number or 内部号.

    Raises Invalid with a sentence where one of them is not there.
    """
    actor = _actor(session, login, now)
    problem = _problem(session, name)
    sees = _holds(session, problem, visible_to(actor))
    wording = Wording(session)
    reasons = [_built_in(session, actor, problem)]
    rules = [] if is_exempt(actor) else rules_in_force(session)
    reasons += [
        _ruled(_holds(session, problem, condition_of(rule.query)), wording.of(rule))
        for rule in rules
        if rule.effect is Effect.ROWS and _means(rule, actor)
    ]
    if sees and not all(reason.holds for reason in reasons):
        reasons.append(Reason(True, "自己的草稿和退回补正的上报，规则不限制"))
    return Answer(
        actor=actor,
        number=problem.number or f"内部号 {problem.id}",
        sees=sees,
        reasons=tuple(reasons),
        hidden=tuple(_told(wording, rules, Effect.SEE, actor.rights.hidden)),
        locked=tuple(_told(wording, rules, Effect.CHANGE, actor.rights.locked)),
        exports=may_export(actor),
    )


def _actor(session: Session, login: str, now: datetime) -> Actor:
    user_id = session.scalar(select(User.id).where(User.login == login.strip().lower()))
    actor = actor_of(session, user_id, now) if user_id is not None else None
    if actor is None:
        sentence = "没有这个在用的账号，请核对账号名。"
        raise Invalid("check.user", sentence, fields={"user": sentence})
    return actor


def _problem(session: Session, name: str) -> Problem:
    name = name.strip()
    wanted = Problem.number == name.upper()
    if name.isascii() and name.isdecimal() and len(name) <= LONGEST_ID:
        wanted = or_(wanted, Problem.id == int(name))
    problem = session.scalar(select(Problem).where(wanted).limit(1))
    if problem is None:
        sentence = "没有这个编号的问题，请核对编号。"
        raise Invalid("check.problem", sentence, fields={"problem": sentence})
    return problem


def _holds(session: Session, problem: Problem, condition: ColumnElement[bool]) -> bool:
    found = session.scalar(select(Problem.id).where(Problem.id == problem.id, condition))
    return found is not None


def _ruled(holds: bool, words: str) -> Reason:
    return Reason(holds, f"{'符合' if holds else '不符合'}规则：{words}")


def _built_in(session: Session, actor: Actor, problem: Problem) -> Reason:
    """What the built-in rights say, in the order they are asked."""
    scope = scope_of(actor)
    if problem.reporter_id is not None and problem.reporter_id == actor.user_id:
        return Reason(True, "这是他自己上报的问题")
    if problem.state == State.DRAFT.value:
        return Reason(False, "这是别人的草稿，只有上报人本人可见")
    if scope.everything:
        return Reason(True, "他的角色或单位可见全部问题")
    reach = reach_of(scope)
    for words, condition in reach:
        if _holds(session, problem, condition):
            return Reason(True, words)
    missed = "、".join(words for words, _ in reach) or "自己上报的"
    return Reason(False, f"不在他的范围内（{missed}），也不是他上报的")


def _means(rule: Rule, actor: Actor) -> bool:
    try:
        return names(rule.subject, actor)
    except ValueError:
        return True


def _told(wording: Wording, rules: list[Rule], effect: Effect, fields: frozenset[str]) -> list[str]:
    """The rules of these columns, each column once."""
    told = []
    for field_id in sorted(fields):
        own = [rule for rule in rules if rule.effect is effect and rule.field_id == field_id]
        told.append(wording.of(*own))
    return told
