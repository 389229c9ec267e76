"""What the long lists of forms offer: kinds of problems, sections, units, grouped to be found."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy.orm import Session
from wtforms import SelectChoice

from app.domain.roles import SECTION_TYPES, OrgType
from app.models import Organisation, Problem
from app.services.problems import shown

GROUP_NAMES = {
    OrgType.SECTION.value: "局机关科室",
    OrgType.DEPARTMENT.value: "城管中心",
    OrgType.BRIGADE.value: "直属大队",
    OrgType.SQUADRON.value: "直属大队",
    OrgType.DISTRICT.value: "区（县）",
    OrgType.ZONE.value: "开发区",
}


def plain(pairs: Iterable[tuple[str, str]]) -> list[SelectChoice]:
    """A short list of values and labels."""
    return [SelectChoice(value, label) for value, label in pairs]


def with_blank(offered: Sequence[SelectChoice], label: str = "请选择") -> list[SelectChoice]:
    """The list after the line that means none is chosen yet."""
    return [SelectChoice("", label), *offered]


def categories(session: Session) -> list[SelectChoice]:
    """Kinds of problems below their major kinds; each line knows the section that leads it."""
    groups: dict[str, list[SelectChoice]] = {}
    for row in shown.active_categories(session):
        known = {"data-lead": str(row.lead_section_id)} if row.lead_section_id else {}
        choice = SelectChoice(str(row.id), row.name, known, row.major_name)
        groups.setdefault(row.major_name, []).append(choice)
    return [choice for group in groups.values() for choice in group]


def lead_of_categories(session: Session) -> dict[int, int]:
    """Category id -> the section that leads it."""
    rows = shown.active_categories(session)
    return {row.id: row.lead_section_id for row in rows if row.lead_section_id}


def sections(session: Session) -> list[SelectChoice]:
    """The sections and departments that may lead."""
    rows = shown.organisations(session, *(kind.value for kind in SECTION_TYPES))
    return _grouped(rows, {})


def units(session: Session, problem: Problem | None = None) -> list[SelectChoice]:
    """Who may be made responsible; the problem's own street and district stand first."""
    rows = shown.organisations(session, dispatchable=True)
    near = [problem.street_id, problem.district_id] if problem else []
    own = sorted((row for row in rows if row.id in near), key=lambda row: near.index(row.id))
    parents = {row.id: row.name for row in rows}
    rest = [row for row in rows if row.id not in near]
    return [*(_choice(row, "问题所在") for row in own), *_grouped(rest, parents)]


def units_of_type(session: Session, *types: OrgType) -> list[tuple[str, str]]:
    """Units of these types as values and labels, for a filter."""
    rows = shown.organisations(session, *(kind.value for kind in types))
    return [(str(row.id), row.name) for row in rows]


def _choice(row: Organisation, group: str) -> SelectChoice:
    return SelectChoice(str(row.id), row.name, {}, group)


def _grouped(rows: Iterable[Organisation], parents: Mapping[int, str]) -> list[SelectChoice]:
    groups: dict[str, list[SelectChoice]] = {}
    for row in rows:
        # a street stands below its district
        name = GROUP_NAMES.get(row.org_type) or f"{parents.get(row.parent_id or 0, '')}街道"
        groups.setdefault(name, []).append(_choice(row, name))
    return [choice for group in groups.values() for choice in group]
