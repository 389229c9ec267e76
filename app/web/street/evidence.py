"""Photos for a problem that was reported already: its form, and what happens to it."""

from datetime import datetime
from typing import Any

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.domain.refusals import Conflict
from app.domain.roles import Actor
from app.domain.states import Phase
from app.domain.workflow import find
from app.services.problems import added_evidence, shown
from app.services.workflow.moves import Outcome
from app.web import presenting
from app.web.form_fields import instant, paragraph
from app.web.street import capturing, form_pages
from app.web.street.forms import PlacedForm


class EvidenceForm(PlacedForm):
    """More photos of a problem, with a word on them."""

    text = paragraph("补充说明")

    def evidence(self) -> added_evidence.Evidence:
        """What goes with the photos."""
        return added_evidence.Evidence(
            text=self.text.data or "", client_at=instant(self.client_at.data)
        )


def page(
    session: Session,
    actor: Actor,
    problem_id: int,
    now: datetime,
    form: EvidenceForm,
    photo_ids: tuple[str, ...],
) -> dict[str, Any]:
    """The photos that are there, and the form for more.

    Raises NotFound out of sight, Conflict where nothing can be added by this person.
    """
    detail = shown.detail(session, actor, problem_id, now)
    if added_evidence.MOVE not in {option.move.id for option in detail.options}:
        label = detail.facts.state.label
        raise Conflict("move.not_open", f"现在是“{label}”，不能补充照片。请到问题页查看。")
    name = presenting.title_of(detail.problem)
    return form_pages.placed(session, actor, form, photo_ids, Phase.BEFORE) | {
        "capture": capturing.told(actor, Phase.BEFORE, detail),
        "title": name,
        "number": detail.problem.number,
        "place_text": presenting.place_of(detail.problem, detail.org_names),
        "before": presenting.photos(detail.before, name),
        "consequence": find(added_evidence.MOVE).consequence,
        "action": url_for("street.evidence", problem_id=problem_id),
    }


def thank(outcome: Outcome) -> ResponseReturnValue:
    """To the problem, where the photos now stand."""
    name = outcome.number or f"待编号问题 {outcome.problem_id}"
    flash(f"照片已补充到 {name}，没有另报一件。", "success")
    return redirect(url_for("problem.show", problem_id=outcome.problem_id))
