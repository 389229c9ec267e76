"""A desk: one problem of a queue at a time, the moves made there, then the next one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from app import clock
from app.domain.facts import Given
from app.domain.needs import Need
from app.domain.workflow import Move, find
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.lists import queue_walk
from app.services.lists.queue_walk import Step
from app.services.problems import shown as problems
from app.services.problems.shown import Detail
from app.web import acting, move_forms, presenting, take_back
from app.web.problem_head import head


@dataclass(frozen=True, slots=True)
class Desk:
    """Which queue is worked through, on which pages, by which moves of the table."""

    queue: str
    list_page: str
    show_page: str
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeskForm:
    """A form on a desk. One form may serve several moves: each has a button of its own.

    `text_fields` says which of its fields is a move's `text` where it is not called so.
    """

    id: str
    moves: tuple[Move, ...]
    form: FlaskForm
    needs: tuple[Need, ...] = ()
    text_fields: Mapping[str, str] | None = None

    def given(self, _move: Move) -> Given:
        """What was filled in for this move."""
        return move_forms.given_of(unit_of_work(), self.form)

    def names(self, move: Move) -> dict[str, str]:
        """The rules' names of fields that are called otherwise here."""
        return {"text": self.text_fields[move.id]} if self.text_fields else {}


@dataclass(slots=True)
class Sitting:
    """One person at a desk with one problem before him."""

    desk: Desk
    detail: Detail
    step: Step
    forms: list[DeskForm]
    status: int = 200
    overtaken: acting.Overtaken | None = None
    failed: str = ""  # the id of the form that was refused

    def form(self, form_id: str) -> DeskForm | None:
        """The form of this id, if it is on the desk."""
        return next((each for each in self.forms if each.id == form_id), None)


def sit_down(desk: Desk, problem_id: int) -> Sitting:
    """Take a problem of the desk's queue in hand, with a form for each move open to this person."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    detail = problems.detail(session, actor, problem_id, now)
    step = queue_walk.step_at(session, actor, now, desk.queue, problem_id, view_pairs())
    return Sitting(desk, detail, step, plain_forms(desk, detail))


def plain_forms(desk: Desk, detail: Detail) -> list[DeskForm]:
    """A form for each of the desk's moves that is open now, and for the one that was sent."""
    session, sent = unit_of_work(), sent_move()
    open_now = {option.move.id for option in detail.options}
    wanted = [each for each in desk.moves if each in open_now or each == sent]
    return [plain_form(session, find(each), detail) for each in wanted]


def plain_form(session: Session, move: Move, detail: Detail) -> DeskForm:
    """The form of one move, built from the table."""
    form = move_forms.form_for(session, move, detail, prefix=f"{move.id}-")
    return DeskForm(move.id, (move,), form, move_forms.needs_of(move, detail))


def sent_move() -> str:
    """The id of the move whose button was pressed; nothing where a page is only opened."""
    return request.form.get(move_forms.PRESSED, "") if request.method == "POST" else ""


def wanted_move() -> str:
    """The id of the move one has come here for."""
    return request.args.get("open", "")


def work(sitting: Sitting) -> ResponseReturnValue | None:
    """Make the move that was asked for; the way to the next problem, or None: show the page again.

    Raises NotAllowed, NotFound, and Invalid for a move that is not made at this desk.
    """
    sent = sent_move()
    if not sent:
        return None
    mine = next((each for each in sitting.forms if sent in {m.id for m in each.moves}), None)
    if mine is None:
        raise acting.not_offered(find(sent), sitting.detail)
    move = find(sent)
    tried = acting.attempt(
        sitting.detail, move, mine.form, lambda: mine.given(move), mine.names(move)
    )
    if tried.said:
        return _done(sitting, move, tried.said)
    sitting.detail, sitting.status = tried.detail, tried.status
    sitting.overtaken, sitting.failed = tried.overtaken, mine.id
    return None


def _done(sitting: Sitting, move: Move, said: str) -> ResponseReturnValue:
    """On to the next problem; after a take-back this one is judged anew."""
    if take_back.asked_by_script():
        return {"next": next_page(sitting), "bar": take_back.bar_html()}
    if not take_back.is_offered_after(move.id):
        flash(said, "success")
    if move.id == take_back.TAKE_BACK:
        shown = url_for(sitting.desk.show_page, problem_id=sitting.detail.problem.id)
        return redirect(shown)
    return redirect(next_page(sitting))


def next_page(sitting: Sitting) -> str:
    """The next problem of the queue, or the queue when this was the last."""
    desk, step = sitting.desk, sitting.step
    if step.next is None:
        return url_for(desk.list_page, **view_args())
    return url_for(desk.show_page, problem_id=step.next, **view_args())


def view_pairs() -> list[tuple[str, str]]:
    """The filter and order of the list one came from, as the address carries them."""
    kept = ("sort", "q")
    return [
        (name, value)
        for name, value in request.args.items(multi=True)
        if name in kept or name.startswith("f.")
    ]


def view_args() -> dict[str, Any]:
    """The same for an address to be built."""
    args: dict[str, Any] = {}
    for name, value in view_pairs():
        args.setdefault(name, []).append(value)
    return args


def page(sitting: Sitting) -> dict[str, Any]:
    """What every desk's page shows: the problem, where it stands in the queue, the forms."""
    detail, desk, step = sitting.detail, sitting.desk, sitting.step
    names = detail.org_names
    return {
        "head": head(detail),
        "action": url_for(desk.show_page, problem_id=detail.problem.id, **view_args()),
        "walk": {
            "previous": _page_of(desk, step.previous),
            "next": _page_of(desk, step.next),
            "place": step.place,
            "total": f"{step.total}{'＋' if step.more else ''}",
            "list": url_for(desk.list_page, **view_args()),
        },
        "forms": [_form(each, sitting, names) for each in sitting.forms],
        "overtaken": sitting.overtaken,
        "wanted": wanted_move(),
    }


def _page_of(desk: Desk, problem_id: int | None) -> str | None:
    if problem_id is None:
        return None
    return url_for(desk.show_page, problem_id=problem_id, **view_args())


def _form(mine: DeskForm, sitting: Sitting, names: dict[int, str]) -> dict[str, Any]:
    problem = sitting.detail.problem
    return {
        "id": mine.id,
        "form": mine.form,
        "needs": mine.needs,
        "open": mine.id in {sitting.failed, wanted_move()},
        "buttons": [
            {
                "id": move.id,
                "label": move.label,
                "kind": presenting.KINDS[move.tone],
                "icon": presenting.MOVE_ICONS.get(move.id, ""),
                "consequence": presenting.consequence(move, problem, names),
            }
            for move in mine.moves
        ],
    }
