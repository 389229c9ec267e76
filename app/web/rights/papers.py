"""The sheet of who may what, and the answer to why, in plain values."""

from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy.orm import Session

from app.domain.rights import BUILT_IN, Effect, sentence
from app.domain.roles import OrgType, Role
from app.door import access
from app.services.rights import administration, paper
from app.services.rights.checking import Answer
from app.services.world import load_rules
from app.web import presenting
from app.web.navigation import ITEMS, Item


def sheet_page(session: Session, now: datetime) -> dict[str, Any]:
    """Roles by pages and moves, the rules as sentences, each section's fields."""
    return {
        "printed": presenting.moment(now),
        "roles": [role.label for role in paper.ROLES],
        "pages": [(item.label, _open_to(item)) for item in ITEMS],
        "moves": [
            {"label": move.label, "id": move.id, "who": move.who.__doc__, "marks": marks}
            for move, marks in paper.moves_by_role(load_rules(session))
        ],
        "sentences": _sentences(session),
        "fields": paper.fields_by_section(session),
    }


def _open_to(item: Item) -> tuple[bool, ...]:
    """A mark a role: whether the page's own policy and the menu let it in, in any unit."""
    gate = access.gate_of(current_app, item.endpoint)
    return tuple(gate is not None and _passes(item, gate, role) for role in paper.ROLES)


def _passes(item: Item, gate: access.Gate, role: Role) -> bool:
    people = [paper.person(role, kind) for kind in OrgType]
    return any(item.gate(each) and gate(each) for each in people)


def _sentences(session: Session) -> list[tuple[str, list[str]]]:
    """Per effect the built-in sentences and the city's own that are in force."""
    titles = {
        Effect.ROWS: "看得到哪些问题",
        Effect.SEE: "看得到哪些列",
        Effect.CHANGE: "能改哪些列",
        Effect.EXPORT: "导出",
    }
    found = {effect: [words for kind, words in BUILT_IN if kind is effect] for effect in Effect}
    wording = administration.Wording(session)
    together: dict[object, list[administration.ListedRule]] = {}
    for each in administration.rules(session):
        if each.retired_at is None:
            key = each.id if each.rule.effect is Effect.ROWS else each.rule.field_id
            together.setdefault((each.rule.effect, key), []).append(each)
    for rules in together.values():
        first = rules[0].rule
        words = sentence(first.effect, [each.subject for each in rules], wording.what(first))
        found[first.effect].append(words)
    return [(titles[effect], told) for effect, told in found.items()]


def check_page(
    user: str, problem: str, answer: Answer | None, errors: dict[str, str]
) -> dict[str, Any]:
    """The form and the answer."""
    page: dict[str, Any] = {"user": user, "problem": problem, "errors": errors, "answer": None}
    if answer is None:
        return page
    who = f"{answer.actor.org_name} {answer.actor.name}"
    sees = "看得到" if answer.sees else "看不到"
    return page | {
        "answer": answer,
        "verdict": f"{who} {sees} {answer.number}",
        "user_id": answer.actor.user_id,
        "may_lend": not answer.actor.has(Role.SYSADMIN),
        "export": "可以导出" if answer.exports else "不能导出",
    }
