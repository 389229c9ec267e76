"""Ledgers: ask for one, see how far it is, take it away."""

from flask import Response, send_from_directory
from werkzeug.exceptions import NotFound as FileGone

from app import clock, extensions
from app.api.blueprint import blueprint
from app.api.operations import key_of_request, operation
from app.api.shapes import ledgers as shapes
from app.api.shapes.base import LARGEST_ID, Choice, Ref
from app.domain import policy as rights
from app.domain.refusals import NotFound
from app.domain.roles import Actor
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.models import Ledger
from app.services.ledgers import asking

TAG = "整治台账"
ONE = f"/ledgers/<int(max={LARGEST_ID}):ledger_id>"


def may_export(actor: Actor) -> bool:
    """上报人以外的工作人员"""
    return rights.may_export(actor)


@blueprint.post("/ledgers")
@access.policy(may_export)
@operation(TAG, shapes.Ledger, status=202, key=True, refuses=(403, 409, 415, 429))
def request_ledger(json: shapes.LedgerBody) -> tuple[shapes.Ledger, int]:
    """要一份台账

    由后台制作，用 GET 看进度；同样的一份还在制作时，得到的就是那一份。
    """
    session, actor = unit_of_work(), access.current_actor()
    made = asking.request_ledger(
        session,
        actor,
        clock.now(),
        json.period_from,
        json.period_to,
        json.org_id,
        key=key_of_request(),
    )
    return _ledger(asking.listed(session, actor, made.id)), 202


@blueprint.get("/ledgers")
@access.policy(may_export)
@operation(TAG, shapes.Ledgers, refuses=(403,))
def list_ledgers(query: shapes.LedgersQuery) -> shapes.Ledgers:
    """台账

    自己要的和系统自动制作的，新的在前。
    """
    rows = asking.list_ledgers(unit_of_work(), access.current_actor(), query.before)
    more = len(rows) == asking.LISTED
    items = [_ledger(row) for row in rows]
    return shapes.Ledgers(items=items, next=items[-1].id if more else None)


@blueprint.get(ONE)
@access.policy(may_export)
@operation(TAG, shapes.Ledger, refuses=(403, 404))
def show_ledger(ledger_id: int) -> shapes.Ledger:
    """一份台账的进度

    status 为 done 后可以下载。
    """
    return _ledger(asking.listed(unit_of_work(), access.current_actor(), ledger_id))


@blueprint.get(f"{ONE}/file")
@access.policy(may_export)
@operation(TAG, "application/octet-stream", refuses=(403, 404, 409, 429))
def ledger_file(ledger_id: int) -> Response:
    """下载台账

    一个 Excel 工作簿；超过 300 行的分成几个，装在一个 zip 里。每次下载都有记录。
    """
    row = asking.take_away(unit_of_work(write=True), access.current_actor(), clock.now(), ledger_id)
    folder = extensions.settings().exports
    try:
        answer = send_from_directory(
            folder, row.file_path, as_attachment=True, download_name=row.file_name, etag=row.sha256
        )
    except FileGone:
        raise NotFound(
            "ledger.file_missing", "台账文件不在存储中，请重新制作，或联系系统管理员。"
        ) from None
    answer.cache_control.no_store = True
    return answer


def _ledger(row: asking.Listed) -> shapes.Ledger:
    ledger: Ledger = row.ledger
    return shapes.Ledger(
        id=ledger.id,
        period_from=ledger.period_from,
        period_to=ledger.period_to,
        organisation=Ref(id=ledger.org_id, name=row.org_name),
        origin=ledger.origin,
        status=Choice(value=ledger.status, label=asking.LABELS[ledger.status]),
        rows_done=ledger.rows_done,
        rows_total=ledger.rows_total,
        error=ledger.error,
        file_name=ledger.file_name,
        file_size=ledger.file_size,
        sha256=ledger.sha256,
        created_at=ledger.created_at,
        finished_at=ledger.finished_at,
        downloads=row.downloads,
        file=f"/api/v1/ledgers/{ledger.id}/file" if ledger.status == asking.DONE else None,
    )
