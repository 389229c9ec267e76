"""Rules a city adds to the built-in rights: each one a sentence, each only takes something away."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.domain.roles import ROLE_LABELS, Actor, OrgType, Rights, Role

EVERYONE = "everyone"
ROLE, ORG_TYPE, ORG = "role", "org_type", "org"
ORG_TYPE_LABELS: dict[OrgType, str] = {
    OrgType.CITY: "市级",
    OrgType.BUREAU: "局机关",
    OrgType.SECTION: "科室",
    OrgType.CENTRE: "中心",
    OrgType.DEPARTMENT: "部门",
    OrgType.BRIGADE: "直属大队",
    OrgType.SQUADRON: "中队",
    OrgType.DISTRICT: "区（县）",
    OrgType.STREET: "街道",
    OrgType.ZONE: "管区",
}
SUBJECT_ROLES = tuple(role for role in Role if role not in {Role.SYSTEM, Role.SYSADMIN})

HIDEABLE = {
    "reporter": "上报人",
    "submitted_by": "提交人",
    "checked_by": "核查人",
    "signed_off_by": "销号人",
    "handled_by": "整改人",
    "remedy": "解决方案",
    "urgent_reason": "紧急理由",
}
"""The fixed columns a rule may hide, because every place that shows them honours it; the work
needs the others. Fields that sections add can be hidden as well."""

PERSON_MOVES: Mapping[str, frozenset[str]] = {
    "reporter": frozenset({"save_draft", "report", "correct"}),
    "submitted_by": frozenset({"submit"}),
    "checked_by": frozenset({"pass_check", "send_back", "take_back"}),
    "signed_off_by": frozenset({"sign_off", "refuse_sign_off", "take_back"}),
}
"""Hideable people -> the moves whose event names them."""
URGENT_WORDS = frozenset({"report", "correct", "refer_to_leader"})
"""The moves whose text is the reason for urgency."""


class Effect(StrEnum):
    """What a rule is about."""

    ROWS = "rows"
    SEE = "see"
    CHANGE = "change"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the rules see it: `query` is the address' part of a rule on rows."""

    effect: Effect
    subject: str
    field_id: str = ""
    query: str = ""


def is_exempt(actor: Actor) -> bool:
    """System administrators stand outside of all rules, so that they can put one right."""
    return actor.has(Role.SYSADMIN, Role.SYSTEM)


def names(subject: str, actor: Actor) -> bool:
    """Whether a subject means this actor; a unit means the units below it too.

    Raises ValueError for a subject that cannot be read.
    """
    if subject == EVERYONE:
        return True
    kind, _, value = subject.partition(":")
    if kind == ROLE:
        return actor.has(Role(value))
    if kind == ORG_TYPE:
        return actor.org_type is OrgType(value)
    if kind == ORG and value.isascii() and value.isdigit():
        return f"/{value}/" in actor.org_path
    raise ValueError(f"{subject!r} names nobody")


def resolve(rules: Iterable[Rule], actor: Actor) -> Rights:
    """What the rules leave to an actor.

    Rules on rows all hold together for whom they name; a column or the export belongs to those
    whom any of its rules names. What cannot be read takes away rather than gives.
    """
    if is_exempt(actor):
        return Rights()
    rows: set[str] = set()
    told: dict[tuple[Effect, str], bool] = {}
    for rule in rules:
        meant = _means(rule, actor)
        if rule.effect is Effect.ROWS:
            rows |= {rule.query} if meant else set()
        else:
            key = (rule.effect, rule.field_id)
            told[key] = told.get(key, False) or meant
    shut = {key for key, open_ in told.items() if not open_}
    return Rights(
        rows=tuple(sorted(rows)),
        hidden=frozenset(field for effect, field in shut if effect is Effect.SEE),
        locked=frozenset(field for effect, field in shut if effect is Effect.CHANGE),
        exports=not any(effect is Effect.EXPORT for effect, _ in shut),
    )


def _means(rule: Rule, actor: Actor) -> bool:
    try:
        return names(rule.subject, actor)
    except ValueError:
        return rule.effect is Effect.ROWS


# --- in words ---


def subject_label(subject: str, org_names: Mapping[int, str]) -> str:
    """A subject as people read it; itself where it cannot be read."""
    kind, _, value = subject.partition(":")
    if subject == EVERYONE:
        return "全体人员"
    try:
        if kind == ROLE:
            return ROLE_LABELS[Role(value)]
        if kind == ORG_TYPE:
            return ORG_TYPE_LABELS[OrgType(value)]
        return org_names[int(value)]
    except (ValueError, KeyError):
        return f"（{subject}）"


def sentence(effect: Effect, subjects: Sequence[str], what: str = "") -> str:
    """A rule in one line: `subjects` are labels, `what` the query's sentence or the column."""
    who = "、".join(subjects)
    if effect is Effect.ROWS:
        return f"{who} 只见 {what} 的问题"
    if effect is Effect.SEE:
        return f"{what}（列） 仅 {who} 可见"
    if effect is Effect.CHANGE:
        return f"{what} 仅 {who} 可改"
    return f"仅 {who} 可导出"


BUILT_IN: tuple[tuple[Effect, str], ...] = (
    (Effect.ROWS, "街道 只见 本街道的、本街道上报的和本街道负责的问题"),
    (Effect.ROWS, "区（县） 只见 本区（县）及所属街道的问题"),
    (Effect.ROWS, "科室、部门 只见 本科室牵头、负责或协办的问题"),
    (Effect.ROWS, "局机关、审核员、核查员、分管领导、直属大队、系统管理员 可见 全部问题"),
    (Effect.ROWS, "草稿 仅 上报人本人 可见；自己上报的问题自己总能看到"),
    (Effect.SEE, "科室字段 仅 本科室和可见全部问题的人员 可见"),
    (Effect.CHANGE, "流程列（编号、状态、时限、照片等）只随办理改变，任何人不能直接改"),
    (Effect.CHANGE, "科室字段 仅 牵头或负责该问题的本科室人员 可改"),
    (Effect.CHANGE, "全市字段 仅 牵头或负责该问题的科室人员、系统管理员 可改"),
    (Effect.EXPORT, "只有“上报人”一个角色的人员 不能导出"),
)
"""What `policy` gives before any rule, in sentences."""
