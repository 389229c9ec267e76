"""What a virtual field is made of, and what it may look at to be made."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from sqlalchemy import ColumnElement

from sheets.fields.base import FieldError, Options

if TYPE_CHECKING:
    from sheets.catalogue import Field


@dataclass(frozen=True, slots=True)
class FormulaContext:
    """What formulas read of the world: the day it is, and which days are worked.

    ``calendar`` is a table with the columns ``day`` and ``is_workday``; days it does not hold,
    or all of them without it, are worked from Monday to Friday.  Without ``today`` the database
    says which day it is.
    """

    today: dt.date | None = None
    calendar: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Resolved:
    """A virtual field as another type reads it; ``trouble`` says why it shows blank.

    ``sources`` are the ids of all fields it can tell something of, ``size`` how much SQL it is.
    """

    type: str
    column: ColumnElement[Any]
    options: Options = field(default_factory=dict)
    sort: ColumnElement[Any] | None = None
    searchable: bool | None = None
    sources: frozenset[str] = frozenset()
    trouble: str = ""
    size: int = 1


class Unusable(FieldError):
    """A field that another one names cannot be used."""


class Around(Protocol):
    """The fields beside a virtual one, and the world they are read in."""

    context: FormulaContext
    key: ColumnElement[Any] | None

    def base(self) -> Mapping[str, "Field"]:
        """The fixed fields by id."""

    def captions(self) -> Mapping[str, str]:
        """The captions of the fields, fixed and of the catalogue, that may be named, by id."""

    def used(self, field_id: str) -> "Field":
        """A field to make something of; raises Unusable for one that is gone or names this one."""
