"""Where one stands: a sheet, a view of it, the state asked for; and addresses from there."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import url_for

from app.services.super_table.section_sheets import OpenSheet
from app.services.tables import view_state
from app.services.tables.views import View
from app.web.devices import on_phone
from sheets.query import Query
from sheets.text import clean_text

Pair = tuple[str, str]
Pairs = list[Pair]
KINDS = ("grid", "cards", "board", "gallery", "map", "calendar", "form")
EDITORS = frozenset({"views", "filter", "sort", "group", "columns", "colours"})


@dataclass(frozen=True, eq=False)
class Place:
    """A sheet as one actor sees it, the query in effect, and the saved view it came from."""

    opened: OpenSheet
    query: Query
    view: View | None = None

    @property
    def state(self) -> Pairs:
        """The whole state: the view's, as the address overrides it."""
        return view_state.state_of(self.query.typed)

    @property
    def kind(self) -> str:
        """How the rows are shown; on a phone there is no grid, and cards stand for it."""
        asked = self.own("as")
        kind = asked if asked in KINDS else KINDS[0]
        return KINDS[1] if kind == KINDS[0] and on_phone() else kind

    def own(self, name: str, otherwise: str = "") -> str:
        """The last value of a parameter."""
        return dict(self.query.typed).get(name, otherwise)

    def without(self, *parts: str) -> Pairs:
        """The state without these parts."""
        return [pair for pair in self.state if view_state.part_of(pair[0]) not in parts]

    def href(self, state: Iterable[Pair], own: Iterable[Pair] = ()) -> str:
        """The address of a state, as short as the view allows; `own` are the page's parameters."""
        return address(self.opened.id, self.view, state, own)

    def with_(self, *changes: Pair) -> str:
        """The address of this state with parameters put in place of those of the same name."""
        named = {name for name, _ in changes}
        kept = [pair for pair in self.state if pair[0] not in named]
        return self.href([*kept, *(pair for pair in changes if pair[1])])

    def dropping(self, pair: Pair) -> str:
        """The address without one pair."""
        state = self.state
        if pair in state:
            state.remove(pair)
        return self.href(state)

    @property
    def changed(self) -> bool:
        """Whether the state is another than the view's."""
        return self.view is not None and bool(
            view_state.difference(self.view.pairs, self.query.typed)
        )


def address(
    sheet_id: int, view: View | None, state: Iterable[Pair], own: Iterable[Pair] = ()
) -> str:
    """The address of a state of a sheet, seen from a view or from none."""
    pairs = [("view", str(view.id))] if view else []
    pairs += view_state.difference(view.pairs if view else (), state)
    pairs += [(name, raw) for name, raw in own if raw]
    path = url_for("table.show", sheet_id=sheet_id)
    cleaned = [(clean_text(name), clean_text(raw)) for name, raw in pairs]
    return f"{path}?{urlencode(cleaned)}" if cleaned else path
