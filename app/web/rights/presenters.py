"""The page of rules and the form of a new one in plain values."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.refusals import Refusal
from app.domain.rights import (
    BUILT_IN,
    EVERYONE,
    HIDEABLE,
    ORG,
    ORG_TYPE,
    ORG_TYPE_LABELS,
    ROLE,
    SUBJECT_ROLES,
    Effect,
    sentence,
)
from app.domain.roles import SECTION_TYPES, OrgType
from app.services import admin_history
from app.services.problem_columns import BASE
from app.services.problems import shown
from app.services.rights import administration
from app.services.rights.administration import ROW_FIELDS, ROW_OPERATORS, ListedRule
from app.services.rights.outlook import outlook
from app.web import presenting
from app.web.rights.forms import Asked, Draft

HEADINGS = {
    Effect.ROWS: (
        "看得到哪些问题",
        "几条规则都点到同一个人时，要同时满足；自己的草稿和退回补正的上报不受限制。",
    ),
    Effect.SEE: ("看得到哪些列", "一列有了规则，就只有规则点到的人看得到；没有规则的列照旧。"),
    Effect.CHANGE: ("能改哪些列", "只会收窄：点到的人还须本来就能填写这一列。"),
    Effect.EXPORT: (
        "能不能导出",
        "有了规则，就只有规则点到的人能导出整治台账和超级表；"
        "其余的人从超级表里一次最多复制 200 行。",
    ),
}
ADD = {
    Effect.ROWS: "限定看到的问题",
    Effect.SEE: "限定谁看一列",
    Effect.CHANGE: "限定谁改一列",
    Effect.EXPORT: "限定谁导出",
}
CONTROLS = {"date_time": "date", "number": "number", "text": "text"}
SHOWN_EVENTS = 50
UNITS_OF = {
    "district": (OrgType.DISTRICT,),
    "street": (OrgType.STREET,),
    "lead_section": tuple(sorted(SECTION_TYPES)),
}


def index_page(session: Session) -> dict[str, Any]:
    """The rules from top to bottom, built-in ones first, and the history at the foot."""
    listed = administration.rules(session)
    wording = administration.Wording(session)
    events = [
        *admin_history.events(session, admin_history.RIGHTS, most=SHOWN_EVENTS),
        *admin_history.events(session, admin_history.ACCOUNTS, most=SHOWN_EVENTS),
    ]
    events.sort(key=lambda event: event.at, reverse=True)
    return {
        "groups": [_group(effect, listed, wording) for effect in Effect],
        "events": [
            {"at": presenting.moment(each.at), "who": each.actor_name, "text": each.text}
            for each in events[:SHOWN_EVENTS]
        ],
        "covered": "、".join(wording.columns[each] for each in HIDEABLE),
    }


def _group(
    effect: Effect, listed: Sequence[ListedRule], wording: administration.Wording
) -> dict[str, Any]:
    own = [each for each in listed if each.rule.effect is effect]
    in_force = [each for each in own if each.retired_at is None]
    together: dict[object, list[ListedRule]] = {}
    for each in in_force:
        key = each.id if effect is Effect.ROWS else each.rule.field_id
        together.setdefault(key, []).append(each)
    return {
        "id": effect.value,
        "heading": HEADINGS[effect][0],
        "hint": HEADINGS[effect][1],
        "add": ADD[effect],
        "add_href": url_for("rights.new", effect=effect.value),
        "built_in": [words for kind, words in BUILT_IN if kind is effect],
        "entries": [
            {
                "sentence": sentence(
                    effect, [each.subject for each in rules], wording.what(rules[0].rule)
                ),
                "readable": all(each.readable for each in rules),
                "rules": [_rule(each, several=len(rules) > 1) for each in rules],
            }
            for rules in together.values()
        ],
        "retired": [_rule(each, several=True) for each in own if each.retired_at is not None],
    }


def _rule(each: ListedRule, *, several: bool) -> dict[str, Any]:
    made = f"{each.made_by} {presenting.moment(each.made_at)} 加"
    if each.retired_at is not None:
        made += f"，{each.retired_by} {presenting.moment(each.retired_at)} 停用"
    return {
        "id": each.id,
        "sentence": each.sentence,
        "subject": each.subject if several else "",
        "note": each.note,
        "made": made,
        "confirm": f"停用后，规则不再包括{each.subject}。确定停用吗？"
        if several
        else f"停用后不再限制，照系统自带的权限。确定停用“{each.sentence}”吗？",
    }


# --- the form ---


def new_page(
    session: Session, now: datetime, draft: Draft, refusal: Refusal | None = None
) -> dict[str, Any]:
    """The form of a rule, and what the rule would do once it can be made."""
    preview = None
    if refusal is None and draft.asked and draft.is_whole:
        try:
            preview = _preview(session, now, draft)
        except Refusal as wrong:
            refusal = wrong
    effect = draft.effect
    return {
        "effects": [
            {
                "label": label,
                "href": url_for("rights.new", effect=each.value),
                "current": each is effect,
                "count": "",
            }
            for each, label in ADD.items()
        ],
        "effect": effect.value,
        "hint": HEADINGS[effect][1],
        "subjects": draft.subjects,
        "subject_groups": _subjects(session, effect),
        "columns": _columns(session, effect),
        "field_id": draft.field_id,
        "conditions": [
            _condition(session, place, each) for place, each in enumerate(draft.conditions, 1)
        ]
        if effect is Effect.ROWS
        else [],
        "note": draft.note,
        "preview": preview,
        "errors": refusal.fields or {"": refusal.sentence} if refusal else {},
    }


def _preview(session: Session, now: datetime, draft: Draft) -> dict[str, Any]:
    """The rule as a sentence and what it would do; Invalid for one that cannot be made."""
    wish = administration.checked(session, draft.wish())
    return {
        "sentence": administration.Wording(session).of(*wish.rules()),
        "outlook": outlook(session, now, wish).sentence(wish.effect),
        "fields": list(draft.pairs()),
    }


def _columns(session: Session, effect: Effect) -> list[tuple[str, str]]:
    named = effect in {Effect.SEE, Effect.CHANGE}
    return list(administration.columns(session, effect).items()) if named else []


def _subjects(session: Session, effect: Effect) -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of subjects one may choose."""
    orgs = [(f"{ORG}:{key}", name) for key, name in _units(session)]
    kinds = [(f"{ORG_TYPE}:{kind.value}", words) for kind, words in ORG_TYPE_LABELS.items()]
    groups = [
        ("角色", [(f"{ROLE}:{role.value}", role.label) for role in SUBJECT_ROLES]),
        ("单位类别", kinds),
        ("单位（含下属）", orgs),
    ]  # fmt: skip
    if effect is Effect.ROWS:
        groups.insert(0, ("全体", [(EVERYONE, "全体人员（系统管理员除外）")]))
    return groups


def _condition(session: Session, place: int, asked: Asked) -> dict[str, Any]:
    fields = [(each, BASE.field(each).caption) for each in ROW_FIELDS]
    if not asked.field:
        return {"place": place, "fields": fields, "field": "", "operators": []}
    kind = BASE.field(asked.field).kind
    offered = (kind.operator(key) for key in ROW_OPERATORS[BASE.field(asked.field).type])
    return {
        "place": place,
        "fields": fields,
        "field": asked.field,
        "caption": BASE.field(asked.field).caption,
        "operators": [(each.key, each.phrase) for each in offered if each is not None],
        "operator": asked.operator,
        "control": _control(session, asked),
        "value": asked.value,
    }


def _control(session: Session, asked: Asked) -> dict[str, Any]:
    """The control of a condition's value: its kind, and its options where there is a list."""
    field = BASE.field(asked.field)
    if not asked.needs_value:
        return {"kind": ""}
    if field.type == "single_choice":
        return {"kind": "select", "options": list(field.labels.items())}
    if field.type == "organisation":
        options = [(str(key), name) for key, name in _units(session, *UNITS_OF.get(field.id, ()))]
        return {"kind": "select", "options": options}
    if field.type == "reference":
        options = [(str(row.id), row.name) for row in shown.active_categories(session)]
        return {"kind": "select", "options": options}
    return {"kind": CONTROLS[field.type], "options": []}


def _units(session: Session, *kinds: OrgType) -> list[tuple[int, str]]:
    """Id and short name of units in use, in tree order."""
    return [(row.id, row.short_name) for row in shown.organisations(session, *kinds)]
