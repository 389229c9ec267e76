"""The page that shows what an import would change, and takes decisions row by row or in bulk."""

from flask import flash, redirect, render_template, request, url_for

from app import clock
from app.domain.refusals import Invalid
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.models import ImportRun
from app.services.imports.comparing import keys as import_keys
from app.services.imports.settling import deciding as import_deciding
from app.services.imports.work import rows as import_rows
from app.services.imports.work.runs import CONFLICTING, NEW, ROW_STATUSES, TWIN
from app.web import form_fields
from app.web.imports import diff_rows, row_keys
from app.web.imports.asked import RUN, page_number, ticked
from app.web.imports.blueprint import Page, blueprint, imports_ledgers, loaded
from app.web.imports.diff_rows import Shown

CHOICE = "choice-"
ORDER = (CONFLICTING, NEW)
DONE = {
    "skip": "{count} 行不导入，可以随时改回来。",
    "apply": "{count} 行改回导入。",
    "pool": "{count} 行的冲突保留系统里的值。",
    "file": "{count} 行的冲突用文件里的值。",
    "merge": "{count} 行将并入对方的问题。",
    "keep": "{count} 行将作为新问题写入，与对方的并存。",
}


@blueprint.get(RUN + "/diff")
@access.policy(imports_ledgers)
def diff(run_id: int) -> Page:
    """New, changed, unchanged, conflicting and impossible rows; nothing is written yet."""
    session, run = unit_of_work(), loaded(run_id)
    asked = _asked(run)
    if asked.kind == TWIN:
        return redirect(url_for("imports.twins", run_id=run.id))
    keys = row_keys.chooser(session, run)
    return render_template("imports/diff.html", **diff_rows.page(session, run, asked, keys))


def _asked(run: ImportRun) -> Shown:
    tab = request.args.get("tab", "")
    if tab not in ROW_STATUSES:
        counts = import_rows.counts(unit_of_work(), run.id)
        tab = next((kind for kind in (*ORDER, *ROW_STATUSES) if counts[kind]), NEW)
    return Shown(tab, page_number())


@blueprint.post(RUN + "/diff")
@access.policy(imports_ledgers)
def decide(run_id: int) -> Page:
    """Take decisions on rows; writing itself asks once more on a page of its own."""
    run, asked = loaded(run_id), request.form.get("do", "")
    here = redirect(request.full_path)
    kind = request.args.get("tab", "")
    try:
        if asked == "write":
            return redirect(_to_apply(run, kind))
        flash(_decided(run, kind, asked), "success")
    except Invalid as refusal:
        flash(refusal.sentence, "warning")
    return here


def _to_apply(run: ImportRun, kind: str) -> str:
    ids = ticked()
    if ids is None:
        return url_for("imports.apply", run_id=run.id, kind=kind)
    return url_for("imports.apply", run_id=run.id, row=ids)


def _decided(run: ImportRun, kind: str, asked: str) -> str:
    session, now = unit_of_work(), clock.now()
    if asked == "cells":
        count = import_deciding.choose_cells(session, now, run, _choices())
        return f"已保存 {count} 行的选择。" if count else "没有新的选择。"
    if asked == "column":
        field, side = request.form.get("field", ""), request.form.get("side", "")
        count = import_deciding.choose_column(session, now, run, field, side)
        return f"已给 {count} 行选好。"
    count = import_deciding.decide(session, now, run, kind, asked, ticked())
    return DONE[asked].format(count=count)


@blueprint.post(RUN + "/keys")
@access.policy(imports_ledgers)
def choose_keys(run_id: int) -> Page:
    """Know rows again by other fields, and compare anew."""
    session, now, run = unit_of_work(), clock.now(), loaded(run_id)
    section = form_fields.whole(request.form.get("section")) or 0
    fields = [] if request.form.get("proposed") else request.form.getlist("key")
    try:
        import_keys.choose_keys(session, now, run, section, fields)
        flash("已重新对比。", "success")
    except Invalid as refusal:
        flash(refusal.sentence, "warning")
    return redirect(url_for("imports.diff", run_id=run.id))


def _choices() -> dict[int, dict[str, str]]:
    """Row -> field -> side, as the radio buttons say."""
    found: dict[int, dict[str, str]] = {}
    for name, side in request.form.items():
        if not name.startswith(CHOICE):
            continue
        row, _, field = name.removeprefix(CHOICE).partition("-")
        row_id = form_fields.whole(row)
        if row_id is not None:
            found.setdefault(row_id, {})[field] = side
    return found
