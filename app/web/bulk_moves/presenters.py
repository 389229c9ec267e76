"""Moves on many problems, as their pages show them."""

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.workflow import Move, find
from app.models import BulkMove, Problem
from app.services.problems import bulk_moves
from app.services.problems.bulk_given import FOLLOWS
from app.services.problems.bulk_moves import Offer, Selection
from app.web import presenting
from app.web.bulk_moves.forms import joined, kept

LABELS = {"waiting": "排队中", "running": "办理中", "done": "已办完", "failed": "中断了"}
SHOWN = 12  # problems named on the pages before the move is made


def choice_page(found: Selection, some: Sequence[Problem]) -> dict[str, Any]:
    """What bulk_moves/choose.html draws."""
    return {
        "count": len(found.ids),
        "missing": found.missing,
        "on_all": [_offer(each) for each in found.on_all],
        "on_some": [_offer(each) for each in found.on_some],
        "with_photos": [_offer(each) for each in found.wants_photos],
        "selected": joined(found.ids),
        "problems": named(some),
        "more": max(len(found.ids) - SHOWN, 0),
    }


def _offer(offer: Offer) -> dict[str, Any]:
    move = offer.move
    return {
        "label": move.label,
        "count": len(offer.ids),
        "ids": joined(offer.ids),
        "action": url_for("bulk_moves.form", move_id=move.id),
        "kind": presenting.KINDS[move.tone],
        "icon": presenting.MOVE_ICONS.get(move.id, ""),
        "consequence": consequence(move),
    }


def consequence(move: Move) -> str:
    """What happens to each of them."""
    return move.consequence.format(reporter_org="各自的上报单位", responsible_org="各自的责任单位")


def form_page(
    move: Move, form: FlaskForm, versions: dict[int, int], some: Sequence[Problem]
) -> dict[str, Any]:
    """What bulk_moves/form.html draws."""
    return {
        "move": move,
        "form": form,
        "needs": bulk_moves.needs_of(move),
        "helps": {
            name: text for name, text in FOLLOWS.get(move.id, {}).items() if name == "target_date"
        },
        "count": len(versions),
        "seen": kept(versions),
        "selected": joined(versions),
        "kind": presenting.KINDS[move.tone],
        "consequence": consequence(move),
        "problems": named(some),
        "more": max(len(versions) - SHOWN, 0),
    }


def named(some: Sequence[Problem]) -> list[dict[str, str]]:
    """Problems by what people call them."""
    return [
        {
            "href": url_for("problem.show", problem_id=each.id),
            "name": each.number or f"内部号 {each.id}",
            "title": presenting.title_of(each),
            "address": each.address,
        }
        for each in some
    ]


def list_page(found: Sequence[BulkMove]) -> dict[str, Any]:
    """What bulk_moves/index.html draws."""
    return {"items": [line(each) for each in found]}


def line(bulk: BulkMove) -> dict[str, Any]:
    """One bulk move in a list."""
    done = sum(result["done"] for result in bulk.results)
    return {
        "href": url_for("bulk_moves.show", bulk_id=bulk.id),
        "label": find(bulk.move).label,
        "total": len(bulk.problems),
        "done": done,
        "refused": len(bulk.results) - done,
        "asked": presenting.moment(bulk.created_at),
        "state": LABELS[bulk.status],
    }


def status(bulk: BulkMove, *, alone: bool = False) -> dict[str, Any]:
    """How far it is; while it is at work the page asks again.

    `alone` is the answer to that: the results are not beside it yet.
    """
    at_work = bulk.status in bulk_moves.AT_WORK
    href = url_for("bulk_moves.status", bulk_id=bulk.id)
    shown = line(bulk) | {"reached": len(bulk.results), "left": left(bulk)}
    return shown | {
        "poll_href": href if at_work else "",
        "interrupted": bulk.status == "failed",
        "leads_on": alone,
    }


def left(bulk: BulkMove) -> int:
    """How many are not done."""
    return len(bulk.problems) - sum(bool(result["done"]) for result in bulk.results)


def report_page(session: Session, actor: Actor, bulk: BulkMove) -> dict[str, Any]:
    """What bulk_moves/show.html draws: those that were refused first."""
    ids = [problem_id for problem_id, _ in bulk.problems]
    rows = {each["id"]: each for each in bulk.results}
    known = {row.id: row for row in bulk_moves.problems_of(session, actor, ids)}
    lines = [
        {
            "problem": named([known[each]])[0] if each in known else None,
            "id": each,
            "done": rows[each]["done"],
            "text": rows[each]["text"],
        }
        for each in ids
        if each in rows
    ]
    may_retry = bulk.status not in bulk_moves.AT_WORK and left(bulk) > 0
    return {
        "status": status(bulk),
        "refused": [each for each in lines if not each["done"]],
        "done": [each for each in lines if each["done"]],
        "retry_href": url_for("bulk_moves.again", bulk_id=bulk.id) if may_retry else "",
    }
