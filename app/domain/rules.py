"""What a city may set: every [P] of the domain handbook that the workflow reads."""

import re
from dataclasses import dataclass, field, fields
from typing import Literal, TypeVar

ReturnClock = Literal["pause", "keep", "restart"]
T = TypeVar("T")


def setting(default: T, label: str, help_text: str = "", *, least: int = 0, most: int = 365) -> T:
    """A dataclass field with its Chinese label, so that the settings page needs no second list.

    `least` and `most` are the ends of what a number may be.
    """
    return field(
        default=default,
        metadata={"label": label, "help": help_text, "least": least, "most": most},
    )


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of the workflow, with the defaults of the handbook."""

    rectify_work_days: int = setting(7, "一般问题整改时限（工作日）", least=1, most=365)
    category_limits: bool = setting(False, "按类别时限", "开启后，类别自带时限的按类别时限计算")
    cutoff: str = setting("23:59", "当日截止时刻", "23:59 或下班时间，如 17:30")
    return_clock: ReturnClock = setting(
        "pause", "退件后的时限", "核查期间时限暂停，退件后怎样接着算"
    )
    four_eyes: bool = setting(True, "销号须另一人", "提交人、核查人不得销号")
    urgent_direct_to_leader: bool = setting(False, "紧急申请直达领导")
    urgent_hours: int = setting(24, "紧急问题时限（小时）", least=1, most=720)
    urgent_sign_off_by_lead: bool = setting(
        False, "紧急问题由牵头科室销号", "关闭时由直属大队管理员销号"
    )
    leader_may_void: bool = setting(False, "领导可作废紧急申请")
    leader_hours: int = setting(2, "领导审定时限（小时）", least=1, most=72)
    intake_work_days: int = setting(1, "审核时限（工作日）", least=1, most=30)
    check_work_days: int = setting(2, "核查时限（工作日）", least=1, most=30)
    sign_off_work_days: int = setting(2, "销号时限（工作日）", least=1, most=30)
    deferral_leader_days: int = setting(90, "挂号超过多少天须领导审批", least=1, most=730)
    deferral_max_days: int = setting(365, "挂号最长天数", least=1, most=730)
    deferral_prolongations: int = setting(1, "挂号可延长次数", least=0, most=9)
    reopen_days: int = setting(30, "销号后可撤销的天数", "0 为不可撤销", least=0, most=365)
    extensions: int = setting(2, "可延期次数", least=0, most=9)
    reassign_work_days: int = setting(1, "申请改派的时限（工作日）", least=1, most=30)
    album_allowed: bool = setting(True, "允许相册照片", "相册照片的水印注明“相册上传”")
    photos_per_phase: int = setting(9, "每阶段照片上限（张）", least=1, most=30)
    yellow_work_days: int = setting(2, "黄灯提醒（剩余工作日）", least=0, most=30)
    nearby_metres: int = setting(30, "疑似重复的距离（米）", least=1, most=1000)
    nearby_days: int = setting(15, "疑似重复的天数", least=1, most=365)


def labels() -> dict[str, tuple[str, str]]:
    """Setting name -> (label, help)."""
    return {f.name: (str(f.metadata["label"]), str(f.metadata["help"])) for f in fields(Rules)}


DEFAULTS = Rules()
RETURN_CLOCKS: dict[str, str] = {
    "pause": "扣除核查用去的时间后继续",
    "keep": "时限不变，核查用去的时间也算",
    "restart": "退件后重新计时",
}
CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def wrong(name: str, value: object) -> str | None:
    """What is wrong with a value for a setting, as a sentence that says what to fill in."""
    known = {f.name: f for f in fields(Rules)}
    if name not in known or type(value) is not type(known[name].default):
        return "设置的名称或取值不对，请检查后再保存。"
    meta = known[name].metadata
    if name == "return_clock" and value not in RETURN_CLOCKS:
        return "请选择退件后时限怎样计算。"
    if name == "cutoff" and not CLOCK_TIME.fullmatch(str(value)):
        return "请按 23:59 或 17:30 的样子填写时刻。"
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    if meta["least"] <= value <= meta["most"]:
        return None
    return f"请填写 {meta['least']} 到 {meta['most']} 之间的整数。"
