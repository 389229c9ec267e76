"""Everyday kinds of problems of the demo city, read from the CSV files beside this module."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

# Own short list; the middle four digits follow the national numbering (handbook §1.5), but a
# bare number is ambiguous between editions, so the scheme is stored with every code.
SCHEME = "FS-DEMO"
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class DemoCategory:
    """One kind; `limit` counts only where the bureau has switched category limits on."""

    scheme: str
    code: str
    kind: str  # component or event
    major_name: str
    minor_name: str
    icon: str  # a Tabler outline icon
    everyday: bool  # on the phone's first screen
    limit_value: int
    limit_unit: str  # work_day, work_hour or urgent_hour
    lead_section: str  # code of an organisation
    urgent_default: bool
    scene: str  # a kind of app.demo.scenes
    keywords: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wording:
    """What people write about one kind: `{n}`, `{m}` and `{v}` stand for plausible numbers."""

    observations: tuple[str, ...]
    remedies: tuple[str, ...]


def _rows(name: str) -> list[dict[str, str]]:
    with (_FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _category(row: dict[str, str]) -> DemoCategory:
    return DemoCategory(
        scheme=SCHEME,
        code=row["code"],
        kind=row["kind"],
        major_name=row["major_name"],
        minor_name=row["minor_name"],
        icon=row["icon"],
        everyday=row["everyday"] == "Y",
        limit_value=int(row["limit_value"]),
        limit_unit=row["limit_unit"],
        lead_section=row["lead_section"],
        urgent_default=row["urgent_default"] == "Y",
        scene=row["scene"],
        keywords=tuple(row["keywords"].split()),
    )


@cache
def wording() -> dict[str, Wording]:
    """Category code -> sentences."""
    return {
        row["code"]: Wording(
            tuple(row["observations"].split("|")), tuple(row["remedies"].split("|"))
        )
        for row in _rows("wording.csv")
    }


CATEGORIES: tuple[DemoCategory, ...] = tuple(_category(row) for row in _rows("categories.csv"))
BY_CODE: dict[str, DemoCategory] = {category.code: category for category in CATEGORIES}
ICONS: tuple[str, ...] = tuple(sorted({c.icon for c in CATEGORIES}))  # for the page's sprite
SCENES: tuple[str, ...] = tuple(sorted({c.scene for c in CATEGORIES}))
