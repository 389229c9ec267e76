"""A problem and a row of a list as the interface answers them."""

from typing import Any

from app.api.shapes import problems as shapes
from app.api.shapes.base import Ref
from app.api.telling import choice, clock, consequence, due, need, photo, ref
from app.domain.states import Priority, RequestStatus, State
from app.models import Problem, ProblemRequest
from app.services.lists.pages import ListRow
from app.services.problems.shown import Detail


def item(row: ListRow, wanted: tuple[str, ...]) -> shapes.ListItem:
    """A row of a list; `wanted` are the fields asked for beside the usual ones."""
    values = row.values
    return shapes.ListItem(
        id=row.id,
        number=values["number"],
        version=values["version"],
        state=choice(State(values["state"])),
        priority=choice(Priority(values["priority"])),
        category=values["category"] or "",
        description=values["description"] or "",
        address=values["address"] or "",
        community=values["community"] or "",
        street=_named(row, "street"),
        responsible=_named(row, "responsible"),
        lat=values["lat"],
        lng=values["lng"],
        pooled_at=values["pooled_at"],
        due=due(values["due_at"], bool(values["due_provisional"])),
        stage_due=due(values["stage_due_at"], bool(values["stage_due_provisional"])),
        deferral_due=values["deferral_due"],
        clock=clock(row.reading),
        on_time=values["on_time"],
        returned_count=values["returned_count"],
        photo_id=row.photo_id,
        fields={each: {"value": values[each], "shown": row.shown[each]} for each in wanted},
    )


def _named(row: ListRow, field_id: str) -> Ref | None:
    org_id = row.values[field_id]
    return None if org_id is None else Ref(id=org_id, name=row.shown[field_id])


def problem(detail: Detail) -> shapes.Problem:
    """A problem whole, as this person sees it."""
    row, orgs, users = detail.problem, detail.org_names, detail.user_names
    return shapes.Problem(
        **_plain(row),
        state=choice(State(row.state)),
        priority=choice(Priority(row.priority)),
        category=_category(row),
        district=ref(row.district_id, orgs),
        street=ref(row.street_id, orgs),
        position=_position(row),
        reporter=ref(row.reporter_id, users),
        reporter_org=ref(row.reporter_org_id, orgs),
        lead_section=ref(row.lead_section_id, orgs),
        responsible=ref(row.responsible_org_id, orgs),
        co_organisations=[Ref(id=each, name=orgs.get(each, "")) for each in detail.co_org_ids],
        due=due(row.due_at, row.due_provisional),
        stage_due=due(row.stage_due_at, row.stage_due_provisional),
        clock=clock(detail.reading),
        stage_clock=clock(detail.stage_reading),
        submitted_by=ref(row.submitted_by_id, users),
        checked_by=ref(row.checked_by_id, users),
        signed_off_by=ref(row.signed_off_by_id, users),
        request=_request(detail.request),
        before=[photo(each) for each in detail.before],
        after=[photo(each) for each in detail.after],
        earlier_rounds=[
            shapes.Round(round=number, photos=[photo(each) for each in photos])
            for number, photos in sorted(detail.earlier_rounds.items())
        ],
        timeline=_timeline(detail),
        moves=_moves(detail),
    )


_SAME_NAME = (
    "id", "number", "version", "urgent_reason", "urgent_denied", "description", "source",
    "community", "address", "no_position_reason", "created_at", "updated_at", "pooled_at",
    "listed_at", "submitted_at", "pre_signed_off_at", "signed_off_at", "voided_at", "remedy",
    "handled_by", "on_time", "round", "returned_count", "send_back_reason", "send_back_text",
    "deferral_due", "deferral_expired", "deferrals_approved", "extensions_granted", "reopened",
    "void_reason", "duplicate_of_id",
)  # fmt: skip


def _plain(row: Problem) -> dict[str, Any]:
    """The columns that are answered as they are."""
    return {name: getattr(row, name) for name in _SAME_NAME}


def _category(row: Problem) -> shapes.Category | None:
    if row.category_id is None:
        return None
    return shapes.Category(id=row.category_id, name=row.category_name, major=row.category_major)


def _position(row: Problem) -> shapes.Position | None:
    if row.lat is None or row.lng is None:
        return None
    return shapes.Position(
        lat=row.lat, lng=row.lng, accuracy_m=row.accuracy_m, source=row.coord_source
    )


def _request(row: ProblemRequest | None) -> shapes.Request | None:
    if row is None:
        return None
    return shapes.Request(
        kind=row.kind,
        status=choice(RequestStatus(row.status)),
        asked_at=row.asked_at,
        reason_code=row.reason_code,
        text=row.text,
        target_date=row.target_date,
        interim_measure=row.interim_measure,
        days=row.days,
    )


def _timeline(detail: Detail) -> list[shapes.Entry]:
    return [
        shapes.Entry(
            at=entry.at,
            move=entry.move,
            who=entry.who,
            sentence=entry.sentence,
            reason=entry.reason,
            photo_ids=list(entry.photo_ids),
        )
        for entry in detail.entries
    ]


def _moves(detail: Detail) -> list[shapes.AllowedMove]:
    return [
        shapes.AllowedMove(
            code=option.move.code,
            id=option.move.id,
            label=option.move.label,
            consequence=consequence(option.move, detail.problem, detail.org_names),
            needs=[need(each) for each in option.fields],
        )
        for option in detail.options
    ]
