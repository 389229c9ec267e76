"""What this city knows before a foreign ledger is read: fields, places, lists, kinds, units."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.calendars import LOCAL
from app.domain.roles import OrgType
from app.models import Organisation
from app.services.imports.reading.categories import Catalogue, load_catalogue
from app.services.imports.reading.words import listed_words, state_words, targets
from sheets.catalogue import Field
from sheets.understanding.choices import Choices
from sheets.understanding.places import Place, Places, stem
from sheets.understanding.vocabulary import Target, Vocabulary

_OFFICE = re.compile(r"(?:人民政府|办事处)$")
_REMARK = re.compile(r"[（(][^（()）]*[)）]$")
_DISTRICT_LIKE = frozenset({OrgType.DISTRICT.value, OrgType.ZONE.value})
_STREET_OFFICES = ("街道办事处", "街道办", "办事处", "街办", "街道", "街", "办")
_TOWN = re.compile(r"[镇乡]$")

Remembered = Mapping[str, Mapping[str, str | None]]


@dataclass(frozen=True)
class Unit:
    """An organisation as files may name it; `formal` is how it signs."""

    id: int
    code: str
    name: str
    short_name: str
    org_type: str
    formal: str
    place: str  # the name of the district or street it answers for, "" for others


@dataclass(frozen=True)
class Own:
    """What a section has of its own: fields to fill, columns and words confirmed before.

    `words` leads from a field and a text of a file to what it means, "" for nothing.
    """

    fields: Mapping[str, Field] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    choices: Mapping[str, Choices] = field(default_factory=dict)
    remembered: Remembered = field(default_factory=dict)
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)


@dataclass(frozen=True)
class Knowledge:
    """The vocabulary for `sheets.understanding`, and what leads from its answers to rows.

    `own` is by section, None for files of no section; `fields` and `words` are those of the
    section that this knowledge is for.
    """

    vocabulary: Vocabulary
    catalogue: Catalogue
    units: Mapping[int, Unit]
    own: Mapping[int | None, Own] = field(default_factory=dict)
    fields: Mapping[str, Field] = field(default_factory=dict)
    words: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def of_section(self, section_id: int | None) -> "Knowledge":
        """The same for a section's files: its own fields, columns and words are known too."""
        own = self.own.get(section_id)
        if own is None:
            return self
        base = self.vocabulary
        vocabulary = replace(
            base,
            targets=(*base.targets, *own.targets),
            choices={**base.choices, **own.choices},
            remembered={**base.remembered, **own.remembered},
        )
        return replace(self, vocabulary=vocabulary, fields=own.fields, words=own.words)

    def place_id(self, name: str, level: str) -> int | None:
        """The organisation of a place by its full name; `level` is district or street."""
        return self._place_ids.get((name, level))

    @cached_property
    def _place_ids(self) -> dict[tuple[str, str], int]:
        """By name and level; the first of a name counts."""
        units = reversed(list(self.units.values()))
        return {(unit.place, _level(unit.org_type)): unit.id for unit in units if unit.place}

    def sections(self) -> list[Unit]:
        """The business sections and departments, each with a ledger of its own."""
        wanted = {OrgType.SECTION.value, OrgType.DEPARTMENT.value}
        return [unit for unit in self.units.values() if unit.org_type in wanted]


def load_knowledge(session: Session, now: datetime) -> Knowledge:
    """All of it, of the organisations and kinds that are active now."""
    query = select(Organisation).where(Organisation.is_active).order_by(Organisation.position)
    organisations = list(session.scalars(query))
    units = {org.id: _unit(org) for org in organisations}
    catalogue = load_catalogue(session)
    vocabulary = Vocabulary(
        targets=targets(),
        year=now.astimezone(LOCAL).year,
        places=Places(_places(organisations, units)),
        choices={
            "status": Choices(state_words()),
            "source": Choices(listed_words("sources")),
            "urgent": Choices(listed_words("urgencies")),
            "unit": Choices({str(unit.id): _unit_words(unit) for unit in units.values()}),
            "category": Choices({str(key): (name,) for key, name in catalogue.names().items()}),
        },
    )
    return Knowledge(vocabulary, catalogue, units)


def _level(org_type: str) -> str:
    if org_type in _DISTRICT_LIKE:
        return "district"
    return "street" if org_type == OrgType.STREET.value else ""


def _unit(org: Organisation) -> Unit:
    level = _level(org.org_type)
    place = ""
    if level == "district":
        place = org.name
    elif level == "street":
        place = _OFFICE.sub("", org.name)
    formal = org.name
    if level == "street" and place.endswith("街道"):
        formal = f"{place}办事处"
    return Unit(org.id, org.code, org.name, org.short_name, org.org_type, formal, place)


def _places(organisations: list[Organisation], units: Mapping[int, Unit]) -> list[Place]:
    found = []
    for org in organisations:
        unit = units[org.id]
        level = _level(org.org_type)
        above = units.get(org.parent_id) if org.parent_id else None
        if level:
            found.append(Place(unit.place, level, above.place if above and above.place else None))
    return found


def _unit_words(unit: Unit) -> tuple[str, ...]:
    """The names of a unit, a street's with every ending offices give it."""
    words = [unit.name, unit.short_name, unit.formal, bare_name(unit.name)]
    if unit.org_type == OrgType.STREET.value:
        core = stem(unit.place)
        if not _TOWN.search(unit.place):
            words += [f"{core}{ending}" for ending in _STREET_OFFICES]
        else:
            words += [f"{unit.place}政府", f"{unit.place}人民政府"]
    if unit.org_type == OrgType.DISTRICT.value:
        words += [f"{unit.place}政府", f"{unit.place}人民政府"]
    return tuple(dict.fromkeys(word for word in words if word))


def bare_name(name: str) -> str:
    """A name without a remark in brackets at its end."""
    return _REMARK.sub("", name)
