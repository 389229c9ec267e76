"""A sheet taken away as a workbook: at once where it is small, else by a job."""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from urllib.parse import urlencode

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app import clock, extensions
from app.domain.refusals import Invalid, TooMany
from app.domain.roles import Actor
from app.door.unit_of_work import unit_of_work
from app.services.tables import export, export_asking, rows
from app.web.taken_file import taken_file

Args = MultiDict[str, str]
# Each keeps a core busy for two seconds while others want their pages.
AT_ONCE = BoundedSemaphore(2)
PATIENCE = 5.0  # seconds
QUEUED = "行数较多，已转到后台导出，做好后在这里下载。"
MANY = "行数较多，要在后台导出。请按“导出 Excel”，不要用以前的下载地址。"


def start(actor: Actor, sheet_id: int, args: Args) -> ResponseReturnValue:
    """Lead to the file where it is soon made, else have it made and lead to where it is found."""
    now = clock.now()
    try:
        with extensions.database().reading() as session:
            table = rows.open_table(session, actor, now, sheet_id, args.items(multi=True))
            wish = export_asking.wish_of(session, table)
        if export.is_small(table, wish.rows):
            return redirect(_address("table.export", sheet_id, args), 303)
        export_asking.request_export(unit_of_work(), actor, now, wish)
    except (Invalid, TooMany) as refusal:
        return _back(refusal.sentence, sheet_id, args)
    flash(QUEUED, "success")
    return redirect(url_for("table_exports.index"), 303)


def answer(actor: Actor, sheet_id: int, args: Args) -> ResponseReturnValue:
    """The file; where it cannot be made one is led back to the table as it was, and told why."""
    if not AT_ONCE.acquire(timeout=PATIENCE):
        return _back("正在为别人导出，请过几秒再试。", sheet_id, args)
    try:
        return _file(actor, sheet_id, args)
    except Invalid as refusal:
        return _back(refusal.sentence, sheet_id, args)
    finally:
        AT_ONCE.release()


def _file(actor: Actor, sheet_id: int, args: Args) -> ResponseReturnValue:
    now = clock.now()
    with TemporaryDirectory(prefix="xiaohao-") as name:
        folder = Path(name)
        with extensions.database().reading() as session:
            table = rows.open_table(session, actor, now, sheet_id, args.items(multi=True))
            if not export.is_small(table, export.rows_of(session, table)):
                return _back(MANY, sheet_id, args)
            lot = export.read(session, export.asking_of(session, actor, now), table, folder)
        written = export.write(lot, folder)
        taken = export.told(table, written.rows)
        export.note(unit_of_work(write=True), actor, now, sheet_id, taken)
        return taken_file(BytesIO(written.path.read_bytes()), written.path.name)


def _back(sentence: str, sheet_id: int, args: Args) -> ResponseReturnValue:
    flash(sentence, "warning")
    return redirect(_address("table.show", sheet_id, args), 303)


def _address(endpoint: str, sheet_id: int, args: Args) -> str:
    asked = urlencode(list(args.items(multi=True)))
    return f"{url_for(endpoint, sheet_id=sheet_id)}?{asked}".rstrip("?")
