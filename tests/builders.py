"""Plain builders: a small city, its people, and problems in any state, made by moves."""

from __future__ import annotations

import hashlib
import itertools
import secrets
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

import chinese_calendar
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL
from app.domain.facts import Given
from app.domain.roles import SYSTEM, Actor
from app.domain.states import Phase, Priority, State
from app.models import (
    Category,
    Leadership,
    Organisation,
    Photo,
    Problem,
    User,
    UserRole,
    WorkCalendarDay,
)
from app.services.actors import actor_of
from app.services.evidence import photos as evidence
from app.services.people.accounts import user_of_login
from app.services.problems import reports
from app.services.super_table import field_admin
from app.services.workflow.moves import Outcome, perform
from sheets.catalogue import Field
from sheets.storage import FieldSpec

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=LOCAL)
PASSWORD_HASH = "!"  # no password matches; sign-in tests set a real one
_serial = itertools.count(1)

ORGS = (
    # code, name, type, parent
    ("2104", "抚顺市", "city", None),
    ("JU", "示例住建局", "bureau", "2104"),
    ("JDK", "城管监督科", "section", "JU"),
    ("HW", "环境卫生科", "section", "JU"),
    ("SZ", "市政科", "section", "JU"),
    ("DD", "直属大队", "brigade", "JU"),
    ("210402", "新抚区", "district", "2104"),
    ("210402001", "站前街道", "street", "210402"),
    ("210402005", "福民街道", "street", "210402"),
    ("210403", "东洲区", "district", "2104"),
    ("210403002", "东洲街道", "street", "210403"),
)
PEOPLE = (
    ("zhanqian", "站前采集员", "210402001", ("reporter", "unit_user")),
    ("fumin", "福民采集员", "210402005", ("reporter", "unit_user")),
    ("dongzhou", "东洲采集员", "210403002", ("reporter", "unit_user")),
    ("xinfu", "新抚区管理员", "210402", ("unit_user",)),
    ("reviewer", "审核员", "JDK", ("reviewer",)),
    ("checker", "核查员", "JDK", ("checker",)),
    ("hw_admin", "环卫管理员", "HW", ("lead_admin", "unit_user")),
    ("sz_admin", "市政管理员", "SZ", ("lead_admin", "unit_user")),
    ("leader", "分管领导", "JU", ("leader",)),
    ("other_leader", "另一领导", "JU", ("leader",)),
    ("brigade", "大队队员", "DD", ("brigade_user",)),
    ("brigade_admin", "大队管理员", "DD", ("brigade_admin",)),
    ("reader", "台账员", "JU", ("ledger_reader",)),
    ("sysadmin", "系统管理员", "JU", ("sysadmin",)),
)


@dataclass
class City:
    """Ids by code and login, and actors by login."""

    orgs: dict[str, int]
    users: dict[str, int]
    categories: dict[str, int]
    actors: dict[str, Actor]


@cache
def _announced(first: int, last: int) -> list[dict[str, object]]:
    start, end = date(first, 1, 1), date(last, 12, 31)
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [
        {
            "day": day,
            "is_workday": chinese_calendar.is_workday(day),
            "name": "",
            "source": "test",
            "confirmed": True,
        }
        for day in days
    ]


def make_calendar(session: Session, first: int = 2025, last: int = 2026) -> None:
    """The confirmed working days of these years."""
    session.execute(insert(WorkCalendarDay), _announced(first, last))


def make_city(session: Session) -> City:
    """Two districts, three streets, two sections and one person a role."""
    make_calendar(session)
    orgs = _make_orgs(session)
    users = _make_people(session, orgs)
    for section in ("HW", "SZ"):
        session.add(Leadership(leader_id=users["leader"], section_id=orgs[section].id))
    categories = _make_categories(session, orgs)
    actors = {}
    for login, user_id in users.items():
        actor = actor_of(session, user_id, MONDAY)
        assert actor is not None
        actors[login] = actor
    return City(
        orgs={code: org.id for code, org in orgs.items()},
        users=users,
        categories=categories,
        actors=actors,
    )


def _make_orgs(session: Session) -> dict[str, Organisation]:
    orgs: dict[str, Organisation] = {}
    for code, name, kind, parent in ORGS:
        org = Organisation(
            code=code, name=name, short_name=name, org_type=kind, path="/", dispatchable=True,
            parent_id=orgs[parent].id if parent else None,
        )  # fmt: skip
        session.add(org)
        session.flush()
        org.path = f"{orgs[parent].path if parent else '/'}{org.id}/"
        orgs[code] = org
    return orgs


def _make_people(session: Session, orgs: dict[str, Organisation]) -> dict[str, int]:
    users: dict[str, int] = {}
    for login, name, org_code, roles in PEOPLE:
        user = User(
            login=login, name=name, org_id=orgs[org_code].id, password_hash=PASSWORD_HASH,
            created_at=MONDAY,
        )  # fmt: skip
        user.roles = [UserRole(role=role) for role in roles]
        session.add(user)
        session.flush()
        users[login] = user.id
    return users


def _make_categories(session: Session, orgs: dict[str, Organisation]) -> dict[str, int]:
    rubbish = Category(
        scheme="test", code="0101", kind="event", major_name="市容环境", name="暴露垃圾",
        icon="trash", lead_section_id=orgs["HW"].id, everyday=True,
    )  # fmt: skip
    cover = Category(
        scheme="test", code="0102", kind="component", major_name="公用设施", name="污水井盖",
        icon="circle", lead_section_id=orgs["SZ"].id, urgent_hours=4, urgent_default=True,
        limit_amount=2, limit_unit="work_day",
    )  # fmt: skip
    session.add_all([rubbish, cover])
    session.flush()
    return {"rubbish": rubbish.id, "cover": cover.id}


def make_photo(
    session: Session, owner: Actor, phase: Phase = Phase.BEFORE, *, content: str | None = None
) -> str:
    """The row of a received photo; its original is not in any store."""
    serial = next(_serial)
    received = evidence.Received(
        sha256=hashlib.sha256((content or f"photo {serial}").encode()).hexdigest(),
        format="JPEG", width=1600, height=1200, size=200_000, exif={},
    )  # fmt: skip
    photo = evidence.register(
        session, owner, MONDAY, photo_id=secrets.token_urlsafe(20)[:26], received=received,
        shot=evidence.Shot(phase, lat=41.88, lng=123.957, accuracy_m=8.0),
        code=f"T{serial:08d}", key_id="test",
    )  # fmt: skip
    return photo.id


def a_report(city: City, **changes: object) -> reports.Report:
    """A complete report of rubbish in 站前街道."""
    report = reports.Report(
        category_id=city.categories["rubbish"],
        description="路口东侧堆放生活垃圾",
        street_id=city.orgs["210402001"],
        address="中央大街路口",
        lat=41.88,
        lng=123.957,
        accuracy_m=8.0,
        coord_source="browser",
    )
    return replace(report, **changes)  # type: ignore[arg-type]


def report(
    session: Session, city: City, now: datetime = MONDAY, by: str = "zhanqian", **changes: object
) -> Outcome:
    """A reported problem, waiting in the pool."""
    actor = city.actors[by]
    return reports.submit_report(
        session, actor, now, a_report(city, **changes), photo_ids=[make_photo(session, actor)]
    )


def move(
    session: Session, city: City, problem_id: int, move_id: str, by: str, now: datetime = MONDAY,
    *, photos: int = 0, key: str | None = None, version: int | None = None, **given: object,
) -> Outcome:  # fmt: skip
    """Any move by anyone, with fresh after photos where asked for."""
    actor = SYSTEM if by == "system" else city.actors[by]
    ids = [make_photo(session, actor, Phase.AFTER) for _ in range(photos)]
    return perform(
        session, actor, now, problem_id, move_id, Given(**given),  # type: ignore[arg-type]
        photo_ids=ids, key=key, version=version,
    )  # fmt: skip


def route(city: City) -> dict[str, object]:
    """Category, lead section and unit, as a reviewer confirms them."""
    return {
        "category_id": city.categories["rubbish"],
        "lead_section_id": city.orgs["HW"],
        "responsible_org_id": city.orgs["210402001"],
    }


def remedy() -> dict[str, object]:
    """What a unit fills in when it submits."""
    return {"remedy": "已清运垃圾并冲洗地面", "handled_by": "站前环卫班"}


# The way into each state: (move, by, fields); "report" is made first.
_ROUTES: dict[State, tuple[tuple[str, str, dict[str, object]], ...]] = {
    State.POOLED: (),
    State.NEEDS_CORRECTION: (("return_for_correction", "reviewer", {"text": "请补拍远景照片"}),),
    State.VOID: (("void", "reviewer", {"reason_code": "untrue", "text": "现场没有垃圾"}),),
    State.LISTED: (("dispatch", "reviewer", {}),),
    State.SUBMITTED: (("dispatch", "reviewer", {}), ("submit", "zhanqian", remedy())),
    State.PRE_SIGNED_OFF: (
        ("dispatch", "reviewer", {}),
        ("submit", "zhanqian", remedy()),
        ("pass_check", "checker", {}),
    ),
    State.SIGNED_OFF: (
        ("dispatch", "reviewer", {}),
        ("submit", "zhanqian", remedy()),
        ("pass_check", "checker", {}),
        ("sign_off", "hw_admin", {}),
    ),
    State.URGENT_REVIEW: (("refer_to_leader", "reviewer", {"text": "井盖缺失有坠落危险"}),),
    State.URGENT_LISTED: (
        ("refer_to_leader", "reviewer", {"text": "井盖缺失有坠落危险"}),
        ("confirm_urgent", "leader", {}),
    ),
    State.DEFERRED: (
        ("dispatch", "reviewer", {}),
        (
            "request_deferral",
            "zhanqian",
            {
                "reason_code": "season",
                "text": "冬季不宜栽种",
                "target_date": date(2026, 12, 20),
                "interim_measure": "设置围挡",
            },
        ),
        ("approve_deferral", "hw_admin", {"target_date": date(2026, 12, 20)}),
    ),
}


def make_problem(session: Session, city: City, state: State, now: datetime = MONDAY) -> Problem:
    """A problem in this state, brought there by moves at `now`."""
    if state is State.DRAFT:
        draft_id = reports.save_draft(session, city.actors["zhanqian"], now, a_report(city))
        return session.get_one(Problem, draft_id)
    outcome = report(session, city, now, priority=Priority.GENERAL)
    for move_id, by, given in _ROUTES[state]:
        fields = dict(given)
        if move_id in {"dispatch", "refer_to_leader"}:
            fields = route(city) | fields
        photos = 1 if move_id == "submit" else 0
        move(session, city, outcome.problem_id, move_id, by, now, photos=photos, **fields)
    return session.get_one(Problem, outcome.problem_id)


def photo_ids_of(session: Session, problem_id: int) -> list[str]:
    """The ids of a problem's photos."""
    return [photo.id for photo in evidence.photos_of(session, [problem_id])[problem_id]]


__all__ = ["MONDAY", "City", "Photo", "make_city", "make_problem", "move", "report"]


def add_section_field(session: Session, now: datetime, section_code: str, spec: FieldSpec) -> Field:
    """A field of a section, as its administrator adds one."""
    section = session.scalars(
        select(Organisation).where(Organisation.code == section_code)
    ).one_or_none()
    admin = actor_of(session, user_of_login(session, "sysadmin").id, now)
    assert admin is not None
    return field_admin.add(session, admin, now, section.id if section else 0, spec)
