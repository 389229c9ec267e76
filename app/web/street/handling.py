"""What happens to a form sent from outdoors: photos first, then the form, then the service."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import request
from werkzeug.datastructures import MultiDict

from app import clock
from app.domain.refusals import Refusal
from app.domain.states import Phase
from app.door.access import current_actor
from app.door.stamping import stamp_soon
from app.door.unit_of_work import unit_of_work
from app.services.evidence import intake
from app.services.evidence.photos import Shot
from app.services.problems import added_evidence, reports
from app.services.problems.added_evidence import Evidence
from app.services.problems.my_reports import own_street
from app.services.workflow.moves import Outcome, perform
from app.web import uploads
from app.web.form_errors import show_refusal
from app.web.form_fields import whole
from app.web.street import asked_fields, near
from app.web.street.evidence import EvidenceForm
from app.web.street.forms import PlacedForm, ReportForm, SubmitForm

REFUSED = 422


@dataclass(frozen=True, slots=True)
class Handled:
    """What came of a form: an outcome, or the status and the photos to show it again with."""

    outcome: Outcome | None = None
    draft_id: int | None = None
    status: int = 200
    photo_ids: tuple[str, ...] = ()

    @property
    def accepted(self) -> bool:
        """Whether it was done."""
        return self.outcome is not None or self.draft_id is not None


def send_report(form: ReportForm, problem_id: int | None = None) -> Handled:
    """Report, or keep as a draft when that button was pressed.

    What may be the same problem is shown once before anything is filed.
    """
    shot = form.shot(Phase.BEFORE, form.address.data or "")

    def work(photo_ids: tuple[str, ...]) -> Handled:
        session, actor = unit_of_work(), current_actor()
        if problem_id is not None:
            intake.release(session, actor, problem_id, uploads.dropped_ids())
        is_draft = request.form.get("do") == "draft"
        handled = file_report(form, request.form, photo_ids, problem_id, is_draft=is_draft)
        if handled.outcome is not None:
            near.ask_first(session, actor, clock.now(), form, handled.outcome)
        return handled

    return _handle(form, shot, work)


def file_report(
    form: ReportForm,
    sent: MultiDict[str, str],
    photo_ids: tuple[str, ...],
    problem_id: int | None = None,
    *,
    is_draft: bool = False,
) -> Handled:
    """File a report, keep it as a draft, or add its photos to the problem that it is once more.

    `sent` holds what the lead section asks for as well. Raises Refusal.
    """
    session, actor, now = unit_of_work(), current_actor(), clock.now()
    report = form.report(own_street(actor) or whole(form.street_id.data))
    same_as = form.same_problem()
    if same_as is not None and not is_draft:
        said = Evidence(report.description, problem_id, report.client_at)
        return Handled(add_to(same_as, said, photo_ids, form.key.data))
    write = reports.save_draft if is_draft else reports.submit_report
    done = write(
        session, actor, now, report,
        photo_ids=photo_ids, draft_id=problem_id, key=form.key.data,
        fields=asked_fields.given(session, report.category_id, sent, complete=not is_draft),
    )  # fmt: skip
    return Handled(draft_id=done) if isinstance(done, int) else Handled(done)


def send_rectification(form: SubmitForm, problem_id: int) -> Handled:
    """Submit what was done."""

    def work(photo_ids: tuple[str, ...]) -> Handled:
        outcome = perform(
            unit_of_work(),
            current_actor(),
            clock.now(),
            problem_id,
            "submit",
            form.given(),
            photo_ids=photo_ids,
            version=whole(form.version.data),
            key=form.key.data,
        )
        return Handled(outcome)

    return _handle(form, form.shot(Phase.AFTER), work)


def send_evidence(form: EvidenceForm, problem_id: int) -> Handled:
    """Add photos to a problem that is there already."""

    def work(photo_ids: tuple[str, ...]) -> Handled:
        return Handled(add_to(problem_id, form.evidence(), photo_ids, form.key.data))

    return _handle(form, form.shot(Phase.BEFORE), work)


def add_to(problem_id: int, said: Evidence, photo_ids: tuple[str, ...], key: str | None) -> Outcome:
    """The photos as evidence of that problem."""
    return added_evidence.add_evidence(
        unit_of_work(), current_actor(), clock.now(), problem_id, said,
        photo_ids=photo_ids, key=key,
    )  # fmt: skip


def _handle(form: PlacedForm, shot: Shot, work: Callable[[tuple[str, ...]], Handled]) -> Handled:
    """Photos, then the work; on any "no" nothing of the work stays and every sentence is shown."""
    arrived = uploads.take_in(shot)
    if not form.validate():
        return _again(form, shot.phase, arrived, REFUSED)
    try:
        handled = work(arrived.ids)
    except Refusal as refusal:
        unit_of_work().rollback()
        form.wrong_fields = refusal.fields
        show_refusal(form, refusal)
        return _again(form, shot.phase, arrived, refusal.status)
    if arrived.refused:
        unit_of_work().rollback()
        return _again(form, shot.phase, arrived, REFUSED)
    if handled.outcome is not None:
        stamp_soon(handled.outcome.problem_id)
    return handled


def _again(form: PlacedForm, phase: Phase, arrived: uploads.Arrived, status: int) -> Handled:
    """The form once more: its photos are here already, those another problem has are named."""
    session, ids = unit_of_work(), arrived.ids
    left = intake.waiting(session, current_actor(), ids, phase)
    taken = intake.taken_by(session, ids)
    gone = [
        f"第 {place} 张照片已用于 {taken[photo_id]}，不能再用，请重新拍摄。"
        for place, photo_id in enumerate(ids, 1)
        if photo_id in taken
    ]
    form.photos.errors = [*form.photos.errors, *arrived.refused, *gone]
    return Handled(status=status, photo_ids=tuple(photo.id for photo in left))
