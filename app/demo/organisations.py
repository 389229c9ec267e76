"""The demo city's organisations: districts and streets are real, the rest is 示例."""

from dataclasses import dataclass

CITY_CODE = "2104"
BUREAU_CODE = "2104-ZJ"
CENTRE_CODE = "2104-CGZX"
BRIGADE_CODE = "2104-DD"
SUPERVISION_CODE = "2104-ZJ-01"
CITY_CENTRE = (41.8797, 123.9572)  # WGS-84, handbook §6


@dataclass(frozen=True, slots=True)
class Organisation:
    """One node of the tree; `lat` and `lng` (WGS-84) are approximate sample positions."""

    code: str
    name: str
    short_name: str
    org_type: str  # a value of app.domain.roles.OrgType
    parent_code: str | None
    dispatchable: bool = False  # may be chosen as the responsible unit
    lat: float | None = None
    lng: float | None = None


_SECTIONS = (
    ("01", "城管监督科", "监督科"),
    ("02", "市容管理科（示例）", "市容科"),
    ("03", "环境卫生管理科（示例）", "环卫科"),
    ("04", "市政设施管理科（示例）", "市政科"),
    ("05", "园林绿化管理科（示例）", "园林科"),
    ("06", "户外广告与照明管理科（示例）", "广告照明科"),
    ("07", "公用事业管理科（示例）", "公用科"),
)

_DEPARTMENTS = (
    ("01", "市容秩序部（示例）", "市容部"),
    ("02", "环境卫生部（示例）", "环卫部"),
    ("03", "市政养护部（示例）", "市政部"),
    ("04", "园林绿化部（示例）", "园林部"),
    ("05", "数字平台部（示例）", "平台部"),
)

_SQUADRONS = (("01", "一中队（示例）", "一中队"), ("02", "二中队（示例）", "二中队"))

_DISTRICTS = (
    ("210402", "新抚区", 41.862, 123.899),
    ("210403", "东洲区", 41.858, 124.026),
    ("210404", "望花区", 41.850, 123.792),
    ("210411", "顺城区", 41.885, 123.930),
)

# Names and 9-digit codes: national statistical division codes of 2023 (handbook §4.1).
_STREETS = (
    ("210402001", "站前", 41.862, 123.898),
    ("210402005", "福民", 41.860, 123.909),
    ("210402007", "新抚", 41.865, 123.905),
    ("210402009", "榆林", 41.862, 123.880),
    ("210402011", "永安台", 41.866, 123.921),
    ("210402019", "刘山", 41.857, 123.863),
    ("210403002", "东洲", 41.858, 124.046),
    ("210403004", "搭连", 41.851, 124.020),
    ("210403005", "龙凤", 41.848, 123.995),
    ("210403006", "新屯", 41.849, 123.985),
    ("210403007", "万新", 41.861, 123.999),
    ("210403008", "老虎台", 41.846, 123.957),
    ("210403012", "章党", 41.894, 124.090),
    ("210404002", "工农", 41.850, 123.788),
    ("210404003", "建设", 41.848, 123.803),
    ("210404004", "和平", 41.851, 123.813),
    ("210404005", "光明", 41.853, 123.809),
    ("210404006", "朴屯", 41.859, 123.766),
    ("210404007", "演武", 41.846, 123.821),
    ("210404011", "李石", 41.836, 123.700),
    ("210411002", "长春", 41.883, 123.919),
    ("210411003", "葛布", 41.889, 123.866),
    ("210411004", "将军堡", 41.886, 123.896),
    ("210411005", "新华", 41.880, 123.939),
    ("210411007", "抚顺城", 41.889, 123.952),
)

_ZONES = (
    ("2104-Z1", "抚顺胜利经济开发区", "胜利开发区", 41.842, 123.842),
    ("2104-Z2", "抚顺高新技术产业开发区", "抚顺高新区", 41.851, 124.062),
)


def _bureau_side() -> tuple[Organisation, ...]:
    return (
        Organisation(CITY_CODE, "抚顺市", "抚顺市", "city", None, False, *CITY_CENTRE),
        Organisation(BUREAU_CODE, "抚顺市住房和城乡建设局", "市住建局", "bureau", CITY_CODE),
        *(
            Organisation(f"{BUREAU_CODE}-{tail}", name, short, "section", BUREAU_CODE, tail != "01")
            for tail, name, short in _SECTIONS
        ),
        Organisation(CENTRE_CODE, "城管中心", "城管中心", "centre", BUREAU_CODE),
        *(
            Organisation(f"{CENTRE_CODE}-{tail}", name, short, "department", CENTRE_CODE, True)
            for tail, name, short in _DEPARTMENTS
        ),
        Organisation(BRIGADE_CODE, "城市管理直属大队", "直属大队", "brigade", BUREAU_CODE, True),
        *(
            Organisation(f"{BRIGADE_CODE}-{tail}", name, short, "squadron", BRIGADE_CODE)
            for tail, name, short in _SQUADRONS
        ),
    )


def _area_side() -> tuple[Organisation, ...]:
    return (
        *(
            Organisation(code, name, name, "district", CITY_CODE, True, lat, lng)
            for code, name, lat, lng in _DISTRICTS
        ),
        *(
            Organisation(code, f"{name}街道办事处", f"{name}街道", "street", code[:6], True, la, ln)
            for code, name, la, ln in _STREETS
        ),
        *(
            Organisation(code, name, short, "zone", CITY_CODE, False, la, ln)
            for code, name, short, la, ln in _ZONES
        ),
    )


ORGANISATIONS: tuple[Organisation, ...] = (*_bureau_side(), *_area_side())
BY_CODE: dict[str, Organisation] = {org.code: org for org in ORGANISATIONS}
STREETS: tuple[Organisation, ...] = tuple(o for o in ORGANISATIONS if o.org_type == "street")
DISTRICTS: tuple[Organisation, ...] = tuple(o for o in ORGANISATIONS if o.org_type == "district")
LEAD_SECTIONS: tuple[Organisation, ...] = tuple(
    o for o in ORGANISATIONS if o.org_type in {"section", "department"}
)
