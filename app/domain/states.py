"""The states a problem can be in, and the flags it can carry (domain handbook §2.2)."""

from enum import StrEnum


class State(StrEnum):
    """Where a problem stands; the value is what the database and the API say."""

    DRAFT = "draft"
    POOLED = "pooled"
    NEEDS_CORRECTION = "needs_correction"
    VOID = "void"
    URGENT_REVIEW = "urgent_review"
    LISTED = "listed"
    URGENT_LISTED = "urgent_listed"
    SUBMITTED = "submitted"
    PRE_SIGNED_OFF = "pre_signed_off"
    SIGNED_OFF = "signed_off"
    DEFERRED = "deferred"

    @property
    def label(self) -> str:
        """The word an office uses for this state."""
        return STATE_LABELS[self]

    @property
    def place(self) -> str:
        """Where a person finds problems of this state."""
        return STATE_PLACES[self]


STATE_LABELS: dict[State, str] = {
    State.DRAFT: "草稿",
    State.POOLED: "待审核",
    State.NEEDS_CORRECTION: "退回补正",
    State.VOID: "作废",
    State.URGENT_REVIEW: "紧急待审定",
    State.LISTED: "待整改",
    State.URGENT_LISTED: "紧急督导",
    State.SUBMITTED: "待核查",
    State.PRE_SIGNED_OFF: "预销号",
    State.SIGNED_OFF: "销号",
    State.DEFERRED: "挂号",
}

STATE_PLACES: dict[State, str] = {
    State.DRAFT: "上报人的草稿",
    State.POOLED: "问题池",
    State.NEEDS_CORRECTION: "上报人的待补正",
    State.VOID: "作废清单",
    State.URGENT_REVIEW: "分管领导的紧急待审定",
    State.LISTED: "责任单位的问题清单池",
    State.URGENT_LISTED: "直属大队督导池",
    State.SUBMITTED: "后台核查",
    State.PRE_SIGNED_OFF: "牵头科室的待销号",
    State.SIGNED_OFF: "成果库和整治台账",
    State.DEFERRED: "挂号库",
}

TERMINAL = frozenset({State.VOID, State.SIGNED_OFF})
OPEN = frozenset(State) - TERMINAL - {State.DRAFT}
HELD_BY_UNIT = frozenset({State.LISTED, State.URGENT_LISTED, State.DEFERRED})
NUMBERED = frozenset(
    {
        State.LISTED,
        State.URGENT_LISTED,
        State.SUBMITTED,
        State.PRE_SIGNED_OFF,
        State.SIGNED_OFF,
        State.DEFERRED,
    }
)


class Priority(StrEnum):
    """一般 or 紧急: what was asked for, and after T08/T09 what was decided."""

    GENERAL = "general"
    URGENT = "urgent"

    @property
    def label(self) -> str:
        """The word on screens and in ledgers."""
        return {"general": "一般", "urgent": "紧急"}[self.value]


class Phase(StrEnum):
    """Which side of the pair a photo belongs to."""

    BEFORE = "before"
    AFTER = "after"

    @property
    def label(self) -> str:
        """The first word of the stamp."""
        return {"before": "整改前", "after": "整改后"}[self.value]


class RequestKind(StrEnum):
    """What a unit may ask for while a problem is on its list."""

    DEFERRAL = "deferral"
    REASSIGN = "reassign"
    EXTENSION = "extension"


class RequestStatus(StrEnum):
    """How far a request has come."""

    OPEN = "open"
    ENDORSED = "endorsed"  # the lead section agrees; a date far ahead still wants the leader
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"  # the problem left the list while the request was open

    @property
    def label(self) -> str:
        """The word on screens."""
        return {
            "open": "审批中",
            "endorsed": "待领导审批",
            "approved": "已同意",
            "refused": "未同意",
            "lapsed": "已失效",
        }[self.value]


class VoidReason(StrEnum):
    """Why a problem is void: a reviewer's reason (T05), or one that an import brings along."""

    DUPLICATE = "duplicate"
    UNTRUE = "untrue"
    NOT_OURS = "not_ours"
    TOO_LITTLE = "too_little"
    TEST = "test"
    VOID_IN_LEDGER = "void_in_ledger"  # T21: the section's file says so
    IMPORT_UNDONE = "import_undone"  # T23

    @property
    def label(self) -> str:
        """The word on screens."""
        return {
            "duplicate": "重复上报",
            "untrue": "情况不属实",
            "not_ours": "非本部门职责",
            "too_little": "信息不足",
            "test": "测试数据",
            "void_in_ledger": "台账中已作废",
            "import_undone": "导入撤销",
        }[self.value]


BY_IMPORT = frozenset({VoidReason.VOID_IN_LEDGER, VoidReason.IMPORT_UNDONE})


class SendBackReason(StrEnum):
    """退件原因 (T13, T15)."""

    NOT_FIXED = "not_fixed"
    PARTLY_FIXED = "partly_fixed"
    PHOTO_UNCLEAR = "photo_unclear"
    PHOTO_ELSEWHERE = "photo_elsewhere"
    REMEDY_UNCLEAR = "remedy_unclear"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word on screens."""
        return {
            "not_fixed": "问题未整改",
            "partly_fixed": "整改不彻底",
            "photo_unclear": "整改后照片不清楚",
            "photo_elsewhere": "前后照片不是同一位置",
            "remedy_unclear": "解决方案未写清",
            "other": "其他",
        }[self.value]


class DeferralReason(StrEnum):
    """Why a problem cannot be done yet (T16a)."""

    SEASON = "season"
    FUNDS = "funds"
    OWNERSHIP = "ownership"
    CONSTRUCTION = "construction"
    APPROVAL = "approval"
    WEATHER = "weather"
    OTHER = "other"

    @property
    def label(self) -> str:
        """The word on screens."""
        return {
            "season": "季节",
            "funds": "资金",
            "ownership": "权属",
            "construction": "施工",
            "approval": "审批",
            "weather": "天气",
            "other": "其他",
        }[self.value]
