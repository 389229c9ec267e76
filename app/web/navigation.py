"""The menu: which pages a person works on, in order, and which of them is home."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask, current_app, g, request, url_for
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import clock, extensions
from app.domain import policy
from app.domain.roles import SECTION_TYPES, Actor, Role
from app.door import access
from app.services.lists import queues
from app.services.problems.bulk_moves import moves_in_bulk

log = logging.getLogger(__name__)

Count = Callable[[Session, Actor, datetime], int | None]
ON_LISTS = frozenset({Role.REPORTER, Role.UNIT_USER})
"""Roles that work from lists."""
# The brigade's admin signs off below the supervision pool.
SIGNS_OFF = access.holds(Role.LEAD_ADMIN)


def works_for_a_unit(actor: Actor) -> bool:
    """责任单位人员，街道除外（街道看今日清单）"""
    return queues.has_own_unit(actor) and not queues.works_in_street(actor)


def sends_from_a_phone(actor: Actor) -> bool:
    """上报人员、整改人员"""
    outdoors = (Role.REPORTER, Role.UNIT_USER, Role.BRIGADE_USER, Role.BRIGADE_ADMIN)
    return actor.has(*outdoors)


def works_in_the_table(actor: Actor) -> bool:
    """科室、审核、核查、直属大队、领导、台账和管理人员；街道和责任单位看自己的清单"""
    return actor.org_type in SECTION_TYPES or bool(actor.roles - ON_LISTS)


@dataclass(frozen=True, slots=True)
class Item:
    """One entry; shown to whom `gate` and the route's own policy both let in."""

    label: str
    endpoint: str
    icon: str
    gate: access.Gate
    also: str = ""  # another blueprint whose pages stand below this entry


ITEMS = (
    Item("今日清单", "street.today", "list-check", queues.works_in_street),
    Item("上报", "street.report", "camera-plus", queues.reports),
    Item("我的上报", "street.mine", "clipboard-list", queues.reports),
    Item("问题池", "review.pool", "inbox", queues.reviews),
    Item("待核查", "check.queue", "git-compare", queues.checks),
    Item("待销号", "sign_off.queue", "rubber-stamp", SIGNS_OFF),
    Item("紧急审定", "leader.urgent", "urgent", queues.leads),
    Item("挂号审批", "sign_off.deferrals", "player-pause", queues.decides_deferrals),
    Item("督导池", "brigade.pool", "stopwatch", queues.supervises),
    Item("本单位清单", "unit.list", "list-details", works_for_a_unit),
    Item("待发送", "phone_shell.outbox", "cloud-upload", sends_from_a_phone),
    Item("全部问题", "problem_list.index", "list-search", queues.anybody),
    Item("超级表", "table.index", "table", works_in_the_table, also="table_exports"),
    Item("成果库", "results.index", "photo", policy.may_see_results),
    Item("导入", "imports.index", "database-import", policy.may_import),
    Item("整治台账", "ledger.index", "file-spreadsheet", policy.may_export),
    Item("表格设置", "sheet_admin.index", "layout-columns", policy.may_administer_fields),
    Item("设置", "admin.settings", "settings", policy.may_change_settings, also="rights"),
)
HOME_OF = {Role.LEDGER_READER: "ledger.index", Role.SYSADMIN: "admin.settings"}
"""Roles whose first page is not the first entry they see; only for those who hold no other."""

_counts: dict[str, Count] = {}


def count_for(endpoint: str) -> Callable[[Count], Count]:
    """Give an entry its figure: a quick, indexed count, asked on every page."""

    def keep(count: Count) -> Count:
        _counts[endpoint] = count
        return count

    return keep


def items_for(actor: Actor) -> list[Item]:
    """The entries of this actor whose pages exist, home first."""
    shown = [item for item in ITEMS if _is_open(item, actor)]
    only = next(iter(actor.roles)) if len(actor.roles) == 1 else None
    home = HOME_OF.get(only) if only else None
    return sorted(shown, key=lambda item: item.endpoint != home)


def _is_open(item: Item, actor: Actor) -> bool:
    gate = access.gate_of(current_app, item.endpoint)
    return gate is not None and item.gate(actor) and gate(actor)


def home_of(actor: Actor) -> str | None:
    """The address of the first page of an actor's day; None if there is nothing for him."""
    items = items_for(actor)
    return url_for(items[0].endpoint) if items else None


def _menu(actor: Actor) -> list[dict[str, Any]]:
    items = items_for(actor)
    figures = _figures(items, actor)
    here = _current(items)
    return [
        {
            "label": item.label,
            "href": url_for(item.endpoint),
            "icon": item.icon,
            "current": item is here,
            "count": figures.get(item.endpoint),
        }
        for item in items
    ]


def _current(items: list[Item]) -> Item | None:
    """The entry of this page; else the one of its feature that this page stands below."""
    for item in items:
        if item.endpoint == request.endpoint:
            return item
    here = request.blueprint
    same = [item for item in items if here in {item.endpoint.partition(".")[0], item.also}]
    if len(same) == 1:
        return same[0]
    return next((item for item in same if _is_below(request.path, url_for(item.endpoint))), None)


def _is_below(path: str, page: str) -> bool:
    return path.startswith(f"{page.rstrip('/')}/")


def _figures(items: list[Item], actor: Actor) -> dict[str, int | None]:
    wanted = [item.endpoint for item in items if item.endpoint in _counts]
    if not wanted or request.method != "GET":
        return {}
    try:
        with extensions.database().reading() as session:
            return {name: _counts[name](session, actor, clock.now()) for name in wanted}
    except DBAPIError:  # a menu without figures is still a menu
        log.exception("the menu's figures could not be counted")
        return {}


def _account(actor: Actor) -> dict[str, Any]:
    links = [
        {"label": "修改密码", "href": url_for("account.change_password"), "icon": "lock"},
        {"label": "访问令牌", "href": url_for("account.token_list"), "icon": "key"},
    ]
    if policy.may_export(actor):
        exports = url_for("table_exports.index")
        links.insert(0, {"label": "我的导出", "href": exports, "icon": "file-spreadsheet"})
    if moves_in_bulk(actor):
        own = {"label": "我的批量办理", "href": url_for("bulk_moves.index"), "icon": "list-check"}
        links.insert(0, own)
    return {
        "name": actor.name,
        "org": actor.org_name,
        "logout_href": url_for("account.sign_out"),
        "links": links,
    }


def _context() -> dict[str, Any]:
    """What base.html wants: menu, account, city, and the actor."""
    context: dict[str, Any] = {"city": extensions.settings().city}
    if request.endpoint is None and request.routing_exception is None:
        return context
    try:
        person = None if "database_gone" in g else access.current_person()
    except DBAPIError:
        person = None
    if person is None:
        return context
    menu = [] if person.must_change_password else _menu(person.actor)
    account = _account(person.actor)
    return context | {"navigation": menu, "account": account, "current_actor": person.actor}


def register(app: Flask) -> None:
    """Give every page its menu."""
    app.context_processor(_context)
