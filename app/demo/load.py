"""Loads the demo city: its reference data, then every story replayed through the services."""

from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing import get_context
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.chance import chance
from app.demo.fields import PLANS, typed_value
from app.demo.people import STAFF_OF
from app.demo.plot import Shot, Step, Story, in_order
from app.demo.reference import load_reference
from app.demo.scenes import draw
from app.demo.stories import stories
from app.domain.facts import Given
from app.domain.roles import SYSTEM, Actor
from app.domain.states import Phase, Priority
from app.models import Category, Organisation, Problem
from app.services.actors import actor_of
from app.services.evidence import intake, photos
from app.services.evidence.photos import Received
from app.services.evidence.room import PhotoRoom
from app.services.forms import section_values
from app.services.problems import reports
from app.services.problems.reports import Report
from app.services.super_table import section_fields
from app.services.super_table.sheet_columns import can_be_typed
from app.services.workflow.moves import perform
from app.services.world import load_calendar

if TYPE_CHECKING:
    from app.config import Settings
    from app.db import Database

PROCESSES = 2
BATCH = 50  # pictures between two words of progress
REPORTING = frozenset({"save_draft", "report", "correct"})
NEAR = 0.00012  # degrees, some 12 m: how far from the first an after photo is taken


@dataclass(slots=True)
class Stage:
    """What a replay needs at hand: ids by the names the stories use."""

    session: Session
    room: PhotoRoom
    pictures: dict[Shot, Received]
    users: dict[str, int]
    orgs: dict[str, int]
    categories: dict[str, int]
    problems: dict[str, int] = field(default_factory=dict)
    actors: dict[str, Actor] = field(default_factory=dict)

    def actor(self, login: str, at: datetime) -> Actor:
        """The actor of a login; the system for none."""
        if not login:
            return SYSTEM
        if login not in self.actors:
            actor = actor_of(self.session, self.users[login], at)
            if actor is None:
                raise LookupError(login)
            self.actors[login] = actor
        return self.actors[login]


def load(
    database: "Database",
    settings: "Settings",
    now: datetime,
    say: Callable[[str], object],
    room: PhotoRoom | None = None,
) -> None:
    """Settle the city and replay its stories, all in one transaction.

    Pictures go into the store first; broken off halfway, the next start begins anew.
    """
    if room is None:
        from app.extensions import open_photo_room

        room = open_photo_room(settings)
    with database.writing() as session:
        users = load_reference(session, now)
        calendar = load_calendar(session)
        told = stories(now, lambda day: calendar.day(day).is_workday)
        pictures = draw_all(
            room, [shot for story in told for s in story.steps for shot in s.photos], say
        )
        stage = Stage(
            session,
            room,
            pictures,
            users,
            orgs=_ids(session, Organisation),
            categories=_ids(session, Category),
        )
        for story, step in in_order(told):
            play(stage, story, step)
        fill_section_fields(stage, now)
        say(f"已载入 {len(told)} 个示例问题、{len(pictures)} 张照片。")


def _ids(session: Session, model: type[Organisation] | type[Category]) -> dict[str, int]:
    return {code: key for code, key in session.execute(select(model.code, model.id))}


def draw_all(
    room: PhotoRoom, shots: list[Shot], say: Callable[[str], object]
) -> dict[Shot, Received]:
    """Draw every picture, in two processes, and take each into the store as an upload."""
    taken: dict[Shot, Received] = {}
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        for place, (shot, data) in enumerate(
            zip(shots, pool.map(_drawn, shots, chunksize=4), strict=True)
        ):
            if place % BATCH == 0:
                say(f"正在绘制示例照片 {place}/{len(shots)}")
            taken[shot] = room.take_in(data)
    return taken


def _drawn(shot: Shot) -> bytes:
    return draw(
        shot.kind,
        shot.phase,
        shot.seed,
        take=shot.take,
        close=shot.close,
        fixed=shot.fixed,
        taken_at=shot.taken_at,
    )


def play(stage: Stage, story: Story, step: Step) -> None:
    """One step of one story, by whoever takes it, at its own time."""
    actor = stage.actor(step.actor, step.at)
    photo_ids = [_photo(stage, story, actor, shot) for shot in step.photos]
    if step.move in REPORTING:
        stage.problems[story.key] = _report(stage, story, step, actor, photo_ids)
        return
    perform(
        stage.session,
        actor,
        step.at,
        stage.problems[story.key],
        step.move,
        _given(stage, story, step),
        photo_ids=photo_ids,
    )


def _photo(stage: Stage, story: Story, actor: Actor, shot: Shot) -> str:
    rng = chance("place", shot.seed, shot.take)
    lat = story.lat + rng.uniform(-NEAR, NEAR) if story.lat is not None else None
    lng = story.lng + rng.uniform(-NEAR, NEAR) if story.lng is not None else None
    where = photos.Shot(
        Phase(shot.phase),
        lat=lat,
        lng=lng,
        accuracy_m=story.accuracy_m,
        coord_source="browser" if lat is not None else "",
        no_position_reason=story.no_position_reason,
        address=story.address,
        device_at=shot.taken_at,
    )
    received_at = shot.taken_at + timedelta(seconds=rng.randint(4, 40))
    received = stage.pictures[shot]
    photo = intake.keep(stage.session, actor, received_at, stage.room, received, where)
    return photo.id


def _report(stage: Stage, story: Story, step: Step, actor: Actor, photo_ids: Iterable[str]) -> int:
    report = Report(
        category_id=stage.categories[story.category_code],
        description=step.description or story.description,
        street_id=stage.orgs[story.street_code],
        address=story.address,
        community=story.community,
        lat=story.lat,
        lng=story.lng,
        accuracy_m=story.accuracy_m,
        coord_source="browser" if story.lat is not None else "",
        no_position_reason=story.no_position_reason,
        priority=Priority(story.priority),
        urgent_reason=story.urgent_reason,
        source=story.source,
    )
    draft_id, ids = stage.problems.get(story.key), list(photo_ids)
    if step.move == "save_draft":
        return reports.save_draft(stage.session, actor, step.at, report, photo_ids=ids)
    return reports.submit_report(
        stage.session, actor, step.at, report, photo_ids=ids, draft_id=draft_id
    ).problem_id


def _given(stage: Stage, story: Story, step: Step) -> Given:
    routed = bool(step.lead_section)
    return Given(
        text=step.text,
        reason_code=step.reason_code,
        category_id=stage.categories[story.category_code] if routed else None,
        lead_section_id=stage.orgs.get(step.lead_section),
        responsible_org_id=stage.orgs.get(step.responsible_org),
        remedy=step.remedy,
        handled_by=step.handled_by,
        target_date=step.target_date,
        interim_measure=step.interim_measure,
        duplicate_of_id=stage.problems.get(step.duplicate_of),
    )


def fill_section_fields(stage: Stage, now: datetime) -> None:
    """Every second problem that has been sent out has its lead section's columns filled in."""
    session = stage.session
    for code in (plan.code for plan in PLANS if plan.code):
        own = section_fields.fields_of_section(session, code)
        fields = [each for each in own if can_be_typed(each)]
        sent_out = session.scalars(
            select(Problem)
            .where(Problem.lead_section_id == stage.orgs[code], Problem.listed_at.is_not(None))
            .order_by(Problem.id)
        ).all()
        for problem in sent_out[::2]:
            rng, done = chance("fields", problem.id), problem.signed_off_at or now
            section_values.save(
                session,
                stage.actor(STAFF_OF[code], now),
                done,
                problem.id,
                stage.orgs[code],
                {each.id: typed_value(each, rng, done) for each in fields},
            )
