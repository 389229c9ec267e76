"""What a city may set: every [P] of the domain handbook that the workflow reads."""

from dataclasses import dataclass, field, fields
from typing import Literal, TypeVar

ReturnClock = Literal["pause", "keep", "restart"]
T = TypeVar("T")


def setting(default: T, label: str, help_text: str = "") -> T:
    """A dataclass field with its Chinese label, so that the settings page needs no second list."""
    return field(default=default, metadata={"label": label, "help": help_text})


@dataclass(frozen=True, slots=True)
class Rules:
    """The settings of the workflow, with the defaults of the handbook."""

    rectify_work_days: int = setting(7, "一般问题整改时限（工作日）")
    category_limits: bool = setting(False, "按类别时限", "开启后，类别自带时限的按类别时限计算")
    cutoff: str = setting("23:59", "当日截止时刻", "23:59 或下班时间，如 17:30")
    return_clock: ReturnClock = setting(
        "pause", "退件后的时限", "pause 扣除核查时间后继续；keep 不变；restart 重新计时"
    )
    four_eyes: bool = setting(True, "销号须另一人", "提交人、核查人不得销号")
    urgent_direct_to_leader: bool = setting(False, "紧急申请直达领导")
    urgent_hours: int = setting(24, "紧急问题时限（小时）")
    urgent_sign_off_by_lead: bool = setting(
        False, "紧急问题由牵头科室销号", "关闭时由直属大队管理员销号"
    )
    leader_may_void: bool = setting(False, "领导可作废紧急申请")
    leader_hours: int = setting(2, "领导审定时限（小时）")
    intake_work_days: int = setting(1, "审核时限（工作日）")
    check_work_days: int = setting(2, "核查时限（工作日）")
    sign_off_work_days: int = setting(2, "销号时限（工作日）")
    deferral_leader_days: int = setting(90, "挂号超过多少天须领导审批")
    deferral_max_days: int = setting(365, "挂号最长天数")
    deferral_prolongations: int = setting(1, "挂号可延长次数")
    reopen_days: int = setting(30, "销号后可撤销的天数", "0 为不可撤销")
    extensions: int = setting(2, "可延期次数")
    reassign_work_days: int = setting(1, "申请改派的时限（工作日）")
    album_allowed: bool = setting(True, "允许相册照片", "相册照片的水印注明“相册上传”")
    photos_per_phase: int = setting(9, "每阶段照片上限（张）")
    yellow_work_days: int = setting(2, "黄灯提醒（剩余工作日）")
    nearby_metres: int = setting(30, "疑似重复的距离（米）")
    nearby_days: int = setting(15, "疑似重复的天数")


def labels() -> dict[str, tuple[str, str]]:
    """Setting name -> (label, help)."""
    return {f.name: (str(f.metadata["label"]), str(f.metadata["help"])) for f in fields(Rules)}


DEFAULTS = Rules()
