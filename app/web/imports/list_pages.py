"""The page on which imports begin and are found again, as it is shown."""

from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app import extensions
from app.domain.roles import Actor
from app.models import ImportRun
from app.services.imports.settling import offers as import_offers
from app.services.imports.work import runs as import_runs
from app.services.imports.work import saved as import_saved
from app.services.imports.work.runs import AT_WORK, LABELS, MOST_FILES, PART, READY
from app.web import presenting
from app.web.imports import forms, handing, run_pages
from app.web.imports.handing import Arrived

SAID = (
    ("new", "新增"), ("changed", "变更"), ("unchanged", "未变"), ("conflicting", "冲突"),
    ("twin", "疑似重复"), ("broken", "不能导入"),
)  # fmt: skip


def page(
    session: Session, actor: Actor, form: forms.HandInForm, arrived: Arrived
) -> dict[str, Any]:
    """What imports/index.html draws."""
    sections = import_offers.sections_for(session, actor)
    form.offer(sections)
    return {
        "form": form,
        "sections": sections,
        "kept": [
            {"value": handing.kept_value(each), "name": each.name, "size": size_text(each.size)}
            for each in arrived.files
        ],
        "limits": forms.limits_in_words(MOST_FILES, extensions.settings().upload_limit_mb),
        "accepted": forms.ACCEPTED,
        "longest": forms.LONGEST_PASTE,
        "saved": _saved(session, actor),
        "runs": _runs(session, actor),
    }


def _saved(session: Session, actor: Actor) -> list[dict[str, Any]]:
    found = import_saved.saved_of(session, actor)
    names = import_offers.names_of(session, [each.section_id for each in found if each.section_id])
    return [
        {
            "id": each.id,
            "name": each.name,
            "section": names.get(each.section_id or 0, ""),
            "used": presenting.moment(each.used_at) if each.used_at else "",
            "repeat_href": url_for("imports.repeat", saved_id=each.id),
            "forget_href": url_for("imports.forget", saved_id=each.id),
        }
        for each in found
    ]


def _runs(session: Session, actor: Actor) -> list[dict[str, Any]]:
    found = import_runs.runs_of(session, actor)
    names = import_offers.names_of(session, [each.section_id for each in found if each.section_id])
    owners = import_offers.owners_of(session, [each.owner_id for each in found])
    return [_run(each, names, owners, actor) for each in found]


def _run(
    run: ImportRun, names: dict[int, str], owners: dict[int, str], actor: Actor
) -> dict[str, Any]:
    return {
        "href": run_pages.onward(run) if run.status not in AT_WORK else _show(run),
        "name": run.name,
        "section": names.get(run.section_id or 0, ""),
        "owner": "" if run.owner_id == actor.user_id else owners.get(run.owner_id, ""),
        "asked": presenting.moment(run.created_at),
        "state": LABELS[run.status],
        "waits": run.status in {READY, PART},
        "at_work": run.status in AT_WORK,
        "counts": counts_in_words(run.counts),
        "sentence": run.sentence,
    }


def _show(run: ImportRun) -> str:
    return url_for("imports.show", run_id=run.id)


def counts_in_words(counts: dict[str, Any]) -> str:
    """The rows by what becomes of them, those there are."""
    return "，".join(f"{label} {counts[kind]}" for kind, label in SAID if counts.get(kind))


def size_text(size: int) -> str:
    """Bytes as people say them."""
    kilobytes = max(size // 1024, 1)
    return f"{kilobytes} KB" if kilobytes < 1024 else f"{kilobytes / 1024:.1f} MB"  # noqa: PLR2004
