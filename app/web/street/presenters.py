"""A street's lists in plain values: today's tasks, my reports, what became of one just sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from app.domain.clocks import Light
from app.domain.roles import Actor
from app.domain.states import State
from app.services.lists.pages import ListPage, ListRow
from app.services.problems import my_reports, shown
from app.web import cards, presenting

MINE_FIELDS = ("void_reason",)


# --- today ---


def today(page: ListPage, total: int) -> dict[str, Any]:
    """Cards with the button that is the work, and a line that says how much there is."""
    return {
        "cards": [task(row) for row in page.rows],
        "summary": _summary(page.rows, total),
        "empty": (page.queue.empty, page.queue.empty_hint),
        "next": url_for("street.today", after=page.next) if page.next else None,
    }


def task(row: ListRow) -> cards.Card:
    """A card whose button opens the viewfinder for the photo of afterwards."""
    # All that stands here has one state: the badge would only repeat the page's name.
    return cards.card(
        row, state="", action=cards.Action("拍整改后", cards.rectify_href(row.id), "camera")
    )


def _summary(rows: Sequence[ListRow], total: int) -> str:
    """待整改 7 件：超期 1 件，2 个工作日内到期 3 件. The first page holds what is most pressing."""
    lights = [row.reading.light for row in rows if row.reading]
    parts = []
    if late := lights.count(Light.RED):
        parts.append(f"超期 {late} 件")
    if soon := lights.count(Light.YELLOW):
        parts.append(f"快到期 {soon} 件")
    if not parts and rows and rows[0].reading:
        parts.append(f"最近一件{rows[0].reading.text}")
    return f"待整改 {total} 件" + (f"：{'，'.join(parts)}" if parts else "")


# --- a report just sent ---


def reported(session: Session, actor: Actor, problem_id: int, now: datetime) -> dict[str, Any]:
    """What the reporter has just sent, and who has it now."""
    detail = shown.detail(session, actor, problem_id, now)
    problem = detail.problem
    return {
        "title": presenting.title_of(problem),
        "place": presenting.place_of(problem, detail.org_names),
        "photos": presenting.photos(detail.before, presenting.title_of(problem)),
        "clock": detail.stage_reading,
        "stands_in": detail.facts.state.place,
        "state": detail.facts.state.value,
        "state_label": detail.facts.state.label,
        "urgent_asked": bool(problem.urgent_reason),
        "href": url_for("problem.show", problem_id=problem_id),
    }


# --- my reports ---


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab of my reports: which states it holds."""

    name: str
    label: str
    states: tuple[State, ...] = ()

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The filter as a list's address has it."""
        if not self.states:
            return []
        return [("f.state.in", ",".join(state.value for state in self.states))]


TABS = (
    Tab("", "全部"),
    Tab("correct", "待补正", (State.NEEDS_CORRECTION,)),
    Tab("draft", "草稿", (State.DRAFT,)),
    Tab("review", "待审核", (State.POOLED, State.URGENT_REVIEW)),
    Tab("open", "办理中", (State.LISTED, State.URGENT_LISTED, State.SUBMITTED,
                        State.PRE_SIGNED_OFF, State.DEFERRED)),
    Tab("closed", "已销号", (State.SIGNED_OFF,)),
    Tab("void", "作废", (State.VOID,)),
)  # fmt: skip


def tab_named(name: str) -> Tab:
    """The tab of this name; the first for any other."""
    return next((tab for tab in TABS if tab.name == name), TABS[0])


def mine(session: Session, page: ListPage, tab: Tab) -> dict[str, Any]:
    """My reports as cards, each with the reason when it came back."""
    came_back = [row.id for row in page.rows if row.values["state"] in _ANSWERED]
    words = my_reports.last_words(session, came_back)
    empty = (page.queue.empty, page.queue.empty_hint) if not tab.states else _EMPTY_TAB
    return {
        "cards": [_report_card(row, words) for row in page.rows],
        "tabs": [
            {
                "label": each.label,
                "href": url_for("street.mine", tab=each.name or None),
                "current": each is tab,
            }
            for each in TABS
        ],
        "empty": empty,
        "is_all": not tab.states,
        "next": url_for("street.mine", tab=tab.name or None, after=page.next)
        if page.next
        else None,
    }


_ANSWERED = {State.NEEDS_CORRECTION.value, State.VOID.value}
_EDITABLE = {State.NEEDS_CORRECTION.value: "去补正", State.DRAFT.value: "接着填写"}
_EMPTY_TAB = ("这一类里没有上报", "换一个分类看看，或者查看全部。")


def _report_card(row: ListRow, words: dict[int, str]) -> cards.Card:
    state = row.values["state"]
    changes: dict[str, Any] = {}
    if row.values["pooled_at"]:
        changes["meta"] = f"{row.shown['pooled_at']} 上报"
    if state in _ANSWERED:
        reasons = [row.shown["void_reason"], words.get(row.id, "")]
        label = row.shown["state"]
        changes["note"] = f"{label}：" + "，".join(reason for reason in reasons if reason)
    if state in _EDITABLE:
        href = url_for("street.draft", problem_id=row.id)
        changes |= {"href": href, "action": cards.Action(_EDITABLE[state], href, "pencil")}
    return cards.card(row, **changes)
