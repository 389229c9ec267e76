"""What plentiful rows are made of: the city's ids, its days, and fields of every common type."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.demo.addresses import address
from app.demo.categories import wording
from app.demo.chance import chance
from app.domain.calendars import WorkCalendar, end_of
from app.domain.clocks import Clock, Limit, LimitUnit
from app.domain.rules import DEFAULTS
from app.models import Category, Organisation, Problem, User
from app.services.super_table.section_fields import all_fields
from app.services.world import load_calendar
from sheets.catalogue import Field
from sheets.storage import FieldSpec, add_field

YEARS_OF_DAYS = 3 * 365
ADDRESSES = 400  # a street
AHEAD = 500  # days after today that a deferral may reach
FIELDS = (
    FieldSpec(caption="现场编码", type="text"),
    FieldSpec(caption="处置备注", type="long_text"),
    FieldSpec(caption="面积", type="number", options={"decimals": 1, "unit": "平方米"}),
    FieldSpec(caption="预算", type="number", options={"decimals": 2, "unit": "元"}),
    FieldSpec(caption="点位数量", type="number", options={"decimals": 0}),
    FieldSpec(caption="计划日期", type="date"),
    FieldSpec(caption="复核时间", type="date_time"),
    FieldSpec(
        caption="路段等级",
        type="single_choice",
        options={"choices": [["a", "主干路"], ["b", "次干路"], ["c", "支路"], ["d", "背街小巷"]]},
    ),
    FieldSpec(
        caption="天气",
        type="single_choice",
        options={"choices": [["sun", "晴"], ["cloud", "多云"], ["rain", "雨"], ["snow", "雪"]]},
    ),
    FieldSpec(caption="夜间", type="tick"),
    FieldSpec(caption="巡查单位", type="organisation"),
    FieldSpec(caption="巡查人", type="person"),
)


@dataclass(frozen=True, slots=True)
class Street:
    """A street with the people on it; positions are WGS-84."""

    id: int
    code: str
    district_id: int
    district_code: str
    lat: float
    lng: float
    staff_id: int
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Kind:
    """A category and what people write about it."""

    id: int
    name: str
    major: str
    section_id: int
    admin_id: int
    observations: tuple[str, ...]
    remedies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """The days from three years ago on, as a database keeps them; `today` is an index."""

    today: int
    dates: tuple[str, ...]
    years: tuple[int, ...]
    next_work_day: tuple[int, ...]
    due: tuple[str, ...]  # of a general problem listed that day
    stage_due: tuple[str, ...]
    ends: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class World:
    """Everything a row refers to."""

    streets: tuple[Street, ...]
    kinds: tuple[Kind, ...]
    covers: tuple[Kind, ...]  # the kinds of manhole covers
    units: tuple[int, ...]
    checkers: tuple[int, ...]
    people: tuple[int, ...]
    days: Days
    fields: tuple[Field, ...]


def settle_fields(session: Session, now: datetime) -> None:
    """Add the fields that are not there yet."""
    known = {field.caption for field in city_fields(session)}
    for spec in FIELDS:
        if spec.caption not in known:
            add_field(session, Problem.__tablename__, spec, now)


def city_fields(session: Session) -> list[Field]:
    """Those of these fields that are there already."""
    wanted = {spec.caption for spec in FIELDS}
    fields = all_fields(session)
    return [field for field in fields if field.section is None and field.caption in wanted]


def world_of(session: Session, today: date) -> World:
    """Read the city."""
    orgs = {org.id: org for org in session.scalars(select(Organisation))}
    users = list(session.scalars(select(User).order_by(User.id)))
    staff = {user.org_id: user.id for user in reversed(users)}
    kinds = tuple(_kinds(session, staff))
    return World(
        streets=tuple(_streets(orgs, staff)),
        kinds=kinds,
        covers=tuple(kind for kind in kinds if "井盖" in kind.name),
        units=tuple(org.id for org in orgs.values() if org.dispatchable),
        checkers=_holders(users, "checker"),
        people=tuple(user.id for user in users),
        days=days_until(load_calendar(session), today),
        fields=tuple(city_fields(session)),
    )


def _holders(users: Sequence[User], role: str) -> tuple[int, ...]:
    return tuple(user.id for user in users if role in {held.role for held in user.roles})


def _streets(orgs: dict[int, Organisation], staff: dict[int, int]) -> list[Street]:
    return [
        Street(
            id=org.id,
            code=org.code,
            district_id=org.parent_id,
            district_code=orgs[org.parent_id].code,
            lat=org.lat,
            lng=org.lng,
            staff_id=staff[org.id],
            addresses=_addresses(org),
        )
        for org in orgs.values()
        if org.org_type == "street" and org.parent_id and org.lat and org.lng and org.id in staff
    ]


def _addresses(street: Organisation) -> tuple[str, ...]:
    luck = chance("plenty", street.code)
    made = (address(luck, street.code, street.short_name) for _ in range(ADDRESSES))
    return tuple(dict.fromkeys(made))


def _kinds(session: Session, staff: dict[int, int]) -> list[Kind]:
    words = wording()
    rows = session.scalars(select(Category).order_by(Category.id))
    return [
        Kind(
            id=row.id,
            name=row.name,
            major=row.major_name,
            section_id=row.lead_section_id,
            admin_id=staff[row.lead_section_id],
            observations=_filled(words[row.code].observations),
            remedies=_filled(words[row.code].remedies),
        )
        for row in rows
        if row.code in words and row.lead_section_id in staff
    ]


def _filled(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        pattern.format(n=n, m=n * 3, v=n * 2) for pattern in patterns for n in (1, 2, 3, 5, 8)
    )


def days_until(calendar: WorkCalendar, today: date) -> Days:
    """The days of the three years that end today, and those ahead."""
    first = today - timedelta(days=YEARS_OF_DAYS)
    every = [first + timedelta(days=n) for n in range(YEARS_OF_DAYS + AHEAD)]
    worked = [calendar.day(day).is_workday for day in every]
    following = list(range(len(every)))
    for place in reversed(range(len(every) - 1)):
        if not worked[place]:
            following[place] = following[place + 1]
    return Days(
        today=YEARS_OF_DAYS,
        dates=tuple(day.isoformat() for day in every),
        years=tuple(day.year for day in every),
        next_work_day=tuple(following),
        due=tuple(_due(calendar, day, DEFAULTS.rectify_work_days) for day in every),
        stage_due=tuple(_due(calendar, day, DEFAULTS.check_work_days) for day in every),
        ends=tuple(as_kept(end_of(day)) for day in every),
    )


def _due(calendar: WorkCalendar, day: date, amount: int) -> str:
    since = datetime.combine(day, time(4), tzinfo=UTC)
    return as_kept(Clock(Limit(amount, LimitUnit.WORK_DAY), since=since).due(calendar).at)


def as_kept(at: datetime) -> str:
    """An instant as SQLite keeps it; PostgreSQL reads the same in a session of UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S}.000000"
