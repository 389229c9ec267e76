"""Who does what when: the moves of one story, each on a day at a time of office hours."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from app.demo import phrases
from app.demo.categories import BY_CODE, DemoCategory
from app.demo.daybook import LOCAL, Daybook
from app.demo.organisations import BRIGADE_CODE
from app.demo.organisations import BY_CODE as ORGS
from app.demo.people import STAFF_OF, leader_of
from app.demo.plot import Shot, Step

_CLOSE_BEFORE, _CLOSE_AFTER = 0.14, 0.10  # share of stories with a second, nearer picture
_CREWS = ("作业班组", "养护班", "值班人员")


@dataclass(slots=True)
class Path:
    """Steps as they grow; every method adds one move after the ones before."""

    rng: random.Random
    book: Daybook
    key: str
    category_code: str
    reporter: str
    responsible: str
    steps: list[Step] = field(default_factory=list)
    shots: int = 0

    @property
    def category(self) -> DemoCategory:
        """What kind of problem it is."""
        return BY_CODE[self.category_code]

    @property
    def last(self) -> datetime | None:
        """When the latest step was."""
        return self.steps[-1].at if self.steps else None

    @property
    def day(self) -> date:
        """The local date of the latest step."""
        return (self.last or self.book.now).astimezone(LOCAL).date()

    def time_on(self, day: date) -> datetime:
        """A moment on that day, after the latest step."""
        return self.book.moment(self.rng, max(day, self.day) if self.steps else day, self.last)

    def _picture(
        self, phase: str, at: datetime, *, fixed: bool | None = None, close: bool = False,
        elsewhere: bool = False,
    ) -> Shot:  # fmt: skip
        self.shots += 1
        seed = f"{self.key}-x" if elsewhere else self.key
        taken = at - timedelta(seconds=self.rng.randint(70, 420))
        return Shot(self.category.scene, phase, seed, self.shots, close, taken, fixed)

    def report(
        self, day: date, *, urgent_text: str = "", draft: bool = False, at: datetime | None = None
    ) -> None:
        """The first step: a report with a picture or two, or only its draft."""
        at = at or self.time_on(day)
        photos = [self._picture("before", at)]
        if self.rng.random() < _CLOSE_BEFORE:
            photos.append(self._picture("before", at + timedelta(seconds=40), close=True))
        move = "save_draft" if draft else "report"
        self.steps.append(Step(move, at, self.reporter, text=urgent_text, photos=tuple(photos)))

    def reviewer(self) -> str:
        """One of the two reviewers."""
        return self.rng.choice(("shenhe", "shenhe", "shenhe2"))

    def back_for_correction(self, day: date) -> None:
        """The reviewer wants more."""
        text = self.rng.choice(phrases.CORRECTIONS)
        self.steps.append(
            Step("return_for_correction", self.time_on(day), self.reviewer(), text=text)
        )

    def correct(self, day: date) -> None:
        """The reporter adds what was missing, with another picture."""
        at = self.time_on(day)
        self.steps.append(
            Step(
                "correct", at, self.reporter,
                description=phrases.report_text(self.rng, self.category_code),
                photos=(self._picture("before", at, close=True),),
            )
        )  # fmt: skip

    def dispatch(self, day: date, text: str = "") -> None:
        """Reviewed and sent to the responsible unit."""
        self.steps.append(self._route("dispatch", day, text))

    def refer(self, day: date, at: datetime | None = None) -> None:
        """Sent to the leader as urgent."""
        self.steps.append(self._route("refer_to_leader", day, "", at))

    def _route(self, move: str, day: date, text: str, at: datetime | None = None) -> Step:
        return Step(
            move, at or self.time_on(day), self.reviewer(), text=text,
            lead_section=self.category.lead_section, responsible_org=self.responsible,
        )  # fmt: skip

    def void(self, day: date, reason: str, duplicate_of: str = "") -> None:
        """Struck off with a reason."""
        self.steps.append(
            Step(
                "void", self.time_on(day), self.reviewer(), text=phrases.VOIDS[reason],
                reason_code=reason, duplicate_of=duplicate_of,
            )
        )  # fmt: skip

    def decide(self, *, urgent: bool, at: datetime | None = None) -> None:
        """The leader's word, within two hours or so."""
        at = at or (self.last or self.book.now) + timedelta(minutes=self.rng.randint(12, 110))
        texts = phrases.CONFIRMED if urgent else phrases.LOWERED
        move = "confirm_urgent" if urgent else "lower_to_general"
        leader = leader_of(self.category.lead_section)
        self.steps.append(Step(move, at, leader, text=self.rng.choice(texts)))

    def submit(self, day: date, *, brigade: bool = False, flaw: str = "") -> None:
        """Put right, with a picture; `flaw` is the reason for which it will come back."""
        at = self.time_on(day)
        fixed = False if flaw in {"not_fixed", "partly_fixed"} else None
        photos = [self._picture("after", at, fixed=fixed, elsewhere=flaw == "photo_elsewhere")]
        if not flaw and self.rng.random() < _CLOSE_AFTER:
            photos.append(self._picture("after", at + timedelta(seconds=40), close=True))
        actor = "dadui" if brigade else STAFF_OF[self.responsible]
        org = BRIGADE_CODE if brigade else self.responsible
        self.steps.append(
            Step(
                "submit", at, actor,
                remedy=phrases.remedy_text(self.rng, self.category_code),
                handled_by=ORGS[org].short_name + self.rng.choice(_CREWS),
                photos=tuple(photos),
            )
        )  # fmt: skip

    def send_back(self, day: date, reason: str) -> None:
        """The checker is not content."""
        text = self.rng.choice(phrases.SEND_BACKS[reason])
        self.steps.append(
            Step("send_back", self.time_on(day), self._checker(), text=text, reason_code=reason)
        )

    def _checker(self) -> str:
        return self.rng.choice(("hecha", "hecha", "hecha2"))

    def pass_check(self, day: date) -> None:
        """Checked and found good."""
        text = self.rng.choice(phrases.PASSES)
        self.steps.append(Step("pass_check", self.time_on(day), self._checker(), text=text))

    def refuse_sign_off(self, day: date) -> None:
        """The lead section finds something left to do."""
        self.steps.append(
            Step(
                "refuse_sign_off", self.time_on(day), STAFF_OF[self.category.lead_section],
                text=self.rng.choice(phrases.REFUSALS), reason_code="partly_fixed",
            )
        )  # fmt: skip

    def sign_off(self, day: date, *, brigade: bool = False) -> None:
        """Closed by the lead section, or by the brigade where it was urgent."""
        actor = "daduizhang" if brigade else STAFF_OF[self.category.lead_section]
        text = self.rng.choice(phrases.APPROVALS)
        self.steps.append(Step("sign_off", self.time_on(day), actor, text=text))

    def ask_deferral(self, day: date, reason: str, until: date) -> None:
        """The unit asks to put it off."""
        text, interim = phrases.DEFERRALS[reason]
        self.steps.append(
            Step(
                "request_deferral", self.time_on(day), STAFF_OF[self.responsible], text=text,
                reason_code=reason, target_date=until, interim_measure=interim,
            )
        )  # fmt: skip

    def grant_deferral(self, day: date, until: date, *, long: bool) -> None:
        """The lead section agrees, and the leader where the date is far ahead."""
        lead = STAFF_OF[self.category.lead_section]
        if long:
            self.steps.append(
                Step("endorse_deferral", self.time_on(day), lead, text="情况属实，建议同意。")
            )
        actor = leader_of(self.category.lead_section) if long else lead
        self.steps.append(
            Step("approve_deferral", self.time_on(day), actor, text="同意挂号。", target_date=until)
        )

    def refuse_deferral(self, day: date) -> None:
        """The lead section does not agree."""
        self.steps.append(
            Step(
                "refuse_deferral", self.time_on(day), STAFF_OF[self.category.lead_section],
                text=self.rng.choice(phrases.DEFERRAL_REFUSED),
            )
        )  # fmt: skip

    def lapse(self, until: date) -> None:
        """The system takes it back the night after the date."""
        night = datetime.combine(until + timedelta(days=1), time(0, 5), tzinfo=LOCAL)
        self.steps.append(Step("lapse_deferral", night.astimezone(UTC), ""))
