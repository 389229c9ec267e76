"""Pages of ledgers."""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from app import clock, extensions
from app.domain.calendars import local_date
from app.domain.policy import may_export
from app.domain.refusals import NotFound, Refusal
from app.domain.roles import Actor
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.services import dates
from app.services.ledgers import asking, units
from app.web.form_errors import show_refusal
from app.web.form_fields import whole
from app.web.ledger import presenters
from app.web.ledger.forms import LedgerForm
from app.web.ledger.unlooked import unlooked
from app.web.taken_file import taken_file

blueprint = Blueprint("ledger", __name__, url_prefix="/ledgers")


def takes_ledgers(actor: Actor) -> bool:
    """责任单位、审核、核查、科室、大队、领导和台账人员"""
    return may_export(actor)


def today() -> date:
    """The local day."""
    return local_date(clock.now())


def _page(form: LedgerForm, answer: int = HTTPStatus.OK) -> ResponseReturnValue:
    session, actor, before = (
        unit_of_work(),
        access.current_actor(),
        whole(request.args.get("before")),
    )
    form.offer(units.units_for(session, actor), units.default_unit(session, actor))
    found = asking.list_ledgers(session, actor, before)
    page = presenters.page(form, found, today(), before=before)
    missing = unlooked(session, actor, form, today())
    return render_template("ledger/index.html", **page, unlooked=missing), answer


@blueprint.get("")
@access.policy(takes_ledgers)
def index() -> ResponseReturnValue:
    """The form and the ledgers that are there, the newest first."""
    form, name = LedgerForm(), request.args.get("period", "")
    form.begin_with(dates.preset(name if name in dates.PRESETS else "month", today()))
    return _page(form)


@blueprint.post("")
@access.policy(takes_ledgers)
def ask() -> ResponseReturnValue:
    """Ask for a ledger."""
    form, now = LedgerForm(), clock.now()
    try:
        first, last = form.days()
        asking.request_ledger(
            unit_of_work(), access.current_actor(), now, first, last, form.unit(),
            key=form.key.data or None,
        )  # fmt: skip
    except Refusal as refusal:
        show_refusal(form, refusal)
        return _page(form, refusal.status)
    flash("已开始制作台账，完成后在下面的表里下载。", "success")
    return redirect(url_for("ledger.index"))


@blueprint.get("/<int(max=2147483647):ledger_id>/status")
@access.policy(takes_ledgers)
def status(ledger_id: int) -> ResponseReturnValue:
    """How far a ledger is: the one element that the page asks for again."""
    listed = asking.listed(unit_of_work(), access.current_actor(), ledger_id)
    html = render_template("ledger/_status.html", status=presenters.status(listed))
    answer = Response(html, mimetype="text/html")
    answer.add_etag()
    answer.cache_control.no_cache = True
    return answer.make_conditional(request)


@blueprint.post("/<int(max=2147483647):ledger_id>/retry")
@access.policy(takes_ledgers)
def retry(ledger_id: int) -> ResponseReturnValue:
    """Queue a failed ledger again."""
    asking.retry(unit_of_work(), access.current_actor(), clock.now(), ledger_id)
    flash("已重新开始制作。", "success")
    return redirect(url_for("ledger.index"))


@blueprint.get("/<int(max=2147483647):ledger_id>/file")
@access.policy(takes_ledgers)
def download(ledger_id: int) -> Response:
    """The file; each download is written down."""
    session, actor = unit_of_work(write=True), access.current_actor()
    ledger = asking.take_away(session, actor, clock.now(), ledger_id)
    path = extensions.settings().exports / ledger.file_path
    if not path.is_file():
        raise NotFound("ledger.file_gone", "台账文件已不在服务器上，请重新制作一份。")
    return taken_file(path, ledger.file_name)
