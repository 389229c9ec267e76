"""The forms of people outdoors as their pages show them, with all that was typed and sent."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import request, url_for
from pypinyin import Style, lazy_pinyin
from sqlalchemy.orm import Session
from wtforms.fields.choices import SelectChoice

from app import clock, extensions
from app.domain.refusals import Conflict
from app.domain.roles import Actor, Role
from app.domain.states import Phase, State
from app.domain.workflow import find
from app.models import Category, Organisation, Photo
from app.services.cells.writing import EVENT
from app.services.evidence import intake
from app.services.lists import queues
from app.services.problems import my_reports, remedies, shown
from app.services.problems.shown import Detail
from app.services.world import load_rules
from app.web import presenting
from app.web.form_fields import whole
from app.web.street import asked_fields, capturing, near
from app.web.street.forms import (
    NO_POSITION,
    PHRASES,
    PRIORITY_HINTS,
    PlacedForm,
    ReportForm,
    SubmitForm,
)


def report_page(
    session: Session,
    actor: Actor,
    form: ReportForm,
    photo_ids: Sequence[str],
    detail: Detail | None = None,
) -> dict[str, Any]:
    """The form of a report with everything that was typed and every photo that is here."""
    streets = my_reports.streets_of(session, actor)
    own = my_reports.own_street(actor)
    form.street_id.choices = _street_choices(streets)
    asked = _asked(detail) if detail else ""
    return placed(session, actor, form, photo_ids, Phase.BEFORE) | {
        "capture": capturing.told(actor, Phase.BEFORE, detail),
        "heading": "补正上报" if asked else "接着填写" if detail else "上报问题",
        "groups": category_groups(shown.active_categories(session)),
        "fieldsets": asked_fields.fieldsets(
            session,
            whole(form.category_id.data),
            request.form,
            form.wrong_fields,
            detail.problem if detail else None,
        ),
        "own_street": next((s.name for s, _ in streets if s.id == own), ""),
        "hints": PRIORITY_HINTS,
        "near": None if asked else near.beside(session, actor, clock.now(), form),
        "near_href": "" if asked else url_for("street.what_is_near"),
        "asked": asked,
        "attached": _attached(detail) if detail else [],
        "send_label": "补正后上报" if asked else "上报",
        "action": url_for("street.draft", problem_id=detail.problem.id)
        if detail
        else url_for("street.report"),
    }


def placed(
    session: Session, actor: Actor, form: PlacedForm, photo_ids: Sequence[str], phase: Phase
) -> dict[str, Any]:
    """What the photo and position components need."""
    rules = load_rules(session)
    waiting = intake.waiting(session, actor, photo_ids, phase)
    names = ("lat", "lng", "accuracy_m", "located_at", "coord_source")
    return {
        "form": form,
        "kept": [_kept(photo, waiting=True, removable=True) for photo in waiting],
        "most_photos": rules.photos_per_phase,
        "camera_only": not rules.album_allowed,
        "photo_mb": extensions.settings().photo_limit_mb,
        "reasons": [(reason, reason) for reason in NO_POSITION],
        "reason": form.reason(),
        "place": {name: form[name].data or "" for name in names},
    }


def _attached(detail: Detail) -> list[dict[str, Any]]:
    """Photos the problem has already; those of a draft can still be taken off."""
    removable = detail.facts.state is State.DRAFT
    return [_kept(photo, waiting=False, removable=removable) for photo in detail.before]


def _kept(photo: Photo, *, waiting: bool, removable: bool) -> dict[str, Any]:
    return presenting.photo(photo) | {"waiting": waiting, "removable": removable}


def _asked(detail: Detail) -> str:
    """What the reviewer wants put right; nothing for a draft."""
    told = [entry for entry in detail.entries if entry.move != EVENT]
    if detail.facts.state is State.DRAFT or not told:
        return ""
    last = told[-1]
    return f"{last.who}：{last.reason}"


def _street_choices(
    streets: Sequence[tuple[Organisation, Organisation | None]],
) -> list[SelectChoice]:
    """Streets below their districts, as a select shows them."""
    return [
        SelectChoice("", "请选择"),
        *(
            SelectChoice(str(street.id), street.name, optgroup=district.name if district else None)
            for street, district in streets
        ),
    ]


def category_groups(categories: Sequence[Category]) -> list[dict[str, Any]]:
    """Everyday kinds first, then the others by their major kind; each kind once."""
    groups: dict[str, list[dict[str, str]]] = {}
    for kind in categories:
        label = "常见问题" if kind.everyday else kind.major_name
        item = {
            "value": str(kind.id),
            "label": kind.name,
            "icon": kind.icon,
            "search": search_words(kind.name, kind.keywords),
        }
        groups.setdefault(label, []).append(item)
    return [{"label": label, "items": items} for label, items in groups.items()]


@lru_cache(maxsize=1000)
def search_words(name: str, keywords: str) -> str:
    """Other words for a kind, its pinyin and its initials: 井盖 is found by jinggai and jg."""
    syllables = lazy_pinyin(name)
    initials = lazy_pinyin(name, style=Style.FIRST_LETTER)
    return " ".join([keywords, "".join(syllables), "".join(initials)]).strip()


def submit_page(
    session: Session,
    actor: Actor,
    problem_id: int,
    now: datetime,
    form: SubmitForm,
    photo_ids: Sequence[str],
) -> dict[str, Any]:
    """The picture of how it was, and the form for how it is.

    Raises NotFound out of sight, Conflict when there is nothing to submit for this person.
    """
    detail = shown.detail(session, actor, problem_id, now)
    problem, name = detail.problem, presenting.title_of(detail.problem)
    is_open = "submit" in {option.move.id for option in detail.options}
    last = ""
    if not form.is_submitted():
        last = remedies.last_words(session, actor, problem.category_id, but=problem_id)
        _begin(form, detail, actor, last, is_open=is_open)
    return placed(session, actor, form, photo_ids, Phase.AFTER) | {
        "capture": capturing.told(actor, Phase.AFTER, detail),
        "title": name,
        "number": problem.number,
        "place_text": presenting.place_of(problem, detail.org_names),
        "description": problem.description,
        "clock": detail.reading,
        "before": presenting.photos(detail.before, name),
        "came_back": presenting.came_back(problem),
        "consequence": find("submit").consequence,
        "remembered": bool(last),
        "phrases": () if last else PHRASES,
        "is_open": is_open,
        "action": url_for("street.submit", problem_id=problem_id),
        "then": list_of(actor),
        "back": url_for("problem.show", problem_id=problem_id),
    }


def _begin(form: SubmitForm, detail: Detail, actor: Actor, remedy: str, *, is_open: bool) -> None:
    if not is_open:
        label = detail.facts.state.label
        raise Conflict(
            "move.not_open", f"现在是“{label}”，不由您提交整改。请到问题页查看办到哪一步。"
        )
    form.version.data = str(detail.facts.version)
    form.handled_by.data = actor.org_name
    form.remedy.data = remedy


def list_of(actor: Actor) -> str:
    """The list a rectification came from: where the next one waits."""
    if actor.has(Role.BRIGADE_USER, Role.BRIGADE_ADMIN):
        return url_for("brigade.pool")
    return url_for("street.today" if queues.works_in_street(actor) else "unit.list")
