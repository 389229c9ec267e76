"""The chain of events shows any change, and where."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.states import State
from app.models import Event
from app.services import history
from app.services.problems import timeline
from tests import builders

CHANGES = ("text", "actor_name", "move", "to_state", "reason_code", "hash", "previous_hash")


@pytest.mark.parametrize("seed", range(12))
def test_a_changed_removed_or_swapped_event_is_found_and_located(
    session: Session, seed: int
) -> None:
    rng = random.Random(seed)
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.SIGNED_OFF)
    events = history.events_of(session, problem.id)
    assert history.first_break(events) is None
    place = rng.randrange(len(events) - 1)
    kind = rng.choice(["edit", "delete", "swap"])
    if kind == "edit":
        setattr(events[place], rng.choice(CHANGES), "changed")
    elif kind == "delete":
        del events[place]
    else:
        events[place], events[place + 1] = events[place + 1], events[place]
    assert history.first_break(events) == place + 1
    session.expunge_all()


def test_the_chain_reads_back_whole_from_the_database(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.DEFERRED)
    session.flush()
    session.expire_all()
    events = list(
        session.scalars(select(Event).where(Event.problem_id == problem.id).order_by(Event.seq))
    )
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert history.first_break(events) is None


def test_the_timeline_is_told_in_plain_sentences(session: Session) -> None:
    city = builders.make_city(session)
    problem = builders.make_problem(session, city, State.SIGNED_OFF)
    events = history.events_of(session, problem.id)
    told = timeline.entries(events, {city.orgs["210402001"]: "站前街道"})
    sentences = [entry.sentence for entry in told]
    assert sentences[0] == "上报了问题"
    assert sentences[1].startswith("审核通过并下发：责任单位 站前街道，编号 FS-210402-2026-00001")
    assert "整改时限 2026年11月25日" in sentences[1]
    assert told[2].reason == "已清运垃圾并冲洗地面；整改人：站前环卫班"
    assert told[-1].who == "环境卫生科 环卫管理员"
