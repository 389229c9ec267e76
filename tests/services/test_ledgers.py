"""Ledgers: who may ask for which, which rows stand in them, what becomes of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.domain.refusals import Conflict, Invalid, NotAllowed, NotFound, TooMany
from app.domain.states import State
from app.models import AccessLog, Job, Ledger, Organisation, Problem
from app.services import dates, job_queue
from app.services.ledgers import asking, automatic, units
from tests.builders import MONDAY, make_city, make_problem

DAY = MONDAY.date()


@pytest.fixture
def city(session):
    return make_city(session)


def ask(session, city, by="hw_admin", org=None, first=DAY, last=DAY, **more):
    org_id = city.orgs[org] if org else None
    return asking.request_ledger(session, city.actors[by], MONDAY, first, last, org_id, **more)


def done(session, ledger):
    ledger.status, ledger.file_name, ledger.rows_done = "done", "台账.xlsx", 3
    session.flush()
    return ledger


def test_a_ledger_is_queued_in_the_same_transaction(session, city):
    ledger = ask(session, city)

    assert (ledger.status, ledger.origin) == ("waiting", "manual")
    job = session.query(Job).one()
    assert (job.name, job.slot, job.payload) == (
        "build_ledger", str(ledger.id), {"ledger_id": ledger.id},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("by", "codes"),
    [
        ("zhanqian", ["210402001"]),
        ("xinfu", ["210402", "210402001", "210402005"]),
        ("hw_admin", ["HW"]),
        (
            "reader",
            ["2104", "210402", "210403", "210402001", "210402005", "210403002", "JDK", "HW", "SZ",
             "DD"],
        ),
    ],
)  # fmt: skip
def test_units_on_offer_are_those_in_scope(session, city, by, codes):
    offered = [org.code for org in units.units_for(session, city.actors[by])]

    assert sorted(offered) == sorted(codes)


@pytest.mark.parametrize(("by", "own"), [("zhanqian", "210402001"), ("reader", "2104")])
def test_without_a_unit_it_is_ones_own_or_the_city(session, city, by, own):
    assert ask(session, city, by).org_id == city.orgs[own]


@pytest.mark.parametrize(
    ("by", "org"),
    [("zhanqian", "210402005"), ("zhanqian", "2104"), ("xinfu", "210403002"), ("hw_admin", "SZ")],
)
def test_a_unit_out_of_scope_gets_a_sentence(session, city, by, org):
    with pytest.raises(NotAllowed) as refused:
        ask(session, city, by, org)

    assert "台账" in refused.value.sentence
    assert session.query(Ledger).count() == 0


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (DAY, DAY - timedelta(days=1), "period_to"),
        (DAY, DAY + timedelta(days=1), "period_to"),
        (DAY + timedelta(days=1), DAY + timedelta(days=1), "period_from"),
        (DAY - timedelta(days=400), DAY, "period_to"),
        (None, DAY, "period_from"),
        (DAY, None, "period_to"),
    ],
)
def test_a_bad_period_gets_a_sentence_at_its_field(session, city, first, last, field):
    with pytest.raises(Invalid) as refused:
        ask(session, city, first=first, last=last)

    assert list(refused.value.fields) == [field]


def test_the_longest_period_is_four_hundred_days(session, city):
    ask(session, city, first=DAY - timedelta(days=399))


def test_named_periods_end_today():
    friday = date(2026, 11, 20)
    told = {name: str(dates.preset(name, friday)) for name in dates.PRESETS}

    assert told == {
        "today": "2026-11-20",
        "yesterday": "2026-11-19",
        "week": "2026-11-16 至 2026-11-20",
        "month": "2026-11-01 至 2026-11-20",
        "last_month": "2026-10-01 至 2026-10-31",
    }
    assert str(dates.preset("last_month", date(2027, 1, 1))) == "2026-12-01 至 2026-12-31"


def test_who_only_reports_gets_no_ledger(session, city):
    user = city.actors["zhanqian"]
    only = type(user)(
        user.user_id, user.name, user.org_id, user.org_name, user.org_type, user.org_path,
        frozenset({next(role for role in user.roles if role == "reporter")}),
    )  # fmt: skip
    with pytest.raises(NotAllowed):
        asking.request_ledger(session, only, MONDAY, DAY, DAY)
    assert asking.list_ledgers(session, only) == []


def test_asking_again_while_one_waits_gives_the_same_one(session, city):
    assert ask(session, city).id == ask(session, city).id
    assert ask(session, city, first=DAY - timedelta(days=1)).id != ask(session, city).id


def test_the_same_key_gives_the_same_ledger_even_when_it_is_done(session, city):
    first = done(session, ask(session, city, key="k"))

    assert ask(session, city, key="k").id == first.id
    assert ask(session, city).id != first.id


def test_five_waiting_ledgers_are_enough(session, city):
    for days in range(5):
        ask(session, city, first=DAY - timedelta(days=days))
    with pytest.raises(TooMany):
        ask(session, city, first=DAY - timedelta(days=9))


def test_ones_own_are_ones_own_and_automatic_ones_are_for_all_in_scope(session, city):
    mine = ask(session, city, "zhanqian")
    period = dates.Period(DAY, DAY)
    for code in ("210402001", "2104", "HW"):
        scope = automatic.EVERYTHING
        asking.create(session, MONDAY, period, city.orgs[code], "daily", scope)

    def seen(by):
        rows = asking.list_ledgers(session, city.actors[by])
        return sorted((row.ledger.origin, row.org_name) for row in rows)

    assert seen("zhanqian") == [("daily", "站前街道"), ("manual", "站前街道")]
    assert seen("fumin") == []
    assert seen("hw_admin") == [("daily", "环境卫生科")]
    assert len(seen("reader")) == 3
    with pytest.raises(NotFound):
        asking.load_visible(session, city.actors["xinfu"], mine.id)


def test_a_download_asks_again_and_is_written_down_and_counted(session, city):
    ledger = done(session, ask(session, city))
    actor = city.actors["hw_admin"]

    asking.take_away(session, actor, MONDAY, ledger.id)
    asking.take_away(session, actor, MONDAY, ledger.id)

    lines = session.query(AccessLog).all()
    assert [(line.user_id, line.kind, line.target) for line in lines] == [
        (actor.user_id, "ledger", str(ledger.id))
    ] * 2
    assert asking.listed(session, actor, ledger.id).downloads == 2


def test_who_left_the_unit_cannot_take_its_ledger_away(session, city):
    from dataclasses import replace

    ledger = done(session, ask(session, city))
    sz = city.actors["sz_admin"]
    moved = replace(city.actors["hw_admin"], org_id=sz.org_id, org_path=sz.org_path)

    with pytest.raises(NotFound):
        asking.take_away(session, moved, MONDAY, ledger.id)


def test_a_ledger_that_is_not_ready_cannot_be_taken_away(session, city):
    with pytest.raises(Conflict):
        asking.take_away(session, city.actors["hw_admin"], MONDAY, ask(session, city).id)


def test_downloads_have_a_daily_limit(session, city, monkeypatch):
    monkeypatch.setattr(asking, "MOST_DOWNLOADS", 2)
    ledger = done(session, ask(session, city))
    actor = city.actors["hw_admin"]
    for _ in range(2):
        asking.take_away(session, actor, MONDAY, ledger.id)
    with pytest.raises(TooMany):
        asking.take_away(session, actor, MONDAY, ledger.id)

    asking.take_away(session, actor, MONDAY + timedelta(days=1, seconds=1), ledger.id)


def test_only_a_failed_ledger_is_made_again(session, city):
    ledger, actor = ask(session, city), city.actors["hw_admin"]
    with pytest.raises(Conflict):
        asking.retry(session, actor, MONDAY, ledger.id)
    job = job_queue.claim(session, MONDAY)
    job_queue.finish(session, job, MONDAY)
    ledger.status, ledger.error = "failed", "磁盘已满"
    session.flush()

    asking.retry(session, actor, MONDAY, ledger.id)

    assert (ledger.status, ledger.error) == ("waiting", "")
    assert job_queue.claim(session, MONDAY).slot == str(ledger.id)


def test_automatic_ledgers_are_of_the_city_and_of_units_with_rows(session, city):
    make_problem(session, city, State.SIGNED_OFF)
    period = dates.Period(DAY, DAY)

    assert automatic.create_for(session, MONDAY, "daily", period) == 3
    assert automatic.create_for(session, MONDAY, "daily", period) == 0

    rows = session.query(Organisation.name).join(Ledger, Ledger.org_id == Organisation.id)
    assert sorted(name for (name,) in rows) == ["抚顺市", "新抚区", "环境卫生科"]


def test_on_a_day_without_rows_only_the_city_gets_one(session, city):
    make_problem(session, city, State.SIGNED_OFF)
    before = dates.day_before(DAY)

    assert automatic.create_for(session, MONDAY, "daily", before) == 1


@pytest.mark.parametrize(
    ("code", "counts"),
    [("2104", 1), ("210402", 1), ("210402001", 1), ("210402005", 0), ("210403", 0), ("HW", 1),
     ("SZ", 0), ("DD", 0)],
)  # fmt: skip
def test_a_units_ledger_holds_what_is_its_own(session, city, code, counts):
    make_problem(session, city, State.SIGNED_OFF)
    org = session.get_one(Organisation, city.orgs[code])

    found = session.query(Problem.id).filter(units.belongs_to(org)).count()

    assert found == counts
