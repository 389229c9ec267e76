"""Pages of moves on many problems."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from app import clock
from app.domain.refusals import Invalid
from app.domain.workflow import find
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services.problems import bulk_moves
from app.services.problems.bulk_moves import moves_in_bulk
from app.web import move_forms
from app.web.bulk_moves import forms, presenters
from app.web.form_errors import show_refusal

blueprint = Blueprint("bulk_moves", __name__, url_prefix="/table/moves")


@blueprint.get("")
@access.policy(moves_in_bulk)
def index() -> ResponseReturnValue:
    """One's own last bulk moves."""
    found = bulk_moves.latest(unit_of_work(), access.current_actor())
    return render_template("bulk_moves/index.html", **presenters.list_page(found))


@blueprint.post("")
@access.policy(moves_in_bulk)
def choose() -> ResponseReturnValue:
    """The moves that the selected problems allow."""
    session, actor, now = unit_of_work(write=False), access.current_actor(), clock.now()
    found = bulk_moves.selection(session, actor, now, forms.selected())
    some = bulk_moves.problems_of(session, actor, found.ids[: presenters.SHOWN])
    return render_template("bulk_moves/choose.html", **presenters.choice_page(found, some))


@blueprint.post("/new/<move_id>")
@access.policy(moves_in_bulk)
def form(move_id: str) -> ResponseReturnValue:
    """The form of a move on the selected problems, and asking for it."""
    session, actor, now, move = unit_of_work(), access.current_actor(), clock.now(), find(move_id)
    filled, sent = forms.form_for(session, move), forms.SEEN in request.form
    versions = forms.seen() if sent else _versions()
    if sent and filled.validate():
        try:
            given = move_forms.given_of(session, filled)
            key = filled[forms.KEY].data or None
            bulk = bulk_moves.start(session, actor, now, move.id, versions, given, key=key)
            return redirect(url_for("bulk_moves.show", bulk_id=bulk.id))
        except Invalid as refusal:
            show_refusal(filled, refusal)
    some = bulk_moves.problems_of(session, actor, list(versions)[: presenters.SHOWN])
    page = presenters.form_page(move, filled, versions, some)
    return render_template("bulk_moves/form.html", **page), 422 if sent else 200


def _versions() -> dict[int, int]:
    ids = bulk_moves.checked(forms.selected())
    return bulk_moves.versions_of(unit_of_work(), access.current_actor(), ids)


@blueprint.get("/<int:bulk_id>")
@access.policy(moves_in_bulk)
def show(bulk_id: int) -> ResponseReturnValue:
    """How far it is, and what became of each problem."""
    session, actor = unit_of_work(), access.current_actor()
    bulk = bulk_moves.own(session, actor, bulk_id)
    page = presenters.report_page(session, actor, bulk)
    return render_template("bulk_moves/show.html", **page)


@blueprint.get("/<int:bulk_id>/status")
@access.policy(moves_in_bulk)
def status(bulk_id: int) -> ResponseReturnValue:
    """How far it is: the one element that the page asks for again."""
    bulk = bulk_moves.own(unit_of_work(), access.current_actor(), bulk_id)
    html = render_template("bulk_moves/_status.html", status=presenters.status(bulk, alone=True))
    answer = Response(html, mimetype="text/html")
    answer.add_etag()
    answer.cache_control.no_cache = True
    return answer.make_conditional(request)


@blueprint.post("/<int:bulk_id>/again")
@access.policy(moves_in_bulk)
def again(bulk_id: int) -> ResponseReturnValue:
    """Try what was not done once more."""
    session, actor, now = unit_of_work(), access.current_actor(), clock.now()
    bulk = bulk_moves.again(session, actor, now, bulk_id)
    flash(f"已重新办理其中 {len(bulk.problems)} 条。", "success")
    return redirect(url_for("bulk_moves.show", bulk_id=bulk.id))
