"""The page of rows that are probably another's problem: merge, keep both, skip."""

from collections import defaultdict

from flask import flash, redirect, render_template, request

from app import clock
from app.domain.refusals import Invalid
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.models import ImportRun
from app.services.imports.settling import deciding as import_deciding
from app.services.imports.work.runs import TWIN
from app.web import form_fields
from app.web.imports import twin_pairs
from app.web.imports.asked import RUN, page_number
from app.web.imports.blueprint import Page, blueprint, imports_ledgers, loaded
from app.web.imports.diff import DONE

WAY = "way-"


@blueprint.get(RUN + "/twins")
@access.policy(imports_ledgers)
def twins(run_id: int) -> Page:
    """What the files say beside what stands there already, place, time and pictures."""
    session, actor = unit_of_work(), access.current_actor()
    page = twin_pairs.page(session, actor, loaded(run_id), page_number())
    return render_template("imports/twins.html", **page)


@blueprint.post(RUN + "/twins")
@access.policy(imports_ledgers)
def settle_twins(run_id: int) -> Page:
    """Take the decisions of the page, or one for all that are still open."""
    run = loaded(run_id)
    try:
        flash(_settled(run, request.form.get("do", "")), "success")
    except Invalid as refusal:
        flash(refusal.sentence, "warning")
    return redirect(request.full_path)


def _settled(run: ImportRun, asked: str) -> str:
    session, now = unit_of_work(), clock.now()
    if asked != "each":
        count = import_deciding.decide(session, now, run, TWIN, asked, open_only=True)
        return DONE[asked].format(count=count)
    wanted: dict[str, list[int]] = defaultdict(list)
    for name, decision in request.form.items():
        row_id = form_fields.whole(name.removeprefix(WAY)) if name.startswith(WAY) else None
        if row_id is not None:
            wanted[decision].append(row_id)
    if not wanted:
        raise Invalid("import.no_row", "请先给至少一条选好怎么处理，再保存。")
    count = sum(
        import_deciding.decide(session, now, run, TWIN, decision, ids)
        for decision, ids in wanted.items()
    )
    return f"已保存 {count} 条的选择。"
