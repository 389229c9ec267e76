"""How a story runs towards each state: which days its moves fall on, counted back from now."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from app.demo import phrases
from app.demo.paths import Path

LIMIT = 7  # working days of a general problem
LONG = 90  # days; a deferral beyond needs the leader
FLAWS = ("not_fixed", "partly_fixed", "photo_unclear", "photo_elsewhere", "remedy_unclear", "other")
# What can be put off, and for which reasons.
DEFERRABLE: dict[str, tuple[str, ...]] = {
    "C0497": ("season",),
    "C0402": ("season",),
    "E0191": ("season",),
    "C0284": ("weather", "funds", "construction"),
    "C0286": ("weather", "funds"),
    "E0113": ("weather", "construction"),
    "E0104": ("funds", "weather"),
    "C0181": ("construction", "funds"),
    "E0108": ("ownership",),
    "C0308": ("other", "funds"),
    "C0406": ("other",),
    "C0139": ("funds", "other"),
    "E0101": ("approval",),
    "C0204": ("ownership", "other"),
    "C0217": ("other",),
}


@dataclass(frozen=True, slots=True)
class Cast:
    """So many stories of one plan; `pool` says which categories fit it."""

    state: str
    count: int
    plan: Callable[[Path, int, int], None]  # path, working days earlier, place within the cast
    pool: str = "general"
    urgent: bool = False


def _listed(path: Path, listed_on: date, urgent_asked: bool = False) -> None:
    """Reported and sent out, the second on that day."""
    text = phrases.GENERAL_AFTER_URGENT if urgent_asked else ""
    asked = path.rng.choice(phrases.URGENT_REASONS) if urgent_asked else ""
    path.report(path.book.back(listed_on, path.rng.choice((0, 0, 1, 1, 2))), urgent_text=asked)
    if path.rng.random() < 0.06:  # noqa: PLR2004 share of reports that had to be corrected
        path.back_for_correction(path.day)
        path.correct(path.day)
    path.dispatch(max(listed_on, path.day), text)


def _rounds(path: Path, count: int) -> None:
    """Submitted and sent back that many times."""
    for _ in range(count):
        flaw = path.rng.choice(FLAWS)
        path.submit(path.book.on(path.day, path.rng.choice((0, 1, 1))), flaw=flaw)
        if path.rng.random() < 0.2:  # noqa: PLR2004 share found only at signing off
            path.pass_check(path.day)
            path.refuse_sign_off(path.day)
        else:
            path.send_back(path.day, flaw)


def closed(path: Path, earlier: int, place: int) -> None:
    """Signed off: the first few on the last working day, the others over the weeks before."""
    rng, book = path.rng, path.book
    offset = 0 if place < 9 else 1 + round(34 * (place - 9) / 95)  # noqa: PLR2004 see docstring
    rounds = {3: 1, 5: 2, 7: 3}.get(place % 12, 0)
    late = place % 11 == 4  # noqa: PLR2004 one in eleven came too late
    signed = book.back(book.latest(), offset + earlier)
    if place in {9, 10}:  # on duty yesterday, whatever day that was: its ledger has rows
        signed = book.today - timedelta(days=1)
    submitted = book.back(signed, rng.choice((0, 1, 1, 2)))
    taken = rng.randint(9, 12) if late else rng.randint(1, 6) + rounds
    _listed(path, book.back(submitted, taken), urgent_asked=place % 23 == 2)  # noqa: PLR2004
    _rounds(path, rounds)
    path.submit(submitted)
    path.pass_check(max(path.day, book.back(signed, rng.choice((0, 0, 1)))))
    path.sign_off(signed)


def closed_urgent(path: Path, earlier: int, place: int) -> None:
    """Reported, confirmed, mended and signed off within a day or two."""
    day = path.book.back(path.book.latest(), place * 5 + 1 + earlier)
    _urgent(path, day, urgent=True)
    path.submit(path.book.on(day, place % 3 // 2), brigade=True)
    path.pass_check(path.day)
    path.sign_off(path.book.on(path.day, place % 2), brigade=True)


def closed_after_deferral(path: Path, earlier: int, place: int) -> None:
    """Put off, then done: in time, or after it had come back."""
    book = path.book
    asked = book.back(book.latest(), 26 + place * 2 + earlier)
    until = asked + timedelta(days=14 + place)
    _deferred(path, asked, until)
    if place == 0:
        path.lapse(until)
        path.submit(book.on(until, 3))
    else:
        path.submit(book.back(until, 2))
    path.pass_check(book.on(path.day, 1))
    path.sign_off(book.on(path.day, 1))


def listed(path: Path, earlier: int, place: int) -> None:
    """On a unit's list: overdue, due today, due soon, or fresh; `place` decides."""
    left = (0, 1, 2, 7, 3, 5, -1, 1, 4, 6, 2, -3, 5, 7, 0, 3, 1, 6, -6, 2, 4, 5, -2, 6, -10)
    day = path.book.today
    _listed(path, path.book.back(day, LIMIT - left[place % len(left)] + earlier))


def listed_again(path: Path, earlier: int, place: int) -> None:
    """Sent back and on the list once more."""
    book = path.book
    last = book.back(book.latest(), place % 4 + earlier)
    rounds = (1, 1, 2, 1, 3, 1)[place % 6]
    _listed(path, book.back(last, 2 * rounds + path.rng.randint(0, 2)))
    _rounds(path, rounds)


def listed_asking(path: Path, earlier: int, place: int) -> None:
    """On the list with a deferral asked for: open, waiting for the leader, or refused."""
    book = path.book
    asked = book.back(book.latest(), place % 2 + earlier)
    _listed(path, book.back(asked, 2))
    until = _until(path, asked)
    path.ask_deferral(asked, _reason(path), until)
    if place % 3 == 2:  # noqa: PLR2004 every third is refused
        path.refuse_deferral(book.on(path.day, 0))


def listed_lapsed(path: Path, earlier: int, place: int) -> None:
    """Back on the list because its deferral ran out."""
    book = path.book
    until = book.today - timedelta(days=1 + place * 2 + earlier)
    _deferred(path, book.back(until, 12 + place), until)
    path.lapse(until)


def lowered(path: Path, earlier: int, place: int) -> None:
    """Asked for as urgent, made general by the leader."""
    _urgent(path, path.book.back(path.book.latest(), place + 1 + earlier), urgent=False)


def submitted(path: Path, earlier: int, place: int) -> None:
    """Waiting for the checker, a few for too long."""
    book = path.book
    day = book.back(book.latest(), (0, 0, 1, 1, 2, 3)[place % 6] + earlier)
    rounds = 1 if place % 5 == 1 else 0
    _listed(path, book.back(day, path.rng.randint(1, 6) + rounds))
    _rounds(path, rounds)
    path.submit(day)


def pre_signed_off(path: Path, earlier: int, place: int) -> None:
    """Waiting for the lead section."""
    book = path.book
    day = book.back(book.latest(), (0, 0, 1, 1, 2)[place % 5] + earlier)
    submitted_on = book.back(day, path.rng.choice((0, 1, 1)))
    rounds = 1 if place % 6 == 2 else 0  # noqa: PLR2004 one in six came back once
    _listed(path, book.back(submitted_on, path.rng.randint(1, 6) + rounds))
    _rounds(path, rounds)
    path.submit(submitted_on)
    path.pass_check(day)


def pre_signed_off_urgent(path: Path, earlier: int, place: int) -> None:
    """An urgent one waiting for the brigade's own signature."""
    day = path.book.back(path.book.latest(), 1 + place + earlier)
    _urgent(path, day, urgent=True)
    path.submit(path.day, brigade=True)
    path.pass_check(path.book.on(path.day, 1))


def deferred(path: Path, earlier: int, place: int) -> None:
    """Put off: until tomorrow, next week, next month or next spring."""
    book = path.book
    asked = book.back(book.latest(), 2 + place + earlier)
    near = (1, 3, 6, 12, 20, 30)
    until = book.today + timedelta(days=near[place]) if place < len(near) else _until(path, asked)
    _deferred(path, asked, until)


def urgent_review(path: Path, _earlier: int, place: int) -> None:
    """On the leader's desk for minutes or hours."""
    _hurry(path, (0.4, 1.1, 1.7, 3.2, 5.5, 9.0)[place % 6])


def urgent_listed(path: Path, _earlier: int, place: int) -> None:
    """With the brigade for hours, the longest beyond its limit."""
    hours = (0.8, 2.1, 4.0, 6.3, 8.2, 10.5, 30.0, 50.0)[place % 8]
    _hurry(path, hours + 0.5)
    path.decide(urgent=True, at=(path.last or path.book.now) + timedelta(minutes=14 + place))


def _hurry(path: Path, hours: float) -> None:
    """Reported as urgent and sent to the leader so many hours ago, at any time of the day."""
    refer_at = path.book.recent(hours)
    asked = path.rng.choice(phrases.URGENT_REASONS)
    path.report(path.book.today, urgent_text=asked, at=refer_at - timedelta(minutes=24))
    path.refer(path.book.today, at=refer_at)


def needs_correction(path: Path, earlier: int, place: int) -> None:
    """Back with the reporter."""
    path.report(path.book.back(path.book.latest(), place % 4 + earlier))
    path.back_for_correction(path.book.on(path.day, 0))


def pooled(path: Path, earlier: int, place: int) -> None:
    """Waiting for review since this morning, yesterday, or too long."""
    day = path.book.back(path.book.latest(30), (0, 0, 0, 1, 0, 1, 2)[place % 7] + earlier)
    urgent = place % 8 == 3  # noqa: PLR2004 one in eight asks for urgency
    path.report(day, urgent_text=path.rng.choice(phrases.URGENT_REASONS) if urgent else "")
    if place % 9 == 4:  # noqa: PLR2004 one in nine has been back to its reporter
        path.back_for_correction(path.day)
        path.correct(path.day)


def void(path: Path, earlier: int, place: int) -> None:
    """Struck off for any reason but being a duplicate."""
    reasons = ("untrue", "not_ours", "too_little", "not_ours", "test", "untrue")
    path.report(path.book.back(path.book.latest(), 2 + place * 5 + earlier))
    path.void(path.book.on(path.day, 1), reasons[place % len(reasons)])


def draft(path: Path, earlier: int, place: int) -> None:
    """Not sent yet."""
    path.report(path.book.back(path.book.latest(30), place % 2 + earlier), draft=True)


def _urgent(path: Path, day: date, *, urgent: bool) -> None:
    path.report(day, urgent_text=path.rng.choice(phrases.URGENT_REASONS))
    path.refer(path.day)
    path.decide(urgent=urgent)


def _reason(path: Path) -> str:
    return path.rng.choice(DEFERRABLE[path.category_code])


def _deferred(path: Path, asked: date, until: date) -> None:
    book = path.book
    _listed(path, book.back(asked, path.rng.randint(1, 3)))
    path.ask_deferral(max(asked, path.day), _reason(path), until)
    decided = book.on(path.day, 1)
    path.grant_deferral(decided, until, long=(until - decided).days > LONG)


def _until(path: Path, asked: date) -> date:
    """Next planting time for plants, else some weeks ahead."""
    if _reason(path) == "season":
        for year in (asked.year, asked.year + 1):
            for spring in (date(year, 4, 25), date(year, 10, 20)):
                if spring > path.book.today + timedelta(days=20):
                    return spring
    return path.book.today + timedelta(days=path.rng.randint(15, 80))


CASTS: tuple[Cast, ...] = (
    Cast("signed_off", 104, closed),
    Cast("signed_off", 8, closed_urgent, "urgent", urgent=True),
    Cast("signed_off", 4, closed_after_deferral, "deferrable"),
    Cast("listed", 44, listed),
    Cast("listed", 14, listed_again),
    Cast("listed", 6, listed_asking, "deferrable"),
    Cast("listed", 4, listed_lapsed, "deferrable"),
    Cast("listed", 2, lowered, "urgent", urgent=True),
    Cast("submitted", 20, submitted),
    Cast("pre_signed_off", 13, pre_signed_off),
    Cast("pre_signed_off", 2, pre_signed_off_urgent, "urgent", urgent=True),
    Cast("deferred", 15, deferred, "deferrable"),
    Cast("urgent_review", 6, urgent_review, "urgent", urgent=True),
    Cast("urgent_listed", 8, urgent_listed, "urgent", urgent=True),
    Cast("needs_correction", 8, needs_correction),
    Cast("pooled", 20, pooled),
    Cast("void", 8, void),
    Cast("draft", 5, draft),
)
