"""Photos that keep a ledger from being made: nobody has looked at what must be hidden in them."""

from datetime import date
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.policy import may_see_originals
from app.domain.refusals import Refusal
from app.domain.roles import Actor
from app.domain.states import Phase
from app.services import dates
from app.services.ledgers import asking, units
from app.services.world import load_rules
from app.web.ledger.forms import LedgerForm

SHOWN = 30


def unlooked(
    session: Session, actor: Actor, form: LedgerForm, today: date
) -> dict[str, Any] | None:
    """The photos of the ledger that the form asks for, as links; None where none is missing."""
    if not load_rules(session).masks_required:
        return None
    try:
        period = dates.checked(*form.days(), today)
        org = units.unit_in_scope(session, actor, form.unit())
    except Refusal:
        return None
    found = asking.to_look_at(session, actor, period, org, SHOWN + 1)
    if not found:
        return None
    return {
        "more": len(found) > SHOWN,
        "may": may_see_originals(actor),
        "photos": [
            {
                "label": f"{problem.number} {Phase(photo.phase).label}",
                "href": url_for("masks.show", photo_id=photo.id, next=url_for("ledger.index")),
            }
            for photo, problem in found[:SHOWN]
        ],
    }
