"""The toolbar over a sheet in plain values: views, search, filter, sort, groups, columns, kinds."""

from dataclasses import replace
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain import policy
from app.domain.roles import SECTION_TYPES, Actor
from app.domain.states import TERMINAL
from app.services.names import Names
from app.services.super_table.section_sheets import OpenSheet
from app.services.tables import view_state
from app.services.tables import views as table_views
from app.services.tables.views import View
from app.web import patience
from app.web.devices import on_phone
from app.web.patience import Slow
from app.web.table_views import chips, forms, groups
from app.web.table_views.controls import Controls
from app.web.table_views.place import EDITORS, Place
from sheets.query import Query, describe

KINDS = (
    ("grid", "表格", "table"),
    ("cards", "卡片", "layout-grid"),
    ("board", "看板", "layout-board"),
    ("gallery", "图片", "photo"),
    ("map", "地图", "map-2"),
    ("calendar", "日历", "calendar"),
)
FORM = ("form", "表单", "device-mobile")
LONGEST_TYPED = 60
ENDED = ",".join(sorted(state.value for state in TERMINAL))
STILL_OPEN = ("f.state.not_in", ENDED)


def toolbar(
    session: Session,
    actor: Actor,
    open_sheet: OpenSheet,
    query: Query,
    view: View | None,
) -> dict[str, Any]:
    """What table_views/_toolbar.html draws; `query` is the one in effect, view included."""
    place = Place(open_sheet, query, view)
    controls = Controls(session, actor, open_sheet.sheet)
    views = table_views.list_views(session, actor, open_sheet.id)
    opened = place.own("edit")
    grouped = patience.part(session, actor, place, "groups", lambda: groups.groups(session, place))
    slow = isinstance(grouped, Slow)
    return {
        "action": url_for("table_views.compose", sheet_id=open_sheet.id),
        "row_href": url_for("table_views.condition", sheet_id=open_sheet.id),
        "view_id": view.id if view else "",
        "open": opened if opened in EDITORS else "",
        "views": _views(place, views),
        "saving": _saving(place),
        "search": {"value": query.search, "keep": place.without(view_state.SEARCH)},
        "filter": forms.filter_form(place, controls),
        "sort": forms.sort_form(place),
        "group": forms.group_form(place),
        "columns": forms.columns_form(place),
        "colours": forms.colours_form(place, controls),
        "kinds": _kinds(place, actor),
        "kind": place.kind,
        "export_href": _export_href(place, actor),
        "quick": _quick(place, actor),
        "chips": chips.chips(place, Names(session)),
        "sentence": _sentence(place, session),
        "groups": None if slow else grouped,
        "slow": grouped if slow else None,
        "clear_href": place.href(place.without(view_state.FILTER, view_state.SEARCH)),
        "columns_default_href": place.href(place.without(view_state.COLUMNS)),
        "left_out": _left_out(place),
    }


def may_fill(opened: OpenSheet, actor: Actor) -> bool:
    """Whether this person has a phone form of the sheet to fill in."""
    return bool(opened.form) and policy.may_fill_forms(actor)


def _export_href(place: Place, actor: Actor) -> str:
    """Where these rows can be taken away; empty without the right to, or where none are shown."""
    if not policy.may_export(actor) or place.kind == FORM[0]:
        return ""
    return place.href(place.state).replace(
        url_for("table.show", sheet_id=place.opened.id),
        url_for("table.start_export", sheet_id=place.opened.id),
        1,
    )


def _views(place: Place, views: list[View]) -> dict[str, Any]:
    sheet_id = place.opened.id
    here = url_for("table.show", sheet_id=sheet_id)

    def item(view: View) -> dict[str, Any]:
        return {
            "name": view.name,
            "href": f"{here}?view={view.id}",
            "current": place.view is not None and place.view.id == view.id,
            "locked": view.locked,
            "note": "" if view.mine else view.owner,
        }

    return {
        "current": place.view.name if place.view else "全部",
        "default_href": here,
        "own": [item(view) for view in views if not view.shared],
        "shared": [item(view) for view in views if view.shared],
        "manage_href": url_for("table_views.manage", sheet_id=sheet_id),
        "title": f"{place.opened.name}{' · ' + place.view.name if place.view else ''}",
    }


def _saving(place: Place) -> dict[str, Any]:
    """What may be kept: changes of a view, or a state that is no view yet."""
    view = place.view
    return {
        "changed": place.changed,
        "has_state": bool(place.state),
        "may_change": bool(view and view.may_change),
        "name": view.name if view else "",
        "locked": bool(view and view.locked and not view.may_change),
        "version": view.version if view else 0,
        "query": view_state.written(place.state),
        "save_action": url_for("table_views.update", view_id=view.id) if view else "",
        "new_action": url_for("table_views.save", sheet_id=place.opened.id),
        "discard_href": place.href(view.pairs) if view else "",
        "as_new_href": place.href(place.state, [("edit", "views")]),
        "typed": place.own("name")[:LONGEST_TYPED],
    }


def _kinds(place: Place, actor: Actor) -> list[dict[str, Any]]:
    """The kinds, each with the address of the same rows shown so."""
    form = [FORM] if may_fill(place.opened, actor) else []
    kinds = KINDS[1:] if on_phone() else KINDS
    return [
        {
            "label": label,
            "icon": icon,
            "href": place.with_(("as", "" if kind == "grid" and not place.view else kind)),
            "current": place.kind == kind,
        }
        for kind, label, icon in (*kinds, *form)
    ]


def _quick(place: Place, actor: Actor) -> list[dict[str, Any]]:
    """What people ask for most; a press adds it, another takes it away."""
    known, sheet = place.opened.sheet.by_id, place.opened.sheet
    dues = {
        "3 个工作日内到期": ("f.due_at.due_within_workdays", "3"),
        "本周到期": ("f.due_at.this_week", "1"),
        "超期": ("f.due_at.before_today", "1"),
    }
    found = []
    if place.opened.section_id is None and actor.org_id is not None:
        own = "lead_section" if actor.org_type in SECTION_TYPES else "responsible"
        label = "我的科室" if actor.org_type in SECTION_TYPES else "我的单位"
        if own in known:
            found.append(_pressed(place, label, [(f"f.{own}.is", str(actor.org_id))], set()))
    for label, pair in dues.items():
        _, field_id, key = pair[0].split(".")
        if field_id in known and "state" in known and sheet.operator(field_id, key):
            others = {each for each in dues.values() if each != pair}
            found.append(_pressed(place, label, [pair, STILL_OPEN], others))
    return found


def _pressed(
    place: Place, label: str, pairs: list[tuple[str, str]], others: set[tuple[str, str]]
) -> dict[str, Any]:
    state = place.state
    on = all(pair in state for pair in pairs)
    rest = [pair for pair in state if pair not in pairs and pair not in others]
    return {"label": label, "on": on, "href": place.href(rest if on else [*rest, *pairs])}


def _sentence(place: Place, session: Session) -> str:
    """The filter in words; nothing while all is shown in the sheet's own order."""
    query = place.query
    asked = view_state.state_of(place.state, view_state.FILTER, view_state.SEARCH, view_state.SORT)
    if not asked:
        return ""
    return describe(place.opened.sheet, replace(query, errors=()), Names(session))


def _left_out(place: Place) -> dict[str, Any] | None:
    """What of the address could not be used here, and whether its view asked for it."""
    errors = place.query.errors
    if not errors:
        return None
    kept = {name for name, _ in place.view.pairs} if place.view else set()
    title = ""
    if place.view is not None and any(error.parameter in kept for error in errors):
        title = f"视图“{place.view.name}”里有几处在您这里用不上，其余照常显示："
    return {"title": title, "sentences": list(dict.fromkeys(each.sentence for each in errors))}
