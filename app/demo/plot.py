"""The plain values a demo story is made of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: the arguments of `app.demo.scenes.draw`; `taken_at` is aware, UTC."""

    kind: str
    phase: str  # before or after
    seed: str
    take: int
    close: bool
    taken_at: datetime
    fixed: bool | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One move of app.domain.workflow, with what it is handed; empty fields do not apply."""

    move: str
    at: datetime  # aware, UTC, never ahead of the story's now
    actor: str  # a login of app.demo.people; empty for the system
    text: str = ""
    reason_code: str = ""
    lead_section: str = ""  # organisation codes
    responsible_org: str = ""
    remedy: str = ""
    handled_by: str = ""
    target_date: date | None = None
    interim_measure: str = ""
    duplicate_of: str = ""  # key of another story
    description: str = ""  # of a corrected report
    photos: tuple[Shot, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """One problem from its report to where it stands; `state` is where the steps lead."""

    key: str
    category_code: str
    street_code: str
    address: str
    community: str
    description: str
    lat: float | None  # WGS-84
    lng: float | None
    accuracy_m: float | None
    no_position_reason: str
    reporter: str
    priority: str  # general or urgent
    urgent_reason: str
    source: str
    state: str
    steps: tuple[Step, ...] = field(default_factory=tuple)


def in_order(stories: Iterable[Story]) -> Iterator[tuple[Story, Step]]:
    """Every step of every story in order of time, so that numbers come out in order too."""
    steps = [
        (step.at, story.key, place, story, step)
        for story in stories
        for place, step in enumerate(story.steps)
    ]
    for _, _, _, story, step in sorted(steps, key=lambda row: row[:3]):
        yield story, step
