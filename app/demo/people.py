"""The demo city's accounts: names are roles, nobody real, one password for all of them."""

from dataclasses import dataclass

from app.demo.organisations import (
    BRIGADE_CODE,
    BUREAU_CODE,
    CENTRE_CODE,
    DISTRICTS,
    LEAD_SECTIONS,
    STREETS,
    SUPERVISION_CODE,
)

# Demo only: printed by `make run`, refused by any installation that is not the demo.
DEMO_PASSWORD = "Xiaohao-Shili-2026"  # noqa: S105


@dataclass(frozen=True, slots=True)
class Person:
    """One account. `leads` are the codes of the sections a leader answers for."""

    login: str
    name: str
    org_code: str
    roles: tuple[str, ...]  # values of app.domain.roles.Role
    leads: tuple[str, ...] = ()
    featured: bool = False  # shown on the sign-in page and printed by `make run`


_STREET_LOGINS = {
    "210402001": "zhanqian1",
    "210402005": "fumin1",
    "210402007": "xinfu1",
    "210402009": "yulin1",
    "210402011": "yongantai1",
    "210402019": "liushan1",
    "210403002": "dongzhou1",
    "210403004": "dalian1",
    "210403005": "longfeng1",
    "210403006": "xintun1",
    "210403007": "wanxin1",
    "210403008": "laohutai1",
    "210403012": "zhangdang1",
    "210404002": "gongnong1",
    "210404003": "jianshe1",
    "210404004": "heping1",
    "210404005": "guangming1",
    "210404006": "piaotun1",
    "210404007": "yanwu1",
    "210404011": "lishi1",
    "210411002": "changchun1",
    "210411003": "gebu1",
    "210411004": "jiangjunpu1",
    "210411005": "xinhua1",
    "210411007": "fushuncheng1",
}
_FEATURED_STREETS = frozenset(
    {"210402001", "210402005", "210403005", "210403012", "210404002", "210404006", "210411002",
     "210411005"}
)  # fmt: skip

_DISTRICT_LOGINS = {
    "210402": "qu_xinfu",
    "210403": "qu_dongzhou",
    "210404": "qu_wanghua",
    "210411": "qu_shuncheng",
}

_SECTION_LOGINS = {
    "2104-ZJ-01": "ke_jiandu",
    "2104-ZJ-02": "ke_shirong",
    "2104-ZJ-03": "ke_huanwei",
    "2104-ZJ-04": "ke_shizheng",
    "2104-ZJ-05": "ke_yuanlin",
    "2104-ZJ-06": "ke_guanggao",
    "2104-ZJ-07": "ke_gongyong",
    "2104-CGZX-01": "bu_shirong",
    "2104-CGZX-02": "bu_huanwei",
    "2104-CGZX-03": "bu_shizheng",
    "2104-CGZX-04": "bu_yuanlin",
    "2104-CGZX-05": "bu_pingtai",
}

_LEADS_A = ("2104-ZJ-01", "2104-ZJ-02", "2104-ZJ-03", "2104-ZJ-06", "2104-CGZX-01", "2104-CGZX-02")
_LEADS_B = ("2104-ZJ-04", "2104-ZJ-05", "2104-ZJ-07", "2104-CGZX-03", "2104-CGZX-04",
            "2104-CGZX-05")  # fmt: skip

_STREET_PEOPLE = tuple(
    Person(
        _STREET_LOGINS[street.code],
        f"{street.short_name}采集员甲",
        street.code,
        ("reporter", "unit_user"),
        featured=street.code in _FEATURED_STREETS,
    )
    for street in STREETS
)

_DISTRICT_PEOPLE = tuple(
    Person(
        _DISTRICT_LOGINS[district.code],
        f"{district.name}示例管理员",
        district.code,
        ("unit_user",),
        featured=district.code == "210402",
    )
    for district in DISTRICTS
)

_SECTION_PEOPLE = tuple(
    Person(
        _SECTION_LOGINS[section.code],
        f"{section.short_name}示例管理员",
        section.code,
        ("unit_user", "lead_admin"),
        featured=section.code in {"2104-ZJ-03", "2104-ZJ-04"},
    )
    for section in LEAD_SECTIONS
)

_MUNICIPAL_CREW = Person("yanghu", "市政养护部示例队员", f"{CENTRE_CODE}-03", ("unit_user",))

_OFFICE_PEOPLE = (
    Person("shenhe", "示例审核员甲", SUPERVISION_CODE, ("reviewer",), featured=True),
    Person("shenhe2", "示例审核员乙", SUPERVISION_CODE, ("reviewer",)),
    Person("hecha", "示例核查员甲", SUPERVISION_CODE, ("checker",), featured=True),
    Person("hecha2", "示例核查员乙", SUPERVISION_CODE, ("checker",)),
    Person("lingdao", "示例分管领导甲", BUREAU_CODE, ("leader",), _LEADS_A, featured=True),
    Person("lingdao2", "示例分管领导乙", BUREAU_CODE, ("leader",), _LEADS_B),
    Person("dadui", "直属大队示例队员", BRIGADE_CODE, ("brigade_user",), featured=True),
    Person("daduizhang", "直属大队示例管理员", BRIGADE_CODE, ("brigade_admin",), featured=True),
    Person("taizhang", "示例台账查阅人", BUREAU_CODE, ("ledger_reader",), featured=True),
    Person("guanli", "示例系统管理员", BUREAU_CODE, ("sysadmin",), featured=True),
)

PEOPLE: tuple[Person, ...] = (
    *_STREET_PEOPLE, *_DISTRICT_PEOPLE, *_SECTION_PEOPLE, _MUNICIPAL_CREW, *_OFFICE_PEOPLE,
)  # fmt: skip
BY_LOGIN: dict[str, Person] = {person.login: person for person in PEOPLE}
# The account that works for an organisation: submits, asks for 挂号, signs off.
STAFF_OF: dict[str, str] = {**_STREET_LOGINS, **_DISTRICT_LOGINS, **_SECTION_LOGINS}


def leader_of(section_code: str) -> str:
    """The login of the leader who answers for a section; KeyError when nobody does."""
    for person in PEOPLE:
        if section_code in person.leads:
            return person.login
    raise KeyError(section_code)
