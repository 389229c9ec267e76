"""Rules on rights in the hands of an administrator: added, retired, restored, and listed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict, Invalid, NotFound
from app.domain.rights import (
    EVERYONE,
    HIDEABLE,
    ORG,
    SUBJECT_ROLES,
    Effect,
    Rule,
    sentence,
    subject_label,
)
from app.domain.rights import ROLE as ROLE_SUBJECT
from app.domain.roles import Actor, OrgType
from app.models import AccessRule, Organisation, User
from app.services import admin_history
from app.services.names import Names
from app.services.problem_columns import BASE
from app.services.row_rules import is_readable, query_of, rules_in_force
from app.services.super_table import section_fields
from sheets.query import describe

MOST_CONDITIONS, LONGEST_NOTE = 3, 200
ORG_ID = re.compile(r"[1-9][0-9]{0,8}")
ROW_FIELDS = (
    "state", "priority", "source", "category_id", "major", "district", "street", "community",
    "address", "lead_section", "responsible", "reporter_org", "pooled_at", "listed_at",
    "signed_off_at", "returned_count", "reopened", "urgent_denied", "deferral_expired",
)  # fmt: skip
ROW_OPERATORS: Mapping[str, tuple[str, ...]] = {
    "single_choice": ("is", "is_not"),
    "organisation": ("is", "is_not"),
    "reference": ("is", "is_not"),
    "tick": ("yes", "no"),
    "text": ("contains", "lacks"),
    "number": ("gte", "lte"),
    "date_time": ("since", "until"),
}
"""The operators of a rule by the field's type: none that means another day each morning."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A rule to be: for several subjects it becomes one rule each."""

    effect: Effect
    subjects: tuple[str, ...]
    field_id: str = ""
    query: str = ""
    note: str = ""

    def rules(self) -> list[Rule]:
        """The rules it asks for."""
        return [Rule(self.effect, each, self.field_id, self.query) for each in self.subjects]


@dataclass(frozen=True, slots=True)
class ListedRule:
    """A rule as the page lists it; `readable` is False where its query means nothing any more."""

    id: int
    rule: Rule
    subject: str
    sentence: str
    note: str
    made_by: str
    made_at: datetime
    retired_by: str
    retired_at: datetime | None
    readable: bool


def query_text(conditions: Sequence[tuple[str, str, str]]) -> str:
    """The query of a rule on rows from (field, operator, value) triples."""
    return urlencode([(f"f.{field}.{operator}", value) for field, operator, value in conditions])


def columns(session: Session, effect: Effect) -> dict[str, str]:
    """Field id -> caption of the columns a rule of this effect may name."""
    own = {field.id: field.caption for field in section_fields.all_fields(session)}
    return HIDEABLE | own if effect is Effect.SEE else own


class Wording:
    """Rules of one page as sentences; names are asked for once."""

    def __init__(self, session: Session) -> None:
        rows = session.execute(select(Organisation.id, Organisation.short_name))
        self.orgs = {org_id: name for org_id, name in rows}
        self.columns = columns(session, Effect.SEE)
        self._names = Names(session)

    def subject(self, subject: str) -> str:
        """A subject as people read it."""
        return subject_label(subject, self.orgs)

    def what(self, rule: Rule) -> str:
        """The rows or the column a rule is about."""
        if rule.effect is Effect.ROWS:
            query = query_of(rule.query)
            return describe(BASE, query, self._names) if is_readable(rule.query) else "（读不懂）"
        return self.columns.get(rule.field_id, f"已停用的列 {rule.field_id}")

    def of(self, *rules: Rule) -> str:
        """One sentence for rules that differ in their subject alone."""
        first = rules[0]
        return sentence(first.effect, [self.subject(r.subject) for r in rules], self.what(first))


def checked(session: Session, wish: Wish) -> Wish:
    """The wish, if such rules can be made; Invalid says what is wrong with it."""
    fields: dict[str, str] = {}
    subjects = tuple(dict.fromkeys(wish.subjects))
    if not subjects:
        fields["who"] = "请选择这条规则说的是谁。"
    elif not all(_exists(session, each) for each in subjects):
        fields["who"] = "没有这样的人员范围，请从列表中重新选择。"
    elif EVERYONE in subjects and wish.effect is not Effect.ROWS:
        fields["who"] = "选“全体人员”等于没有规则，请选具体的角色或单位。"
    if wish.effect in {Effect.SEE, Effect.CHANGE}:
        if wish.field_id not in columns(session, wish.effect):
            fields["field"] = "请选择列。"
    elif wish.effect is Effect.ROWS and (wrong := _wrong_query(wish.query)):
        fields["query"] = wrong
    if len(wish.note) > LONGEST_NOTE:
        fields["note"] = f"说明请不超过 {LONGEST_NOTE} 个字。"
    if fields:
        raise Invalid("rights.wrong", " ".join(fields.values()), fields=fields)
    named = wish.effect in {Effect.SEE, Effect.CHANGE}
    query = wish.query if wish.effect is Effect.ROWS else ""
    return Wish(wish.effect, subjects, wish.field_id if named else "", query, wish.note)


def _exists(session: Session, subject: str) -> bool:
    if subject == EVERYONE:
        return True
    kind, _, value = subject.partition(":")
    if kind == ORG:
        return bool(ORG_ID.fullmatch(value) and session.get(Organisation, int(value)))
    if kind == ROLE_SUBJECT:
        return value in {role.value for role in SUBJECT_ROLES}
    return kind == "org_type" and value in set(OrgType)


def _wrong_query(text: str) -> str:
    query = query_of(text)
    if query.errors:
        return query.errors[0].sentence
    known = [
        BASE.field(each.field_id).id in ROW_FIELDS
        and each.operator in ROW_OPERATORS.get(BASE.field(each.field_id).type, ())
        for each in query.conditions
    ]
    if not known or not all(known):
        return "请至少选一个条件，列和比较方式从列表中选择。"
    if len(known) > MOST_CONDITIONS:
        return f"条件请不超过 {MOST_CONDITIONS} 个。"
    return "" if is_readable(text) else "这个条件读不懂，请重新选择。"


def add(session: Session, actor: Actor, now: datetime, wish: Wish) -> list[AccessRule]:
    """Write the rules of a wish and tell the history; Invalid or Conflict says what is wrong."""
    wish = checked(session, wish)
    known = {listed.rule for listed in rules(session) if listed.retired_at is None}
    wanted = [rule for rule in wish.rules() if rule not in known]
    if not wanted:
        raise Conflict("rights.known", "这条规则已经有了，不用再加。")
    wording, made = Wording(session), []
    for rule in wanted:
        row = AccessRule(
            effect=rule.effect.value,
            subject=rule.subject,
            field_id=rule.field_id,
            query=rule.query,
            note=wish.note.strip(),
            created_by_id=actor.user_id,
            created_at=now,
        )
        session.add(row)
        session.flush()
        made.append(row)
        _tell(session, actor, now, "add_rule", row.id, f"新增规则：{wording.of(rule)}", rule)
    return made


def retire(session: Session, actor: Actor, now: datetime, rule_id: int) -> str:
    """Let a rule no longer count; its sentence. NotFound, or Conflict for one retired before."""
    row = _row(session, rule_id)
    if row.retired_at is not None:
        raise Conflict("rights.retired", "这条规则已经停用了，请刷新查看。")
    row.retired_at, row.retired_by_id = now, actor.user_id
    return _changed(session, actor, now, row, "retire_rule", "停用规则")


def restore(session: Session, actor: Actor, now: datetime, rule_id: int) -> str:
    """Let a retired rule count again, if it still makes sense; its sentence."""
    row = _row(session, rule_id)
    if row.retired_at is None:
        raise Conflict("rights.in_force", "这条规则正在使用，不用恢复。")
    rule = _rule(row)
    checked(session, Wish(rule.effect, (rule.subject,), rule.field_id, rule.query))
    row.retired_at, row.retired_by_id = None, None
    return _changed(session, actor, now, row, "restore_rule", "恢复规则")


def rules(session: Session) -> list[ListedRule]:
    """All rules, oldest first, retired ones too."""
    wording = Wording(session)
    people = {user_id: name for user_id, name in session.execute(select(User.id, User.name))}
    return [
        ListedRule(
            id=row.id,
            rule=_rule(row),
            subject=wording.subject(row.subject),
            sentence=wording.of(_rule(row)),
            note=row.note,
            made_by=people.get(row.created_by_id or 0, "系统"),
            made_at=row.created_at,
            retired_by=people.get(row.retired_by_id or 0, ""),
            retired_at=row.retired_at,
            readable=row.effect != Effect.ROWS.value or is_readable(row.query),
        )
        for row in session.scalars(select(AccessRule).order_by(AccessRule.id))
    ]


def about_column(session: Session, field_id: str) -> dict[Effect, str]:
    """The sentences of the rules in force that say who may see or change a column."""
    named: dict[Effect, list[Rule]] = {}
    for rule in rules_in_force(session):
        if rule.field_id == field_id and rule.effect in {Effect.SEE, Effect.CHANGE}:
            named.setdefault(rule.effect, []).append(rule)
    wording = Wording(session) if named else None
    return {effect: wording.of(*found) for effect, found in named.items() if wording}


def _rule(row: AccessRule) -> Rule:
    return Rule(Effect(row.effect), row.subject, row.field_id, row.query)


def _row(session: Session, rule_id: int) -> AccessRule:
    row = session.get(AccessRule, rule_id, with_for_update=True)
    if row is None:
        raise NotFound("rights.unknown", "没有这条规则，请刷新后再试。")
    return row


def _changed(
    session: Session, actor: Actor, now: datetime, row: AccessRule, kind: str, did: str
) -> str:
    session.flush()
    rule = _rule(row)
    told = Wording(session).of(rule)
    _tell(session, actor, now, kind, row.id, f"{did}：{told}", rule)
    return told


def _tell(
    session: Session, actor: Actor, now: datetime, kind: str, rule_id: int, text: str, rule: Rule
) -> None:
    payload = {
        "effect": rule.effect.value,
        "subject": rule.subject,
        "field": rule.field_id,
        "query": rule.query,
    }
    admin_history.record(
        session, actor, now, admin_history.RIGHTS, kind, str(rule_id), text, payload
    )
