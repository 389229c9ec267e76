"""Who acts: roles, kinds of organisation, and the actor as a plain value."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is trusted with; one person may hold several."""

    REPORTER = "reporter"
    UNIT_USER = "unit_user"
    REVIEWER = "reviewer"
    CHECKER = "checker"
    LEAD_ADMIN = "lead_admin"
    LEADER = "leader"
    BRIGADE_USER = "brigade_user"
    BRIGADE_ADMIN = "brigade_admin"
    LEDGER_READER = "ledger_reader"
    SYSADMIN = "sysadmin"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """The word on screens and in the timeline."""
        return ROLE_LABELS[self]


ROLE_LABELS: dict[Role, str] = {
    Role.REPORTER: "上报人",
    Role.UNIT_USER: "责任单位",
    Role.REVIEWER: "审核员",
    Role.CHECKER: "核查员",
    Role.LEAD_ADMIN: "牵头科室管理员",
    Role.LEADER: "分管领导",
    Role.BRIGADE_USER: "直属大队队员",
    Role.BRIGADE_ADMIN: "直属大队管理员",
    Role.LEDGER_READER: "台账查阅人",
    Role.SYSADMIN: "系统管理员",
    Role.SYSTEM: "系统",
}


class OrgType(StrEnum):
    """The kinds of organisation in the tree (domain handbook §4.2)."""

    CITY = "city"
    BUREAU = "bureau"
    SECTION = "section"
    CENTRE = "centre"
    DEPARTMENT = "department"
    BRIGADE = "brigade"
    SQUADRON = "squadron"
    DISTRICT = "district"
    STREET = "street"
    ZONE = "zone"


SECTION_TYPES = frozenset({OrgType.SECTION, OrgType.DEPARTMENT})


@dataclass(frozen=True, slots=True)
class Rights:
    """What the city's own rules leave to an actor of what his roles give; by default all of it.

    `rows` are queries, written as in an address, that every row he sees must satisfy; `hidden`
    are columns he does not see, `locked` such as he may not change.
    """

    rows: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()
    locked: frozenset[str] = frozenset()
    exports: bool = True


@dataclass(frozen=True, slots=True)
class Actor:
    """A person at work: identity, place in the tree, trust.

    `org_path` is the chain of organisation ids from the root, `/1/4/9/`.
    `leads` are the sections a leader answers for, those of absent leaders whose
    delegate he is included; `delegated_from` names for each such section the
    person in whose place he acts (A12).
    """

    user_id: int | None
    name: str
    org_id: int | None
    org_name: str
    org_type: OrgType
    org_path: str
    roles: frozenset[Role]
    leads: frozenset[int] = frozenset()
    delegated_from: dict[int, str] = field(default_factory=dict, hash=False, compare=False)
    rights: Rights = Rights()

    def has(self, *roles: Role) -> bool:
        """True when the actor holds any of the roles."""
        return not self.roles.isdisjoint(roles)


SYSTEM = Actor(
    user_id=None,
    name="系统",
    org_id=None,
    org_name="系统",
    org_type=OrgType.CITY,
    org_path="/",
    roles=frozenset({Role.SYSTEM}),
)
