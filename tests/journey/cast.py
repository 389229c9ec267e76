"""Two hundred problems: which way each goes, on which day, in which street."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from app.domain.calendars import LOCAL
from tests.journey.pictures import Picture

# A Thursday before the Mid-Autumn and National Day holidays with their make-up days, and the
# Tuesday after the first of them: no limit of seven working days is seven days here.
FIRST_DAY = datetime(2026, 9, 24, 9, 0, tzinfo=LOCAL)
SECOND_DAY = datetime(2026, 9, 29, 9, 0, tzinfo=LOCAL)
LAPSES_ON = date(2026, 9, 28)
KEPT_UNTIL = date(2026, 11, 20)
FAR = date(2026, 12, 31) + timedelta(days=30)  # beyond the days a section decides alone

SUBMIT, CLOSE = ("submit",), ("pass_check", "sign_off")
TURN = ()  # the night between the two days


@dataclass(frozen=True)
class Way:
    """A way through the table: how many of two hundred take it, and its steps a day."""

    name: str
    count: int
    first: tuple[str, ...]
    second: tuple[str, ...] = ()
    ends: str = "signed_off"
    urgent: bool = False


SENT_BACK = ("submit", "send_back", "submit")
DEFERRED = ("dispatch", "request_deferral")
WAYS = (
    Way("一般", 60, ("dispatch", "submit", *CLOSE)),
    Way("一般，次日销号", 20, ("dispatch",), ("submit", *CLOSE)),
    Way("退件后再整改", 10, ("dispatch", *SENT_BACK, *CLOSE)),
    Way("退件两次", 4, ("dispatch", *SENT_BACK, "send_back", "submit", *CLOSE)),
    Way("隔日退件", 10, ("dispatch", "submit"), ("send_back", "submit", *CLOSE)),
    Way(
        "牵头科室退件", 16,
        ("dispatch", "submit", "pass_check", "refuse_sign_off", "submit", *CLOSE),
    ),
    Way(
        "确认紧急", 20, ("refer_to_leader", "confirm_urgent", "submit", *CLOSE), urgent=True
    ),
    Way(
        "紧急转一般", 14, ("refer_to_leader", "lower_to_general", "submit", *CLOSE), urgent=True
    ),
    Way("挂号期限内整改", 10, (*DEFERRED, "approve_deferral"), ("submit", *CLOSE)),
    Way(
        "长期挂号，领导审批", 4, (*DEFERRED, "endorse_deferral", "approve_deferral"),
        ("submit", *CLOSE),
    ),
    Way("挂号到期", 10, (*DEFERRED, "approve_deferral"), ("lapsed", "submit", *CLOSE)),
    Way("作废", 9, ("void",), ends="void"),
    Way("重复作废", 3, ("void_as_duplicate",), ends="void"),
    Way("退回补正", 10, ("return_for_correction", "correct", "dispatch", "submit", *CLOSE)),
)  # fmt: skip


@dataclass
class Story:
    """One problem's way, and what the walkers know of it."""

    place: int
    way: Way
    street_code: str
    category: dict[str, object]
    moves: list[str] = field(default_factory=list)
    before: list[Picture] = field(default_factory=list)
    after: list[Picture] = field(default_factory=list)  # of the last round
    photos: list[Picture] = field(default_factory=list)
    problem_id: int = 0
    version: int = 0
    number: str | None = None
    state: str = ""
    returned: int = 0
    due_on: date | None = None
    spent: int = 0  # working days of the limit, up to `runs_since`
    runs_since: date | None = None
    paused_on: date | None = None
    deferred_to: date | None = None

    @property
    def is_confirmed_urgent(self) -> bool:
        """The brigade's to solve, in hours."""
        return "confirm_urgent" in self.moves

    @property
    def closed(self) -> bool:
        """Ends in the ledger."""
        return self.way.ends == "signed_off"


def ways(count: int) -> list[Way]:
    """So many ways, mixed, in the proportions of the table; each way at least once."""
    every = [(way, (n + 0.5) / way.count) for way in WAYS for n in range(way.count)]
    mixed = [way for way, _ in sorted(every, key=lambda pair: pair[1])]
    step = len(mixed) / count
    chosen = [mixed[int(n * step)] for n in range(count)]
    missing = [way for way in WAYS if way not in chosen]
    return missing + chosen[len(missing):]  # fmt: skip
