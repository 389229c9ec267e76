"""A unit's list in plain values: tabs with their figures, rows with the moves of the table."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.roles import Actor
from app.domain.states import State
from app.domain.workflow import Option
from app.services.lists import pages
from app.services.lists.pages import ListPage, ListRow
from app.services.problems import shown as problems
from app.web import cards, presenting
from app.web.listing import SEARCH, View, figure, listing

ON_THE_ROW = ("submit", "request_deferral")


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: the states it holds."""

    name: str
    label: str
    state: State

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filter as a list's address has it."""
        return [("f.state.is", self.state.value)]


TABS = (
    Tab("", "待整改", State.LISTED),
    Tab("deferred", "挂号", State.DEFERRED),
    Tab("submitted", "待核查", State.SUBMITTED),
)
EMPTY = {
    "": ("没有待整改的问题", "审核员下发给本单位的问题会出现在这里，先到期的排在前面。"),
    "deferred": ("没有挂号的问题", "申请挂号并经批准的问题会出现在这里，到期自动回到待整改。"),
    "submitted": ("没有等待核查的问题", "提交整改后，等待核查员对比前后照片的问题会出现在这里。"),
}


def tab_named(name: str) -> Tab:
    """The tab of this name; the first for any other."""
    return next((tab for tab in TABS if tab.name == name), TABS[0])


def waiting(session: Session, actor: Actor, now: datetime) -> int:
    """How many wait to be solved."""
    return pages.count_queue(session, actor, now, "unit", TABS[0].pairs)


def page(session: Session, actor: Actor, now: datetime, page: ListPage, tab: Tab) -> dict[str, Any]:
    """The tabs and the list under one of them."""
    open_now = problems.options_of(session, actor, now, [row.id for row in page.rows])
    view = View(
        "unit.list",
        keep={"tab": tab.name} if tab.name else None,
        actions=lambda row: actions(row, open_now.get(row.id, ())),
        fixed=frozenset({"f.state.is"}),
        without=frozenset({"state", "responsible"}),
    )
    shown = listing(page, view, (SEARCH,))
    if not shown["clear_href"]:
        shown["empty"] = EMPTY[tab.name]
    return {
        "list": shown,
        "label": tab.label,
        "tabs": [
            {
                "label": each.label,
                "count": figure(pages.count_queue(session, actor, now, "unit", each.pairs)),
                "href": url_for("unit.list", tab=each.name or None),
                "current": each is tab,
            }
            for each in TABS
        ],
    }


def actions(row: ListRow, options: tuple[Option, ...]) -> list[dict[str, str]]:
    """The moves a unit makes from its list, where the table allows them now."""
    return [
        {
            "label": option.move.label,
            "href": _href(row.id, option.move.id),
            "icon": presenting.MOVE_ICONS.get(option.move.id, ""),
            "kind": presenting.KINDS[option.move.tone],
        }
        for option in options
        if option.move.id in ON_THE_ROW
    ]


def _href(problem_id: int, move_id: str) -> str:
    if move_id == "submit":
        return cards.rectify_href(problem_id)
    return presenting.move_href(problem_id, move_id)
