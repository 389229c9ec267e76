"""Making a move from a page: the move itself, what a person hears then, or why it was not made."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import url_for
from flask_wtf import FlaskForm

from app import clock
from app.domain.facts import Given
from app.domain.refusals import Conflict, Invalid, NotAllowed, Refusal
from app.domain.workflow import Move
from app.door import access
from app.door.stamping import stamp_soon
from app.door.unit_of_work import unit_of_work
from app.models import Problem
from app.services.problems import shown
from app.services.problems.shown import Detail
from app.services.workflow import moves
from app.services.workflow.readings import reading_of
from app.services.world import circumstances
from app.web import move_forms, presenting
from app.web.form_errors import show_refusal

OVERTAKEN = {"problem.moved_on", "move.wrong_state", "request.none"}
INCOMPLETE = 422


@dataclass(frozen=True, slots=True)
class Overtaken:
    """Somebody was quicker: what is the case now, where it is seen, whether words are kept."""

    sentence: str
    href: str
    kept: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a form: `said` when the move is made, else the page's status and a notice.

    `detail` is the problem as it stands now.
    """

    detail: Detail
    said: str = ""
    status: int = 200
    overtaken: Overtaken | None = None


def attempt(
    detail: Detail,
    move: Move,
    form: FlaskForm,
    given: Callable[[], Given] | None = None,
    names: dict[str, str] | None = None,
) -> Tried:
    """Make the move if its form was sent; a missing or wrong field is told at that field.

    `given` is asked for what was filled in where the form's fields are not the table's own;
    `names` are then the form's names of the rules' fields. Raises the refusals that no form
    can put right: NotAllowed and NotFound.
    """
    if not form.is_submitted():
        return Tried(detail)
    if not form.validate():
        return Tried(detail, status=INCOMPLETE)
    try:
        return Tried(detail, said=act(detail, move, form, given))
    except (Conflict, Invalid) as refusal:
        now = fresh(detail.problem.id)
        if refusal.code in OVERTAKEN:
            href = url_for("problem.show", problem_id=detail.problem.id)
            notice = Overtaken(refusal.sentence, href, move_forms.is_filled(form))
            return Tried(now, status=refusal.status, overtaken=notice)
        show_refusal(form, refusal, names)
        return Tried(now, status=refusal.status)


def act(
    detail: Detail, move: Move, form: FlaskForm, given: Callable[[], Given] | None = None
) -> str:
    """Make a move with what a form says; the sentence to be heard. Raises Refusal."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    outcome = moves.perform(
        session,
        actor,
        now,
        detail.problem.id,
        move.id,
        given() if given is not None else move_forms.given_of(session, form),
        version=move_forms.version_of(form),
        key=form["key"].data or None,
    )
    stamp_soon(outcome.problem_id)
    problem = session.get_one(Problem, outcome.problem_id)  # it may have left his sight with this
    reading = reading_of(problem, circumstances(session, now))
    return presenting.done_sentence(move, outcome, problem, reading)


def fresh(problem_id: int) -> Detail:
    """The problem as it is now, after a "no": nothing of the attempt stays."""
    session = unit_of_work()
    session.rollback()
    return shown.detail(session, access.current_actor(), problem_id, clock.now())


def require_offered(move: Move, detail: Detail) -> None:
    """Raise why a move's form cannot be opened now, if it cannot."""
    if move.id in {option.move.id for option in detail.options}:
        return
    raise not_offered(move, detail)


def not_offered(move: Move, detail: Detail) -> Refusal:
    """Why a move is not open to this person now."""
    state = detail.facts.state
    if state not in move.from_states:
        return Conflict(
            "move.wrong_state",
            f"现在是“{state.label}”，不能“{move.label}”；可能已被他人处理，请到问题页查看。",
        )
    return NotAllowed("move.not_allowed", f"您现在不能“{move.label}”：由{move.who.__doc__}办理。")
