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


ROLE_MEANINGS: dict[Role, str] = {
    Role.REPORTER: "拍照上报问题，查看自己的上报",
    Role.UNIT_USER: "整改本单位的问题，申请挂号、改派、延期",
    Role.REVIEWER: "审核上报，下发、呈报领导、作废；看全市",
    Role.CHECKER: "对比前后照片，通过或退件；看全市",
    Role.LEAD_ADMIN: "所在科室牵头问题的销号、挂号审批、督办",
    Role.LEADER: "审定所分管科室的紧急申请和较远的挂号；看全市",
    Role.BRIGADE_USER: "处理督导池里的紧急问题；看全市",
    Role.BRIGADE_ADMIN: "处理督导池，并给紧急问题销号；看全市",
    Role.LEDGER_READER: "下载所在单位范围内的整治台账",
    Role.SYSADMIN: "设置、账号、权限、字段；看全市；不受权限规则约束",
}
"""What each role is for, beside its box; the role of the machine is given to nobody."""


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
    person in whose place he acts (A12). `lent_to` names the system administrator who looks on
    in this person's place: nothing may be done or taken away then.
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
    lent_to: str = ""

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
