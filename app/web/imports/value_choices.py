"""What may be chosen for a doubtful cell, by its field."""

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from app.domain.roles import OrgType
from app.domain.states import OPEN, Priority, State
from app.services.problem_columns import SOURCES
from app.services.problems import shown
from app.services.super_table.section_fields import all_fields
from app.web import field_controls

LONG = frozenset({"description", "measures", "send_back_reason", "deferral_reason"})
PICTURES = frozenset({"before", "after", "pictures"})
SHORT_LISTS: Mapping[str, list[str]] = {
    "status": [each.label for each in State if each in OPEN or each is State.SIGNED_OFF],
    "urgent": [each.label for each in Priority],
    "source": [label for _, label in SOURCES],
}


def _places(session: Session, *types: OrgType) -> list[str]:
    return [row.name for row in shown.organisations(session, *(each.value for each in types))]


LONG_LISTS: Mapping[str, Callable[[Session], list[str]]] = {
    "category": lambda session: [row.name for row in shown.active_categories(session)],
    "district": lambda session: _places(session, OrgType.DISTRICT, OrgType.ZONE),
    "street": lambda session: _places(session, OrgType.STREET),
    "unit": lambda session: [row.name for row in shown.organisations(session, dispatchable=True)],
}


class Choices:
    """The lists of a page, each read once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[str, list[str]] = dict(SHORT_LISTS) | {
            field.id: [label for _, label in field_controls.options_of(field)]
            for field in all_fields(session)
        }

    def kind(self, field: str) -> str:
        """The control: select, names (a line with a list to choose from), lines, line,
        or picture, where nothing can be typed."""
        if field in PICTURES:
            return "picture"
        if field in LONG_LISTS:
            return "names"
        if self._known.get(field):
            return "select"
        return "lines" if field in LONG else "line"

    def of(self, field: str) -> list[str]:
        """The names on offer; none for what is typed freely."""
        if field not in self._known:
            read = LONG_LISTS.get(field)
            self._known[field] = read(self._session) if read else []
        return self._known[field]
