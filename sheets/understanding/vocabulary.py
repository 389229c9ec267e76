"""What the application tells of its city: targets, places, choices and remembered shapes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from sheets.understanding.choices import Choices
from sheets.understanding.places import Places

Kind = Literal[
    "text",
    "long_text",
    "date",
    "date_time",
    "place",
    "choice",
    "person",
    "phone",
    "number",
    "latitude",
    "longitude",
    "position",
    "picture",
    "sequence",
    "code",
    "tick",
]


@dataclass(frozen=True)
class Target:
    """A field that a foreign column may stand for.

    ``synonyms`` are whole captions; ``pieces`` are parts of captions with what each speaks for
    (1 as good as a synonym, 0.4 a hint) or against (below 0). ``words`` are parts of values that
    are typical of it (路口 for a point). ``level`` names the level of a ``place``, ``phase`` that
    of a ``picture``; a picture without a phase holds both, first before, then after. ``open``
    keeps a value that stands in no list. ``after`` names targets that usually stand left of it.
    """

    id: str
    caption: str
    synonyms: tuple[str, ...] = ()
    kind: Kind = "text"
    required: bool = False
    pieces: Mapping[str, float] = field(default_factory=dict)
    words: tuple[str, ...] = ()
    level: str = ""
    phase: str = ""
    open: bool = False
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vocabulary:
    """All that is known before a sheet is read.

    ``choices`` are the lists behind targets of the kind ``choice``; ``year`` is that of a date
    without one where the sheet states none, ``month`` that of a day alone. ``remembered`` leads
    from a shape (``shape_of``) to what each column (``MatchedColumn.key``) was confirmed to be;
    None: to be left out.
    """

    targets: tuple[Target, ...]
    year: int
    places: Places = field(default_factory=Places)
    choices: Mapping[str, Choices] = field(default_factory=dict)
    remembered: Mapping[str, Mapping[str, str | None]] = field(default_factory=dict)
    month: int | None = None

    def target(self, target_id: str) -> Target | None:
        """The target of that id, if there is one."""
        return next((target for target in self.targets if target.id == target_id), None)
