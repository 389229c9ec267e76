"""What people in the demo city write: reports, remedies, reasons, opinions."""

import random

from app.demo.categories import wording

_REPORTS = (
    "巡查发现，{o}。",
    "{o}，请尽快处理。",
    "接居民反映，{o}，现场查看属实。",
    "{o}，影响市容环境。",
    "日常排查发现，{o}，已拍照取证。",
    "{o}，行人通行不便，建议及时整改。",
)
_REMEDIES = (
    "{r}。",
    "{r}，经现场复核已恢复。",
    "{r}，已安排专人巡查，防止反弹。",
    "当日到场处置，{r}。",
)
URGENT_REASONS = (
    "位于主干道，车流人流大，存在安全隐患，申请紧急处置。",
    "紧邻学校，上下学时段学生多，容易发生伤害，申请紧急处置。",
    "情况仍在扩大，影响居民正常生活，申请紧急处置。",
    "夜间无照明，行人容易误入，申请紧急处置。",
)
CONFIRMED = (
    "同意，立即处置。",
    "情况属实，请直属大队立即督导。",
    "注意现场安全，先围挡后施工。",
    "",
)
LOWERED = (
    "现场已设围挡，暂无安全风险，按一般问题限期整改。",
    "影响范围较小，转一般问题办理，请责任单位按期完成。",
)
CORRECTIONS = (
    "照片看不清问题位置，请补拍近景和远景各一张。",
    "定位与地址不一致，请核对具体点位。",
    "描述过于简单，请写明数量和范围。",
    "类别选择有误，请重新选择并补充说明。",
)
VOIDS = {
    "duplicate": "同一点位已有人上报，合并办理。",
    "untrue": "现场核实，未发现所述问题。",
    "not_ours": "属物业小区内部事务，已告知由物业处理。",
    "too_little": "照片和位置均无法辨认，联系上报人未能补充。",
    "test": "培训时的练习记录。",
}
SEND_BACKS = {
    "not_fixed": ("照片显示问题依旧存在，请立即整改。", "现场抽查未整改，请于明日前完成。"),
    "partly_fixed": (
        "周边仍有残留，请彻底清理后重新提交。",
        "只处理了一部分，剩余部分请一并整改。",
    ),
    "photo_unclear": (
        "整改后照片模糊，请在同一位置重新拍摄。",
        "照片过暗，看不清整改效果，请白天补拍。",
    ),
    "photo_elsewhere": ("前后照片不是同一位置，请到原点位重新拍摄。",),
    "remedy_unclear": ("解决方案未写明措施和数量，请补充。",),
    "other": ("请补充一张远景照片，以便核对点位。",),
}
REFUSALS = ("整改效果未达到标准，请完善后再报。", "现场仍有少量遗留，请收尾后重新提交。")
APPROVALS = ("同意销号。", "经审核，整改到位，同意销号。", "前后照片一致，同意。", "")
PASSES = ("整改到位。", "前后对比清楚，核查通过。", "现场抽查合格。", "")
DEFERRALS = {
    "season": ("目前已过栽植季节，计划明年春季补植。", "已清理树池、设置护栏，定期巡查。"),
    "funds": ("维修资金正在申请，预计下月到位。", "已设置警示标志，破损处临时铺垫。"),
    "ownership": ("产权单位正在确认，已发函协调。", "先行清理表面，设置提示牌。"),
    "construction": (
        "该路段管网改造施工中，完工后一并恢复。",
        "施工方已设围挡和警示灯，保持通行。",
    ),
    "approval": ("占道施工手续正在审批。", "临时填平并设置锥桶。"),
    "weather": ("气温低于零度，热沥青无法施工，回暖后修补。", "已用冷补料临时填平，每周巡查。"),
    "other": ("配件需订做，到货后更换。", "已临时固定，设专人看护。"),
}
DEFERRAL_REFUSED = ("不具备挂号条件，请按期整改。", "可以先行处置，不同意挂号。")
NO_POSITION = ("楼间遮挡，定位失败", "设备未开启定位")
GENERAL_AFTER_URGENT = "经核实暂无安全风险，按一般问题下发。"


def report_text(rng: random.Random, category_code: str) -> str:
    """A description of one or two clauses."""
    seen = _filled(rng, rng.choice(wording()[category_code].observations))
    return rng.choice(_REPORTS).format(o=seen)


def remedy_text(rng: random.Random, category_code: str) -> str:
    """What was done about it."""
    done = _filled(rng, rng.choice(wording()[category_code].remedies))
    return rng.choice(_REMEDIES).format(r=done)


def _filled(rng: random.Random, text: str) -> str:
    volume = f"{rng.randint(2, 25) / 10:.1f}"
    return text.format(n=rng.randint(2, 8), m=rng.randint(2, 15), v=volume)
