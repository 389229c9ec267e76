"""A rule as the address of its form holds it, read piece by piece and never trusted."""

from collections.abc import Iterator
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from app.domain.rights import Effect
from app.services.problem_columns import BASE
from app.services.rights.administration import (
    MOST_CONDITIONS,
    ROW_FIELDS,
    ROW_OPERATORS,
    Wish,
    query_text,
)
from app.web.form_fields import clean

MOST_SUBJECTS = 3
LONGEST = 200  # of anything in the address


@dataclass(frozen=True, slots=True)
class Asked:
    """One condition as far as it is filled in; `operator` and `value` follow from the field."""

    field: str = ""
    operator: str = ""
    value: str = ""

    @property
    def needs_value(self) -> bool:
        """Whether this comparison wants a value beside it."""
        operator = BASE.field(self.field).kind.operator(self.operator) if self.field else None
        return operator is not None and operator.arity > 0

    @property
    def is_whole(self) -> bool:
        """Whether it can be part of a query."""
        return bool(self.field and self.operator and (self.value or not self.needs_value))


@dataclass(frozen=True, slots=True)
class Draft:
    """A rule in the making; `asked` when somebody wants to see what it would do."""

    effect: Effect
    subjects: tuple[str, ...]
    field_id: str
    conditions: tuple[Asked, ...]
    note: str
    asked: bool

    @property
    def is_whole(self) -> bool:
        """Whether every condition that was begun is finished."""
        return all(each.is_whole for each in self.conditions if each.field)

    def wish(self) -> Wish:
        """The rule this asks for, not yet checked."""
        whole = [
            (each.field, each.operator, each.value or "1")
            for each in self.conditions
            if each.is_whole
        ]
        query = query_text(whole) if self.effect is Effect.ROWS else ""
        subjects = tuple(each for each in self.subjects if each)
        return Wish(self.effect, subjects, self.field_id, query, self.note)

    def pairs(self) -> Iterator[tuple[str, str]]:
        """The address' parameters that give this draft again."""
        yield "effect", self.effect.value
        yield from (("who", each) for each in self.subjects if each)
        if self.field_id:
            yield "field", self.field_id
        for place, each in enumerate(self.conditions, 1):
            if each.field:
                yield f"c{place}", each.field
                yield f"o{place}", each.operator
                yield f"v{place}", each.value
        if self.note:
            yield "note", self.note


def draft_of(given: MultiDict[str, str]) -> Draft:
    """The draft that an address or a form means."""
    effect = _text(given, "effect")
    known = {each.value for each in Effect}
    subjects = [clean(each)[:LONGEST] for each in given.getlist("who")][:MOST_SUBJECTS]
    return Draft(
        effect=Effect(effect) if effect in known else Effect.ROWS,
        subjects=tuple(subjects + [""] * (MOST_SUBJECTS - len(subjects))),
        field_id=_text(given, "field"),
        conditions=tuple(_asked(given, place) for place in range(1, MOST_CONDITIONS + 1)),
        note=_text(given, "note", 2 * LONGEST),
        asked="who" in given,
    )


def _asked(given: MultiDict[str, str], place: int) -> Asked:
    field = _text(given, f"c{place}")
    if field not in ROW_FIELDS:
        return Asked()
    offered = ROW_OPERATORS[BASE.field(field).type]
    operator = _text(given, f"o{place}")
    return Asked(field, operator if operator in offered else offered[0], _text(given, f"v{place}"))


def _text(given: MultiDict[str, str], name: str, most: int = LONGEST) -> str:
    return clean(given.get(name))[:most]
