"""What becomes of a report that a phone kept: the pages' own forms and services, once only."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app import clock, extensions
from app.domain.refusals import NotAllowed, Refusal
from app.domain.roles import Role
from app.domain.states import Phase
from app.door import access
from app.door.stamping import stamp_soon
from app.door.unit_of_work import unit_of_work
from app.services import idempotency
from app.services.evidence import intake, upload_judging
from app.services.problems import phone_reports
from app.services.problems.phone_reports import Pictures
from app.services.scope import load_visible
from app.services.workflow.moves import Outcome, perform
from app.web import presenting
from app.web.form_fields import whole
from app.web.phone.message import Kind, Message
from app.web.street import handling
from app.web.street.evidence import EvidenceForm
from app.web.street.forms import PlacedForm, ReportForm, SubmitForm

Said = tuple[dict[str, Any], int]

FORMS: dict[Kind, type[PlacedForm]] = {
    Kind.REPORT: ReportForm,
    Kind.DRAFT: ReportForm,
    Kind.RECTIFICATION: SubmitForm,
    Kind.EVIDENCE: EvidenceForm,
}
REPORTS = access.holds(Role.REPORTER)
RECTIFIES = access.holds(Role.UNIT_USER, Role.BRIGADE_USER, Role.BRIGADE_ADMIN)
INCOMPLETE = "还有内容要填写或修改，请打开这条记录，改好后再发送。"
SOME_REFUSED = "有照片没有收下，请打开这条记录，去掉或重拍后再发送。"
SOONEST, LATEST = 1, 10  # seconds after which a phone asks again
JUDGED_IN_A_SECOND = 20  # photos, so that a long queue is not asked for all the time
REUSED = "idempotency.key_reused"


def receive(message: Message) -> Said:
    """Do what the form would have done, or say why not; the answer and its status.

    A key that was accepted before gets the same answer, whatever became of the first one.
    """
    actor = access.current_actor()
    gate = RECTIFIES if message.kind is Kind.RECTIFICATION else REPORTS
    if not gate(actor):
        raise NotAllowed("not_allowed", f"这里供{gate.__doc__}使用，您的账号没有这项权限。")
    # A draft that was kept under this key while its answer got lost is what is reported now.
    with extensions.database().reading() as session:
        draft = idempotency.result_of(session, actor, _draft_key(message))
        problem_id = int(draft["problem_id"]) if draft else message.problem_id
        pictures = phone_reports.pictures(session, actor, message.photos, problem_id)
        known = _known(session, message)
        before = upload_judging.depth(session).count if pictures.waiting else 0
    if known is not None:
        return _accepted(message, known), 200
    return _not_yet(pictures, before) or _do(message, pictures, problem_id)


def _known(session: Session, message: Message) -> int | None:
    """The problem that this message made before."""
    result = idempotency.result_of(session, access.current_actor(), _key(message))
    return int(result["problem_id"]) if result else None


def _key(message: Message) -> str:
    return _draft_key(message) if message.kind is Kind.DRAFT else message.key


def _draft_key(message: Message) -> str:
    return f"draft:{message.key}"


def _not_yet(pictures: Pictures, before: int) -> Said | None:
    """The answer while photos are missing, refused or still to be judged with so many others."""
    if pictures.missing:
        return {"state": "missing", "keys": pictures.missing}, 409
    if pictures.refused:
        return _refused(SOME_REFUSED, photos=pictures.refused), 422
    if pictures.waiting:
        seconds = min(SOONEST + before // JUDGED_IN_A_SECOND, LATEST)
        return {"state": "waiting", "left": len(pictures.waiting), "retry_s": seconds}, 202
    return None


def _do(message: Message, pictures: Pictures, problem_id: int | None) -> Said:
    message.sent["key"] = _key(message)
    form = FORMS[message.kind](formdata=message.sent)
    if not form.validate():
        return _refused(INCOMPLETE, errors=_errors(form)), 422
    try:
        handled = _file(message, form, _take(message, form, pictures, problem_id), problem_id)
    except Refusal as refusal:
        unit_of_work().rollback()
        if refusal.code == REUSED and (known := _known(unit_of_work(), message)):
            return _accepted(message, known), 200  # the same report, in another request just now
        errors = {name: [line] for name, line in refusal.fields.items()}
        return _refused(refusal.sentence, errors=errors, code=refusal.code), refusal.status
    made = handled.outcome.problem_id if handled.outcome else handled.draft_id
    if made is None:
        raise RuntimeError("a report that was accepted is somewhere")
    if handled.outcome is not None:
        stamp_soon(made)
    return _accepted(message, made), 200


def _errors(form: PlacedForm) -> dict[str, list[str]]:
    return {name or "": [str(line) for line in lines] for name, lines in form.errors.items()}


def _take(
    message: Message, form: PlacedForm, pictures: Pictures, problem_id: int | None
) -> tuple[str, ...]:
    """The photos for the move: those the page showed already, then the phone's, each placed."""
    session, actor = unit_of_work(), access.current_actor()
    phase = Phase.AFTER if message.kind is Kind.RECTIFICATION else Phase.BEFORE
    address = form.address.data if isinstance(form, ReportForm) else ""
    dropped = message.sent.getlist("drop_ids")
    shown = [name for name in message.sent.getlist("photo_ids") if name not in dropped]
    if problem_id is not None and isinstance(form, ReportForm):
        intake.release(session, actor, problem_id, dropped)
    ids = phone_reports.still_to_take(session, [*shown, *pictures.ids], problem_id)
    phone_reports.place(session, actor, extensions.photos(), ids, form.shot(phase, address or ""))
    return ids


def _file(
    message: Message, form: PlacedForm, ids: tuple[str, ...], problem_id: int | None
) -> handling.Handled:
    if isinstance(form, ReportForm):
        is_draft = message.kind is Kind.DRAFT
        return handling.file_report(form, message.sent, ids, problem_id, is_draft=is_draft)
    if problem_id is None:
        raise ValueError("this form is of a problem")
    if isinstance(form, EvidenceForm):
        return handling.Handled(handling.add_to(problem_id, form.evidence(), ids, form.key.data))
    return handling.Handled(_rectify(form, ids, problem_id))


def _rectify(form: PlacedForm, ids: tuple[str, ...], problem_id: int) -> Outcome:
    if not isinstance(form, SubmitForm):
        raise TypeError("no form of a rectification")
    return perform(
        unit_of_work(), access.current_actor(), clock.now(), problem_id, "submit", form.given(),
        photo_ids=ids, version=whole(form.version.data), key=form.key.data,
    )  # fmt: skip


ADDRESSES = {
    Kind.REPORT: "street.reported",
    Kind.DRAFT: "street.draft",
    Kind.RECTIFICATION: "problem.show",
    Kind.EVIDENCE: "problem.show",
}


def _accepted(message: Message, problem_id: int) -> dict[str, Any]:
    """What the phone keeps of it: name and address, and each photo that is there."""
    session, actor = unit_of_work(), access.current_actor()
    problem = load_visible(session, actor, problem_id)
    own = problem.reporter_id == actor.user_id
    photos = phone_reports.confirmed(session, actor, problem_id, message.photos)
    added = ReportForm(formdata=message.sent).same_problem() == problem_id
    address = ADDRESSES[message.kind] if own and not added else "problem.show"
    return {
        "state": "accepted",
        "problem_id": problem_id,
        "number": problem.number,
        "title": presenting.title_of(problem),
        "href": url_for(address, problem_id=problem_id),
        "photos": [{"key": each.key, "sha256": each.sha256} for each in photos],
    }


def _refused(
    sentence: str,
    *,
    errors: dict[str, list[str]] | None = None,
    photos: dict[str, str] | None = None,
    code: str = "report.incomplete",
) -> dict[str, Any]:
    return {
        "state": "refused",
        "code": code,
        "sentence": sentence,
        "errors": errors or {},
        "photos": photos or {},
    }
