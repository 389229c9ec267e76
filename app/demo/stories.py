"""About 300 problems of the demo city, told from their report to where they stand now."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.demo import phrases
from app.demo.addresses import address, community
from app.demo.categories import BY_CODE, CATEGORIES
from app.demo.chance import chance
from app.demo.daybook import LOCAL, Daybook, monday_to_friday
from app.demo.organisations import BY_CODE as ORGS
from app.demo.organisations import STREETS, Organisation
from app.demo.paths import Path
from app.demo.people import BY_LOGIN, STAFF_OF
from app.demo.plans import CASTS, DEFERRABLE, Cast
from app.demo.plot import Story

_METRES_PER_DEGREE = 111_320.0
_SPREAD, _BESIDE = 600.0, 15.0  # metres
_WINTER = frozenset({11, 12, 1, 2, 3})
_ICE = "E0507"
_TRIES = 12
_DUPLICATES_POOLED, _DUPLICATES_VOID = 5, 4
_RECENT = timedelta(days=12)
_SOURCES = ("street_survey",) * 7 + ("grid_patrol", "hotline_transfer", "digital_platform")
# Whose crews do the work where it is not the street's own: lead section -> department.
_CREWS = {
    "2104-ZJ-03": "2104-CGZX-02",
    "2104-ZJ-04": "2104-CGZX-03",
    "2104-ZJ-05": "2104-CGZX-04",
}


@dataclass(frozen=True, slots=True)
class _Setting:
    """What a story is about, before anybody does anything."""

    category_code: str
    street: Organisation
    beside: Story | None = None


def stories(
    now: datetime, is_workday: Callable[[date], bool] = monday_to_friday
) -> tuple[Story, ...]:
    """All stories up to `now` (aware); the same now gives the same stories.

    `is_workday` is the city's calendar. Nothing happens after `now`.
    """
    book = Daybook(now, is_workday)
    told: list[Story] = []
    for cast in CASTS:
        for place in range(cast.count):
            told.append(_tell(book, cast, place, len(told)))
    told.extend(_duplicates(book, told))
    return tuple(told)


def _tell(book: Daybook, cast: Cast, place: int, serial: int) -> Story:
    rng = chance("story", serial)
    streets = [*STREETS, *(s for s in STREETS if BY_LOGIN[STAFF_OF[s.code]].featured)]
    setting = _Setting(_category(rng, book, cast, serial), rng.choice(streets))
    return _write(book, cast, place, f"S{serial + 1:03d}", setting)


def _category(rng: random.Random, book: Daybook, cast: Cast, serial: int) -> str:
    if cast.pool == "urgent":
        return rng.choice([c.code for c in CATEGORIES if c.urgent_default])
    if cast.pool == "deferrable":
        return rng.choice(sorted(DEFERRABLE))
    pool = [c for c in CATEGORIES if not c.urgent_default and c.code != _ICE]
    if serial < len(pool):
        return pool[serial * 7 % len(pool)].code  # every kind once, in no order one could see
    if cast.state in {"listed", "pooled"} and book.today.month in _WINTER:
        pool.append(BY_CODE[_ICE])
    return rng.choice(
        [*pool, *(c for c in pool if c.everyday), *(c for c in pool if c.everyday)]
    ).code


def _write(book: Daybook, cast: Cast, place: int, key: str, setting: _Setting) -> Story:
    for earlier in range(_TRIES):
        rng = chance("path", key)
        path = Path(
            rng, book, key, setting.category_code, STAFF_OF[setting.street.code],
            _responsible(chance("unit", key), setting),
        )  # fmt: skip
        cast.plan(path, earlier, place)
        if path.steps[-1].at < book.now:
            return _story(path, cast, setting)
    raise ValueError(f"{key}: no room before {book.now}")


def _responsible(rng: random.Random, setting: _Setting) -> str:
    crew = _CREWS.get(BY_CODE[setting.category_code].lead_section)
    draw = rng.random()
    if crew is not None and draw < 0.3:  # noqa: PLR2004 share of crews
        return crew
    if draw > 0.88:  # noqa: PLR2004 share of districts
        return setting.street.parent_code or setting.street.code
    return setting.street.code


def _story(path: Path, cast: Cast, setting: _Setting) -> Story:
    rng = chance("about", path.key)
    first = path.steps[0]
    lat, lng = _position(rng, setting)
    beside = setting.beside
    lost = beside is None and rng.random() < 0.04  # noqa: PLR2004 share without a position
    street = setting.street
    return Story(
        key=path.key,
        category_code=path.category_code,
        street_code=street.code,
        address=beside.address if beside else address(rng, street.code, street.short_name),
        community=beside.community if beside else community(rng, street.code),
        description=phrases.report_text(rng, path.category_code),
        lat=None if lost else lat,
        lng=None if lost else lng,
        accuracy_m=None if lost else round(rng.uniform(4, 38), 1),
        no_position_reason=rng.choice(phrases.NO_POSITION) if lost else "",
        reporter=path.reporter,
        priority="urgent" if first.text else "general",
        urgent_reason=first.text,
        source=rng.choice(_SOURCES),
        state=cast.state,
        steps=tuple(path.steps),
    )


def _position(rng: random.Random, setting: _Setting) -> tuple[float, float]:
    beside, street = setting.beside, setting.street
    lat, lng, spread = street.lat or 0.0, street.lng or 0.0, _SPREAD
    if beside is not None and beside.lat is not None and beside.lng is not None:
        lat, lng, spread = beside.lat, beside.lng, _BESIDE
    reach, turn = spread * math.sqrt(rng.random()), rng.uniform(0, math.tau)
    return (
        round(lat + reach * math.cos(turn) / _METRES_PER_DEGREE, 7),
        round(lng + reach * math.sin(turn) / (_METRES_PER_DEGREE * math.cos(math.radians(lat))), 7),
    )


def _duplicates(book: Daybook, told: list[Story]) -> list[Story]:
    """Second reports of problems on a list: some still to be found out, some struck off."""
    originals = [
        story
        for story in told
        if story.state == "listed"
        and story.lat is not None
        and book.now - story.steps[0].at < _RECENT
        and _sent_out(story) < book.latest()
    ]
    rng = chance("duplicates", len(originals))
    picked = rng.sample(originals, min(len(originals), _DUPLICATES_POOLED + _DUPLICATES_VOID))
    twins = []
    for place, story in enumerate(picked):
        setting = _Setting(story.category_code, ORGS[story.street_code], story)
        state = "pooled" if place < _DUPLICATES_POOLED else "void"
        cast = Cast(state, 1, _again if state == "pooled" else _struck_off(story.key))
        twins.append(_write(book, cast, place, f"D{place + 1:03d}", setting))
    return twins


def _sent_out(story: Story) -> date:
    """The day on which it got its number."""
    step = next(s for s in story.steps if s.move in {"dispatch", "lower_to_general"})
    return step.at.astimezone(LOCAL).date()


def _again(path: Path, earlier: int, _place: int) -> None:
    path.report(path.book.back(path.book.latest(30), earlier))


def _struck_off(original: str) -> Callable[[Path, int, int], None]:
    def plan(path: Path, earlier: int, _place: int) -> None:
        path.report(path.book.back(path.book.latest(), earlier))
        path.void(path.day, "duplicate", original)

    return plan
