"""Walks a demo story through the table of moves, as the services do, without a database."""

from dataclasses import fields, replace
from datetime import datetime

from app.demo import people
from app.demo.organisations import BY_CODE
from app.demo.plot import Step, Story
from app.domain.calendars import WorkCalendar
from app.domain.facts import Facts, Given, RequestFacts
from app.domain.guards import Circumstances
from app.domain.roles import SYSTEM, Actor, OrgType, Role
from app.domain.rules import Rules
from app.domain.states import Priority, RequestStatus, State
from app.domain.workflow import Change, apply, find

ORG_IDS = {code: number for number, code in enumerate(BY_CODE, start=1)}
USER_IDS = {login: number for number, login in enumerate(people.BY_LOGIN, start=1)}
_FACTS = {field.name for field in fields(Facts)}


def actor_of(login: str) -> Actor:
    """The account as the rules see it."""
    if not login:
        return SYSTEM
    person = people.BY_LOGIN[login]
    org = BY_CODE[person.org_code]
    return Actor(
        user_id=USER_IDS[login],
        name=person.name,
        org_id=ORG_IDS[org.code],
        org_name=org.name,
        org_type=OrgType(org.org_type),
        org_path="/",
        roles=frozenset(Role(role) for role in person.roles),
        leads=frozenset(ORG_IDS[code] for code in person.leads),
    )


def given_of(story: Story, step: Step, facts: Facts) -> Given:
    """What the step hands in."""
    reporting = step.move in {"report", "correct", "save_draft"}
    text = story.urgent_reason if reporting else step.text
    return Given(
        text=text,
        reason_code=step.reason_code,
        description=(step.description or story.description) if reporting else "",
        category_id=1,
        street_id=ORG_IDS[story.street_code],
        lead_section_id=ORG_IDS.get(step.lead_section),
        responsible_org_id=ORG_IDS.get(step.responsible_org),
        priority=Priority(story.priority) if reporting else None,
        position=None if story.lat is None else (story.lat, story.lng),
        no_position_reason=story.no_position_reason,
        photos=len(step.photos),
        remedy=step.remedy,
        handled_by=step.handled_by,
        target_date=step.target_date,
        interim_measure=step.interim_measure,
        duplicate_of_id=99 if step.duplicate_of else None,
    )


def replay(story: Story, upto: datetime | None = None) -> Facts:
    """The facts after all steps; raises the Refusal of the first that is not allowed."""
    reporter = actor_of(story.reporter)
    facts = Facts(
        id=1, version=0, state=State.DRAFT, priority=Priority(story.priority),
        reporter_id=reporter.user_id, reporter_org_id=reporter.org_id,
    )  # fmt: skip
    for step in story.steps:
        if upto is not None and step.at > upto:
            break
        at = Circumstances(step.at, WorkCalendar(), Rules())
        given = given_of(story, step, facts)
        new = step.move == "save_draft"
        change = apply(find(step.move), facts, actor_of(step.actor), given, at, new=new)
        facts = _after(facts, change, given)
    return facts


def _after(facts: Facts, change: Change, given: Given) -> Facts:
    effect = change.effect
    named = {key: value for key, value in effect.values.items() if key in _FACTS}
    facts = replace(facts, state=change.to_state, version=facts.version + 1, **named)
    if change.needs_number:
        facts = replace(facts, number="1")
    if not effect.keeps_clock:
        facts = replace(facts, clock=effect.clock, due=effect.due)
    if effect.new_request is not None:
        request = RequestFacts(1, effect.new_request, RequestStatus.OPEN, None, given.target_date)
        return replace(facts, request=request)
    if effect.request_status is RequestStatus.ENDORSED and facts.request is not None:
        return replace(facts, request=replace(facts.request, status=RequestStatus.ENDORSED))
    if effect.request_status is not None:
        return replace(facts, request=None)
    return facts
