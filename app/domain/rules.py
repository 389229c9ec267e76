"""What a city may set: every [P] of the domain handbook that the workflow reads."""

import re
from dataclasses import dataclass, field, fields
from typing import Literal, TypeVar

ReturnClock = Literal["pause", "keep", "restart"]
SignalLevel = Literal["warn", "block", "off"]
T = TypeVar("T")


def setting(default: T, label: str, help_text: str = "", *, least: int = 0, most: int = 365) -> T:
    """A dataclass field with its Chinese label, so that the settings page needs no second list.

    `least` and `most` are the ends of what a number may be.
    """
    return field(
        default=default,
        metadata={"label": label, "help": help_text, "least": least, "most": most},
    )


def _signal(label: str) -> SignalLevel:
    return setting("warn", label)


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
    take_back_seconds: int = setting(
        10, "核查、销号后可撤回的秒数", "0 为不可撤回", least=0, most=60
    )
    extensions: int = setting(2, "可延期次数", least=0, most=9)
    reassign_work_days: int = setting(1, "申请改派的时限（工作日）", least=1, most=30)
    album_allowed: bool = setting(True, "允许相册照片", "相册照片的水印注明“相册上传”")
    photos_per_phase: int = setting(9, "每阶段照片上限（张）", least=1, most=30)
    yellow_work_days: int = setting(2, "黄灯提醒（剩余工作日）", least=0, most=30)
    late_minutes: int = setting(
        10, "补传：拍摄后多少分钟才收到", "超过的照片在水印上写明两个时间", least=1, most=1440
    )
    nearby_metres: int = setting(30, "疑似重复的距离（米）", least=1, most=1000)
    nearby_days: int = setting(15, "疑似重复的天数", least=1, most=365)
    recurrence_days: int = setting(
        180,
        "可报复发的天数",
        "销号后多少天内同一地点再次出现，上报时可关联原问题",
        least=1,
        most=3650,
    )
    masks_required: bool = setting(
        False,
        "导出前须确认遮挡",
        "开启后，照片须有人看过并遮挡或确认没有需要遮挡的内容，才能进台账",
    )
    signal_near_copy: SignalLevel = _signal("与其他照片近似")
    signal_edited: SignalLevel = _signal("疑似由整改前照片改成")
    signal_after_like_before: SignalLevel = _signal("前后照片几乎相同")
    signal_distance: SignalLevel = _signal("前后拍摄位置相距较远")
    signal_accuracy: SignalLevel = _signal("定位不准")
    signal_clock: SignalLevel = _signal("手机时间不准")
    signal_old_file: SignalLevel = _signal("疑似旧照片")
    signal_software: SignalLevel = _signal("经过修图软件")
    signal_travel: SignalLevel = _signal("两次拍摄之间移动过快")
    signal_seal: SignalLevel = _signal("手机封存的信息不符")
    signal_copy_days: int = setting(180, "查近似照片的天数", least=1, most=3650)
    signal_distance_metres: int = setting(50, "前后相距多少米提示", least=1, most=5000)
    signal_accuracy_metres: int = setting(200, "定位误差多少米提示", least=1, most=5000)
    signal_clock_minutes: int = setting(5, "手机时间相差多少分钟提示", least=1, most=1440)
    signal_old_minutes: int = setting(10, "照片早于上传多少分钟提示", least=1, most=10080)
    signal_travel_kmh: int = setting(120, "移动速度超过多少公里每小时提示", least=10, most=1000)


def labels() -> dict[str, tuple[str, str]]:
    """Setting name -> (label, help)."""
    return {f.name: (str(f.metadata["label"]), str(f.metadata["help"])) for f in fields(Rules)}


DEFAULTS = Rules()
RETURN_CLOCKS: dict[str, str] = {
    "pause": "扣除核查用去的时间后继续",
    "keep": "时限不变，核查用去的时间也算",
    "restart": "退件后重新计时",
}
SIGNAL_LEVELS: dict[str, str] = {
    "warn": "提示核查员",
    "block": "不得通过核查",
    "off": "不检查",
}
CHOICES: dict[str, dict[str, str]] = {"return_clock": RETURN_CLOCKS} | {
    each.name: SIGNAL_LEVELS for each in fields(Rules) if each.type == SignalLevel
}
"""Settings that are one of a few words."""
CLOCK_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


def wrong(name: str, value: object) -> str | None:
    """What is wrong with a value for a setting, as a sentence that says what to fill in."""
    known = {f.name: f for f in fields(Rules)}
    if name not in known or type(value) is not type(known[name].default):
        return "设置的名称或取值不对，请检查后再保存。"
    meta = known[name].metadata
    if name in CHOICES and value not in CHOICES[name]:
        return f"请为“{meta['label']}”选择其中一项。"
    if name == "cutoff" and not CLOCK_TIME.fullmatch(str(value)):
        return "请按 23:59 或 17:30 的样子填写时刻。"
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    if meta["least"] <= value <= meta["most"]:
        return None
    return f"请填写 {meta['least']} 到 {meta['most']} 之间的整数。"
