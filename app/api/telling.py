"""From what services give to what the interface answers: plain values, nothing decided here."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from flask import url_for

from app.api.shapes import photos as photo_shapes
from app.api.shapes import problems as shapes
from app.api.shapes.base import Choice, Ref
from app.api.shapes.reference import NeedShape
from app.domain.calendars import local_date
from app.domain.clocks import Reading
from app.domain.needs import REASONS, Need
from app.domain.sending import Seal
from app.domain.states import Phase, State
from app.domain.workflow import Move
from app.models import Photo, Problem
from app.services.workflow.moves import Outcome

Names = Mapping[int, str]


def choice(member: StrEnum) -> Choice:
    """An enumeration's member with its word."""
    return Choice(value=member.value, label=getattr(member, "label", member.value))


def ref(row_id: int | None, names: Names) -> Ref | None:
    """A unit or person by id; None where there is none."""
    return None if row_id is None else Ref(id=row_id, name=names.get(row_id, ""))


def need(each: Need) -> NeedShape:
    """A thing a move asks for, with the reasons to choose from."""
    reasons = REASONS.get(each.key, ())
    return NeedShape(
        key=each.key,
        field="photo_ids" if each.field == "photos" else each.field,
        label=each.label,
        optional=each.optional,
        choices=[choice(reason) for reason in reasons],
    )


def due(at: datetime | None, provisional: bool) -> shapes.Due | None:
    """A due instant with its day in the city, and whether it is 暂定."""
    if at is None:
        return None
    return shapes.Due(at=at, on=local_date(at), provisional=provisional)


def clock(reading: Reading | None) -> shapes.Clock | None:
    """A clock as people read it."""
    if reading is None:
        return None
    return shapes.Clock(
        light=reading.light.value,
        text=reading.text,
        due_text=reading.due_text,
        provisional=reading.provisional,
    )


def photo(row: Photo) -> photo_shapes.Photo:
    """What is known of a photo; EXIF stays with the original."""
    return photo_shapes.Photo(
        id=row.id,
        sha256=row.sha256,
        code=row.code,
        phase=choice(Phase(row.phase)),
        problem_id=row.problem_id,
        round=row.round,
        position=row.position,
        format=row.format,
        width=row.width,
        height=row.height,
        size=row.size,
        received_at=row.received_at,
        device_at=row.device_at,
        captured_at=row.captured_at,
        late=row.late,
        seal=Seal(row.seal),
        lat=row.lat,
        lng=row.lng,
        accuracy_m=row.accuracy_m,
        coord_source=row.coord_source,
        no_position_reason=row.no_position_reason,
        address=row.address,
        album=row.album,
        imported=row.imported,
        thumb=url_for("api.photo_thumb", photo_id=row.id),
        stamped=url_for("api.photo_stamped", photo_id=row.id),
    )


def consequence(move: Move, problem: Problem, orgs: Names) -> str:
    """What follows if I do this, with the units it falls to."""
    return move.consequence.format(
        reporter_org=orgs.get(problem.reporter_org_id or 0, "上报单位"),
        responsible_org=orgs.get(problem.responsible_org_id or 0, "责任单位"),
    )


def done(outcome: Outcome) -> shapes.Done:
    """What came of a move."""
    return shapes.Done(
        problem_id=outcome.problem_id,
        move=outcome.move,
        state=choice(State(outcome.state)),
        version=outcome.version,
        number=outcome.number,
    )
