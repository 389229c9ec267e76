"""The supervision pool in plain values."""

from collections.abc import Sequence
from typing import Any

from flask import url_for

from app.domain.clocks import Light
from app.services.lists.pages import ListPage, ListRow
from app.web import cards


def pool(urgent: ListPage, to_sign: ListPage | None) -> dict[str, Any]:
    """Urgent problems by the hour, and for the brigade's admin what waits for 销号."""
    return {
        "cards": [_task(row) for row in urgent.rows],
        "summary": _summary(urgent.rows, more=urgent.next is not None),
        "empty": (urgent.queue.empty, urgent.queue.empty_hint),
        "next": url_for("brigade.pool", after=urgent.next) if urgent.next else None,
        "to_sign": None if to_sign is None else [_to_sign(row) for row in to_sign.rows],
        "more_to_sign": to_sign is not None and to_sign.next is not None,
    }


def _task(row: ListRow) -> cards.Card:
    action = cards.Action("拍整改后", cards.rectify_href(row.id), "camera")
    # Everything here is urgent and open: badges would only repeat the page's name.
    return cards.card(row, urgent=False, state="", meta=_unit(row), action=action)


def _to_sign(row: ListRow) -> cards.Card:
    action = cards.Action("看前后照片，办理销号", cards.problem_href(row), "rubber-stamp")
    return cards.card(row, urgent=False, state="", meta=_unit(row), action=action)


def _unit(row: ListRow) -> str:
    unit = row.shown["responsible"]
    return f"责任单位 {unit}" if unit else ""


def _summary(rows: Sequence[ListRow], *, more: bool) -> str:
    late = sum(1 for row in rows if row.reading and row.reading.light is Light.RED)
    soon = sum(1 for row in rows if row.reading and row.reading.light is Light.YELLOW)
    parts = [f"督导中 {len(rows)}{'＋' if more else ''} 件"]
    parts += [f"超期 {late} 件"] if late else []
    parts += [f"2 小时内到期 {soon} 件"] if soon else []
    return "，".join(parts)
