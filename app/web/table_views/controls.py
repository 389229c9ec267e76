"""The control that fits a condition: what may be compared with what, offered as lists."""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.domain.roles import SECTION_TYPES, Actor, OrgType
from app.services.names import Names
from app.services.problem_columns import NOT_OFFERED
from app.services.problems import shown
from app.services.super_table import section_sheets
from app.services.tables import choices as table_choices
from app.web.table_views.conditions import Row, operator_of
from sheets.catalogue import Field, Sheet
from sheets.fields.base import MANY, Operator
from sheets.fields.reference import ID
from sheets.fields.single_choice import choices

Options = Sequence[tuple[str, str]]
OF_TYPE: dict[str, tuple[OrgType, ...]] = {
    "street": (OrgType.STREET, OrgType.ZONE),
    "district": (OrgType.DISTRICT, OrgType.ZONE),
    "lead_section": tuple(sorted(SECTION_TYPES)),
}
"""Columns that hold units of some types only."""
TWO = 2
MOST_PEOPLE = 500
DATES = frozenset({"date", "date_time"})
NO_VALUE, ONE, PAIR, MANY_OF, TEXT_LIST = "none", "one", "pair", "many", "list"


class Controls:
    """Makes the rows of a form for one person; each list is asked for once."""

    def __init__(self, session: Session, actor: Actor, sheet: Sheet) -> None:
        self.sheet = sheet
        self._session, self._actor = session, actor
        self._lists: dict[str, Options] = {}
        self._makers: dict[str, Callable[[], Options]] = {
            "organisation": self._organisations,
            "person": self._people,
            "category": self._categories,
            "sheet": self._sheets,
        }

    def fields(self) -> list[tuple[str, str]]:
        """The fields one may put a condition on, as values and captions."""
        return [
            (field.id, field.caption)
            for field in self.sheet.fields
            if field.id not in NOT_OFFERED and self.sheet.operators(field.id)
        ]

    def row(self, row: Row, prefix: str, sentence: str = "") -> dict[str, Any]:
        """What _condition.html draws; `sentence` says what is missing or wrong."""
        field = self.sheet.by_id.get(row.field_id)
        drawn: dict[str, Any] = {
            "prefix": prefix, "group": row.group, "colour": row.colour, "field": row.field_id,
            "caption": field.caption if field else "", "sentence": sentence, "operators": [],
            "shape": NO_VALUE, "operator": "",
        }  # fmt: skip
        if field is None:
            return drawn
        offered = self.sheet.operators(field.id)
        operator = operator_of(self.sheet, row) or (offered[0] if offered else None)
        drawn["operators"] = [(each.key, each.phrase.strip("：")) for each in offered]
        return drawn if operator is None else drawn | self._values(field, operator, row)

    def _values(self, field: Field, operator: Operator, row: Row) -> dict[str, Any]:
        values = [value for value in row.values if value]
        options = self._with_chosen(field, values) if _picks(operator) else None
        shape = ONE
        if operator.arity == 0:
            shape = NO_VALUE
        elif operator.arity == TWO:
            shape = PAIR
        elif operator.arity == MANY:
            shape = TEXT_LIST if options is None else MANY_OF
            if options is not None:  # what is ticked stands where it is seen
                options = sorted(options, key=lambda option: option[0] not in values)
        return {
            "operator": operator.key,
            "shape": shape,
            "input": _input(field, operator),
            "options": options,
            "values": values,
            "text": ",".join(values),
        }

    def _with_chosen(self, field: Field, values: Sequence[str]) -> Options | None:
        """The values to choose from, and those chosen that the list does not hold."""
        options = self.options(field)
        kind = field.kind.names_kind(field.options)
        known = {value for value, _ in options or ()}
        lost = {int(each) for each in values if each not in known and ID.fullmatch(each)}
        if options is None or kind is None or not lost:
            return options
        names = Names(self._session).names(kind, lost)
        return [*((str(key), name) for key, name in names.items()), *options]

    def options(self, field: Field) -> Options | None:
        """The values to choose from; None where one types."""
        if field.id in OF_TYPE:
            return self._units(field.id)
        kind = field.kind.names_kind(field.options)
        if kind is None:
            known = list(choices(field.options))
            return known or None
        if kind not in self._makers:
            return None
        if kind not in self._lists:
            self._lists[kind] = self._makers[kind]()
        return self._lists[kind]

    def _units(self, field_id: str) -> Options:
        """The units that can stand in a column of the workflow."""
        if field_id not in self._lists:
            types = [kind.value for kind in OF_TYPE[field_id]]
            rows = shown.organisations(self._session, *types)
            self._lists[field_id] = [(str(row.id), row.name) for row in rows]
        return self._lists[field_id]

    def _organisations(self) -> Options:
        rows = shown.organisations(self._session)
        return [(str(row.id), row.name) for row in rows]

    def _people(self) -> Options:
        found = table_choices.choices(self._session, self._actor, "person", "", MOST_PEOPLE)
        return [(str(each.id), f"{each.name}（{each.note}）") for each in found]

    def _categories(self) -> Options:
        return [(str(row.id), row.name) for row in shown.active_categories(self._session)]

    def _sheets(self) -> Options:
        rows = section_sheets.sheets_of(self._session, self._actor)
        return [(str(row.section_id), row.name) for row in rows if row.section_id]


def _picks(operator: Operator) -> bool:
    """Whether the operand is one of the field's own values, not a piece of text or a number."""
    return operator.read is None


def _input(field: Field, operator: Operator) -> str:
    """The type of the input; a time is compared by its day."""
    if operator.told is not None and operator.arity == 1:
        return "number"
    if field.type in DATES:
        return "date"
    return "text"
