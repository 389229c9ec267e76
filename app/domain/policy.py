"""Rights: who may do what and who sees what, as named predicates that read as claims."""

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.facts import Facts
from app.domain.roles import SECTION_TYPES, Actor, OrgType, Role
from app.domain.rules import Rules
from app.domain.states import Priority, RequestStatus, State

Predicate = Callable[[Actor, Facts, Rules], bool]


# --- moves: may this actor do this to this problem ---


def may_report(actor: Actor, _facts: Facts, _rules: Rules) -> bool:
    """上报人"""
    return actor.has(Role.REPORTER)


def is_reporter(actor: Actor, facts: Facts, _rules: Rules) -> bool:
    """本问题的上报人"""
    return actor.has(Role.REPORTER) and actor.user_id == facts.reporter_id


def is_reviewer(actor: Actor, _facts: Facts, _rules: Rules) -> bool:
    """审核员"""
    return actor.has(Role.REVIEWER)


def is_reviewer_or_system(actor: Actor, facts: Facts, rules: Rules) -> bool:
    """审核员；开启“紧急申请直达领导”时由系统"""
    return is_reviewer(actor, facts, rules) or (
        rules.urgent_direct_to_leader and actor.has(Role.SYSTEM)
    )


def is_leader_of_lead_section(actor: Actor, facts: Facts, _rules: Rules) -> bool:
    """牵头科室的分管领导或其受托人"""
    return facts.lead_section_id in actor.leads and (
        actor.has(Role.LEADER) or facts.lead_section_id in actor.delegated_from
    )


def may_void_urgent(actor: Actor, facts: Facts, rules: Rules) -> bool:
    """牵头科室的分管领导（须开启“领导可作废紧急申请”）"""
    return rules.leader_may_void and is_leader_of_lead_section(actor, facts, rules)


def is_responsible(actor: Actor, facts: Facts, _rules: Rules) -> bool:
    """责任单位人员；紧急问题为直属大队人员"""
    if facts.state is State.URGENT_LISTED:
        return actor.has(Role.BRIGADE_USER, Role.BRIGADE_ADMIN)
    return actor.has(Role.UNIT_USER) and (
        actor.org_id is not None and actor.org_id == facts.responsible_org_id
    )


def is_independent_checker(actor: Actor, facts: Facts, _rules: Rules) -> bool:
    """核查员，且不是提交人"""
    return actor.has(Role.CHECKER) and actor.user_id != facts.submitted_by_id


def is_lead_section_admin(actor: Actor, facts: Facts, _rules: Rules) -> bool:
    """牵头科室管理员"""
    return actor.has(Role.LEAD_ADMIN) and (
        actor.org_id is not None and actor.org_id == facts.lead_section_id
    )


def _signs_off(actor: Actor, facts: Facts, rules: Rules) -> bool:
    if facts.priority is Priority.URGENT and not rules.urgent_sign_off_by_lead:
        return actor.has(Role.BRIGADE_ADMIN)
    return is_lead_section_admin(actor, facts, rules)


def may_refuse_sign_off(actor: Actor, facts: Facts, rules: Rules) -> bool:
    """牵头科室管理员；紧急问题为直属大队管理员"""
    return _signs_off(actor, facts, rules)


def may_sign_off(actor: Actor, facts: Facts, rules: Rules) -> bool:
    """牵头科室管理员（紧急问题为直属大队管理员），且不是提交人和核查人"""
    if rules.four_eyes and actor.user_id in {facts.submitted_by_id, facts.checked_by_id}:
        return False
    return _signs_off(actor, facts, rules)


def gave_the_verdict(actor: Actor, facts: Facts, _rules: Rules) -> bool:
    """刚作出结论的核查员、牵头科室管理员或直属大队管理员本人"""
    judges = actor.has(Role.CHECKER, Role.LEAD_ADMIN, Role.BRIGADE_ADMIN)
    verdict = facts.verdict
    return judges and verdict is not None and actor.user_id == verdict.by_id


def may_decide_deferral(actor: Actor, facts: Facts, rules: Rules) -> bool:
    """牵头科室管理员；期限较远的，科室同意后由分管领导"""
    if facts.request is not None and facts.request.status is RequestStatus.ENDORSED:
        return is_leader_of_lead_section(actor, facts, rules)
    return is_lead_section_admin(actor, facts, rules)


def is_system(actor: Actor, _facts: Facts, _rules: Rules) -> bool:
    """系统"""
    return actor.has(Role.SYSTEM)


def may_cancel_deferral(actor: Actor, facts: Facts, rules: Rules) -> bool:
    """责任单位人员或牵头科室管理员"""
    return is_responsible(actor, facts, rules) or is_lead_section_admin(actor, facts, rules)


def may_add_evidence(actor: Actor, facts: Facts, _rules: Rules) -> bool:
    """上报人；街道的上报人限本街道的问题"""
    if not actor.has(Role.REPORTER):
        return False
    own = {facts.street_id, facts.reporter_org_id, facts.responsible_org_id}
    return actor.org_type is not OrgType.STREET or actor.org_id in own


def may_supervise(actor: Actor, facts: Facts, rules: Rules) -> bool:
    """分管领导或牵头科室管理员"""
    return is_leader_of_lead_section(actor, facts, rules) or is_lead_section_admin(
        actor, facts, rules
    )


def imports_for_lead_section(actor: Actor, facts: Facts, _rules: Rules) -> bool:
    """牵头科室管理员、审核员或系统管理员，通过导入台账"""
    return may_import_for(actor, facts.lead_section_id)


def imports_anything(actor: Actor, _facts: Facts, _rules: Rules) -> bool:
    """科室管理员、审核员或系统管理员，通过导入台账；别的科室牵头的，只补空白"""
    return may_import(actor)


# --- sight: which problems exist for this actor (A27) ---


@dataclass(frozen=True, slots=True)
class Scope:
    """Which problems an actor sees; services turn it into a WHERE, nothing else does.

    `everything` leaves out only other people's drafts. `orgs` is the path of a
    district or street: problems lying in it, reported or to be solved by it.
    `section_id`: led or to be solved by this section. One's own reports always count.
    """

    user_id: int | None
    everything: bool = False
    org_id: int | None = None
    org_path: str | None = None
    section_id: int | None = None


SEES_ALL = (
    Role.REVIEWER,
    Role.CHECKER,
    Role.LEADER,
    Role.BRIGADE_USER,
    Role.BRIGADE_ADMIN,
    Role.SYSADMIN,
    Role.SYSTEM,
)


def scope_of(actor: Actor) -> Scope:
    """The scope of an actor: street own, district own and streets, section its own, bureau all."""
    whole_city = actor.org_type in {OrgType.CITY, OrgType.BUREAU}
    if actor.has(*SEES_ALL) or whole_city or actor.leads:
        return Scope(actor.user_id, everything=True)
    if actor.org_type in SECTION_TYPES:
        return Scope(actor.user_id, section_id=actor.org_id)
    return Scope(actor.user_id, org_id=actor.org_id, org_path=actor.org_path)


# --- pages and actions that are not moves ---


def may_see_results(actor: Actor) -> bool:
    """全体人员，各看各的范围"""
    return bool(actor.roles)


def may_export(actor: Actor) -> bool:
    """除只负责上报的人员外；另有导出规则的，从其规定"""
    return bool(actor.roles - {Role.REPORTER}) and actor.rights.exports


def may_see_originals(actor: Actor) -> bool:
    """核查员、审核员、牵头科室管理员和直属大队管理员"""
    return actor.has(Role.CHECKER, Role.LEAD_ADMIN, Role.BRIGADE_ADMIN, Role.REVIEWER)


def may_change_settings(actor: Actor) -> bool:
    """系统管理员"""
    return actor.has(Role.SYSADMIN)


def may_delegate(actor: Actor) -> bool:
    """分管领导"""
    return actor.has(Role.LEADER)


def may_administer_fields(actor: Actor) -> bool:
    """牵头科室管理员和系统管理员"""
    return actor.has(Role.SYSADMIN) or (
        actor.has(Role.LEAD_ADMIN) and actor.org_type in SECTION_TYPES
    )


def may_administer_fields_of(actor: Actor, section_id: int | None) -> bool:
    """A section's own fields and sheet: its admin; those of the whole city: the system admin."""
    if actor.has(Role.SYSADMIN):
        return True
    return may_administer_fields(actor) and section_id is not None and actor.org_id == section_id


def may_import(actor: Actor) -> bool:
    """科室管理员、审核员和系统管理员"""
    at_section = actor.has(Role.LEAD_ADMIN) and actor.org_type in SECTION_TYPES
    return at_section or actor.has(Role.REVIEWER, Role.SYSADMIN)


def may_import_for(actor: Actor, section_id: int | None) -> bool:
    """A section's own ledger: its admin; anyone's, or one of no section: reviewers, sysadmins."""
    if actor.has(Role.REVIEWER, Role.SYSADMIN):
        return True
    return may_import(actor) and section_id is not None and actor.org_id == section_id


def may_fill_forms(actor: Actor) -> bool:
    """科室人员和系统管理员"""
    at_work = actor.has(Role.LEAD_ADMIN, Role.UNIT_USER) and actor.org_type in SECTION_TYPES
    return at_work or actor.has(Role.SYSADMIN)


def may_edit_section_fields(actor: Actor, facts: Facts, section_id: int) -> bool:
    """A section's own columns: its staff, on problems it leads or must solve."""
    return (
        actor.has(Role.LEAD_ADMIN, Role.UNIT_USER)
        and actor.org_id == section_id
        and section_id in {facts.lead_section_id, facts.responsible_org_id}
    )


def may_edit_city_fields(actor: Actor, facts: Facts) -> bool:
    """Columns of no section: staff of a section that leads or must solve it; system admins."""
    if actor.has(Role.SYSADMIN):
        return True
    at_work = actor.org_type in SECTION_TYPES and actor.has(Role.LEAD_ADMIN, Role.UNIT_USER)
    return at_work and actor.org_id in {facts.lead_section_id, facts.responsible_org_id}
