"""A field's conversion in plain values."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.refusals import Invalid
from app.domain.roles import Actor
from app.services import admin_history
from app.services.admin_history import FIELDS
from app.services.super_table import field_conversions, field_words
from app.services.super_table.field_admin import Administered
from app.services.super_table.field_conversions import Done
from app.services.super_table.sheet_admin import Arranged
from app.web import presenting
from app.web.sheet_admin.types_shown import drawing_of, offered


def page(
    session: Session, actor: Actor, sheet: Arranged, found: Administered, to_type: str
) -> dict[str, Any]:
    """The types to choose from; for the chosen one what survives, what does not, and why."""
    record = found.record
    here: dict[str, Any] = {"sheet_id": sheet.row.id, "field_id": record.id}
    possible = field_conversions.types_for(record)
    kinds = [
        {
            "label": kind.label,
            "icon": drawing_of(kind.key),
            "href": url_for("sheet_admin.conversion", **here, to=kind.key),
            "current": kind.key == to_type,
        }
        for kind in offered()
        if kind.key in possible
    ]
    made: dict[str, Any] = {"plan": None, "trouble": ""}
    if to_type in possible:
        try:
            plan = field_conversions.plan(session, actor, record.id, to_type)
            made["plan"] = plan
            made["verdict"] = verdict(plan.rows, plan.survive, plan.lost)
            made["button"] = consequence(to_type, plan.lost)
        except Invalid as refusal:
            made["trouble"] = refusal.sentence
    return made | {
        "sheet": sheet.row,
        "record": record,
        "from_type": field_words.type_label(record.type),
        "kinds": kinds,
        "to": to_type,
        "to_label": field_words.type_label(to_type) if to_type in possible else "",
        "at_work": field_conversions.at_work(session, record.id),
    }


def verdict(rows: int, survive: int, lost: int) -> str:
    """What would become of the values, in one sentence."""
    if not rows:
        return "这个字段还没有填过内容，可以放心转换。"
    if not lost:
        return f"{rows:,} 个值，全部能保留。"
    return f"{rows:,} 个值，{survive:,} 个能保留，{lost:,} 个会变成空白。"


def consequence(to_type: str, lost: int) -> str:
    """The button's own words."""
    words = f"转换为{field_words.type_label(to_type)}"
    return f"{words}，{lost:,} 个值变为空白" if lost else words


def said(done: Done | None, to_type: str) -> str:
    """What a person hears afterwards."""
    label = field_words.type_label(to_type)
    if done is None:
        return f"内容较多，正在后台转换为{label}。可以离开这一页，完成后在改动记录里看得到。"
    lost = f"{done.lost:,} 个值变为空白。" if done.lost else ""
    return f"已转换为{label}。{lost}不合适可以撤回，每一格都会恢复。"


def done_before(session: Session, sheet_id: int, found: Administered) -> list[dict[str, Any]]:
    """The conversions of a field, the last first, with who made them and the way back."""
    record = found.record
    makers = {
        event.payload["conversion"]: event.actor_name
        for event in admin_history.events(session, FIELDS, record.id)
        if "conversion" in event.payload
    }
    return [
        {
            "words": f"{field_words.type_label(each.from_type)} → "
            f"{field_words.type_label(each.to_type)}",
            "counts": verdict_afterwards(each.rows, each.lost),
            "when": presenting.moment(each.at),
            "who": makers.get(each.id, ""),
            "undone": presenting.moment(each.undone_at) if each.undone_at else "",
            "undo_href": url_for(
                "sheet_admin.undo_conversion",
                sheet_id=sheet_id,
                field_id=record.id,
                conversion_id=each.id,
            )
            if each.undoable
            else "",
        }
        for each in field_conversions.conversions(session, record.id)
    ]


def verdict_afterwards(rows: int, lost: int) -> str:
    """What became of the values."""
    return f"{rows:,} 个值，{lost:,} 个变成空白" if lost else f"{rows:,} 个值全部保留"


def status(session: Session, sheet_id: int, found: Administered) -> dict[str, Any]:
    """Whether a worker has the field in hand, and where to ask again."""
    here: dict[str, Any] = {"sheet_id": sheet_id, "field_id": found.record.id}
    return {
        "at_work": field_conversions.at_work(session, found.record.id),
        "poll_href": url_for("sheet_admin.conversion_status", **here),
        "href": url_for("sheet_admin.field", **here),
    }
