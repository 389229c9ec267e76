"""What a move needs to be handed in: one entry a thing, with its check and its sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from app.domain.facts import Facts, Given
from app.domain.states import BY_IMPORT, DeferralReason, Priority, SendBackReason, VoidReason

DESCRIPTION_MIN = 5
TEXT_MAX = 2_000
LONG_TEXT_MAX = 5_000
NAME_MAX = 100
REASONS: dict[str, tuple[StrEnum, ...]] = {
    "void_reason": tuple(reason for reason in VoidReason if reason not in BY_IMPORT),
    "send_back_reason": tuple(SendBackReason),
    "deferral_reason": tuple(DeferralReason),
}


@dataclass(frozen=True, slots=True)
class Need:
    """A named thing a move asks for; `check` gives the sentence of what is wrong, or None."""

    key: str
    field: str
    label: str
    check: Callable[[Given, Facts], str | None]
    optional: bool = False


def text(
    label: str,
    sentence: str,
    *,
    key: str = "text",
    field: str = "text",
    most: int = LONG_TEXT_MAX,
) -> Need:
    """A text that must not be empty, of at most `most` characters."""

    def check(given: Given, _: Facts) -> str | None:
        value = str(getattr(given, field)).strip()
        if not value:
            return sentence
        if len(value) > most:
            return f"{label}最多 {most} 个字，现在有 {len(value)} 个字，请删减。"
        return None

    return Need(key, field, label, check)


def optional_text(label: str, *, key: str = "opinion", field: str = "text") -> Need:
    """A text one may leave out."""

    def check(given: Given, _: Facts) -> str | None:
        length = len(str(getattr(given, field)))
        if length > LONG_TEXT_MAX:
            return f"{label}最多 {LONG_TEXT_MAX} 个字，现在有 {length} 个字，请删减。"
        return None

    return Need(key, field, label, check, optional=True)


def reason(key: str, label: str) -> Need:
    """A reason chosen from its list."""

    def check(given: Given, _: Facts) -> str | None:
        known = {member.value for member in REASONS[key]}
        return None if given.reason_code in known else f"请选择{label}。"

    return Need(key, "reason_code", label, check)


def chosen(field: str, label: str, sentence: str) -> Need:
    """Something picked: an organisation, a category, a date."""

    def check(given: Given, _: Facts) -> str | None:
        return sentence if getattr(given, field) is None else None

    return Need(field, field, label, check)


def _description(given: Given, _: Facts) -> str | None:
    length = len(given.description.strip())
    if length < DESCRIPTION_MIN:
        return f"请写明问题情况，至少 {DESCRIPTION_MIN} 个字。"
    if length > TEXT_MAX:
        return f"问题描述最多 {TEXT_MAX} 个字，现在有 {length} 个字，请删减。"
    return None


def _position(given: Given, _: Facts) -> str | None:
    if given.position is None and not given.no_position_reason.strip():
        return "请点“定位”取得位置；不能定位的，请选择原因。"
    if given.position is not None:
        lat, lng = given.position
        if not (-90 <= lat <= 90 and -180 <= lng <= 180):  # noqa: PLR2004 the globe
            return "位置坐标不对，请重新定位。"
    return None


def _photos(sentence: str) -> Callable[[Given, Facts], str | None]:
    return lambda given, _: None if given.photos > 0 else sentence


def _urgent_reason(given: Given, facts: Facts) -> str | None:
    asked = given.priority or facts.priority
    if asked is Priority.URGENT and not given.text.strip():
        return "请写明申请紧急的理由。"
    return None


def _general_reason(given: Given, facts: Facts) -> str | None:
    if facts.priority is Priority.URGENT and not given.text.strip():
        return "上报人申请了紧急，按一般问题下发请写明理由。"
    return None


def _duplicate(given: Given, facts: Facts) -> str | None:
    if given.reason_code != VoidReason.DUPLICATE:
        return None
    if given.duplicate_of_id is None:
        return "重复上报的，请填写与之重复的问题编号。"
    return "不能与自己重复，请填写另一个问题的编号。" if given.duplicate_of_id == facts.id else None


def _days(given: Given, _: Facts) -> str | None:
    return None if given.days and given.days > 0 else "请填写申请延长的工作日数。"


BEFORE_PHOTOS = Need(
    "before_photos", "photos", "整改前照片", _photos("请上传至少 1 张整改前照片。")
)
AFTER_PHOTOS = Need("after_photos", "photos", "整改后照片", _photos("请上传整改后照片。"))
DESCRIPTION = Need("description", "description", "问题描述", _description)
POSITION = Need("position", "position", "位置或无法定位的原因", _position)
CATEGORY = chosen("category_id", "问题类别", "请选择问题类别。")
STREET = chosen("street_id", "所在街道", "请选择问题所在的街道。")
LEAD_SECTION = chosen("lead_section_id", "牵头科室", "请选择牵头科室。")
RESPONSIBLE = chosen("responsible_org_id", "责任单位", "请选择责任单位。")
URGENT_REASON = Need("urgent_reason", "text", "紧急理由", _urgent_reason)
GENERAL_REASON = Need("general_reason", "text", "改按一般问题的理由", _general_reason)
DUPLICATE_OF = Need("duplicate_of", "duplicate_of_id", "与之重复的问题", _duplicate)
REMEDY = text(
    "解决方案", "请填写解决方案：采取了什么措施、现在怎样。", key="remedy", field="remedy"
)
HANDLED_BY = text("整改人", "请填写由谁整改。", key="handled_by", field="handled_by", most=NAME_MAX)
TARGET_DATE = chosen("target_date", "完成期限", "请选择完成期限。")
INTERIM = text(
    "临时措施",
    "请填写挂号期间的临时措施；没有的，请写“无”并说明。",
    key="interim_measure",
    field="interim_measure",
)
DAYS = Need("days", "days", "延长的工作日数", _days)
