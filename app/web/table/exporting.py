"""A sheet taken away as a workbook: made first, then written down, then sent."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from urllib.parse import urlencode

from flask import Response, flash, redirect, send_file, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from app import clock, extensions
from app.domain.refusals import Invalid, TooMany
from app.domain.roles import Actor
from app.door.unit_of_work import unit_of_work
from app.services.names import Names
from app.services.tables import export, rows
from app.services.tables.export import Asking

Args = MultiDict[str, str]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# Each reads up to 50,000 rows while others want their pages.
AT_ONCE = BoundedSemaphore(2)


def answer(actor: Actor, sheet_id: int, args: Args) -> ResponseReturnValue:
    """The file; where it cannot be made one is led back to the table as it was, and told why."""
    if not AT_ONCE.acquire(blocking=False):
        return _back(TooMany("export.busy", "正在为别人导出，请过半分钟再试。"), sheet_id, args)
    try:
        return _file(actor, sheet_id, args)
    except Invalid as refusal:
        return _back(refusal, sheet_id, args)
    finally:
        AT_ONCE.release()


def _file(actor: Actor, sheet_id: int, args: Args) -> Response:
    now = clock.now()
    with TemporaryDirectory(prefix="xiaohao-") as folder:
        with extensions.database().reading() as session:
            table = rows.open_table(session, actor, now, sheet_id, args.items(multi=True))
            asking = Asking(actor, _unit(session, actor), now)
            written = export.write(session, asking, table, Path(folder))
        export.note(unit_of_work(write=True), asking, table, written.rows)
        file = BytesIO(written.path.read_bytes())
    sent = send_file(file, XLSX, as_attachment=True, download_name=written.path.name, etag=False)
    sent.headers["Cache-Control"] = "private, no-store"  # send_file would let anybody keep it
    return sent


def _unit(session: Session, actor: Actor) -> str:
    """The full name of the organisation somebody works for."""
    return (
        Names(session, full=True)
        .names("organisation", [actor.org_id or 0])
        .get(actor.org_id or 0, "")
    )


def _back(refusal: Invalid | TooMany, sheet_id: int, args: Args) -> ResponseReturnValue:
    flash(refusal.sentence, "warning")
    asked = urlencode(list(args.items(multi=True)))
    return redirect(f"{url_for('table.show', sheet_id=sheet_id)}?{asked}".rstrip("?"))
