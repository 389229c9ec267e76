"""What may be wrong with a photo as evidence: kinds of signals, and those told without looking."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.distances import Place, metres_between
from app.domain.rules import Rules, SignalLevel, labels
from app.domain.sending import Seal
from app.domain.states import Phase

_UNITS = (
    (timedelta(days=1), "天"),
    (timedelta(hours=1), "小时"),
    (timedelta(minutes=1), "分钟"),
)
LEAST_TRAVEL_M = 1_000  # positions jump about; a shorter way is no journey
# Words that programs for changing pictures leave in a file.
_EDITORS = (
    "photoshop", "lightroom", "snapseed", "picsart", "gimp", "meitu", "meitupic", "xingtu",
    "facetune", "pixelmator", "affinity", "vsco", "b612", "faceu", "canva", "paint.net",
    "美图", "醒图", "轻颜", "天天p图", "修图",
)  # fmt: skip


class SignalKind(StrEnum):
    """One way in which a photo may be questioned; the order is that of the page."""

    NEAR_COPY = "near_copy"
    EDITED = "edited"
    AFTER_LIKE_BEFORE = "after_like_before"
    DISTANCE = "distance"
    ACCURACY = "accuracy"
    CLOCK = "clock"
    OLD_FILE = "old_file"
    SOFTWARE = "software"
    TRAVEL = "travel"
    SEAL = "seal"

    @property
    def label(self) -> str:
        """The name on the checker's page and among the settings."""
        return labels()[f"signal_{self.value}"][0]


@dataclass(frozen=True, slots=True)
class ShotFacts:
    """What is known of a photo without looking at it; times aware, degrees WGS-84, metres.

    `taken_at` is what the camera wrote into the file, in the city's time; `sealed_at` the
    server's time when the shutter was pressed, as the phone sealed it and the server found whole.
    Of an imported photo nothing but the file itself says anything.
    """

    phase: Phase
    received_at: datetime
    device_at: datetime | None = None
    taken_at: datetime | None = None
    sealed_at: datetime | None = None
    seal: Seal = Seal.NONE
    software: str = ""
    place: Place | None = None
    accuracy_m: float | None = None
    album: bool = False
    imported: bool = False

    @property
    def pressed_at(self) -> datetime:
        """The server's time nearest to the moment of the photo: sealed then, else received."""
        return self.sealed_at or self.received_at


@dataclass(frozen=True, slots=True)
class Finding:
    """A signal: its kind and a sentence, with the photo that caused it, if another did."""

    kind: SignalKind
    text: str
    twin_id: str | None = None
    numbers: dict[str, float] = field(default_factory=dict)


def level_of(rules: Rules, kind: SignalKind) -> SignalLevel:
    """How seriously the city takes a kind."""
    level: SignalLevel = getattr(rules, f"signal_{kind.value}")
    return level


def told_by_facts(
    shot: ShotFacts, rules: Rules, *, before: ShotFacts | None, earlier: ShotFacts | None
) -> Iterator[Finding]:
    """The signals of what came along with a photo.

    `before` is the problem's first photo for one taken after, `earlier` the same person's photo
    before this one. A place that is missing is no signal: phones and programs strip it.
    """
    if any(word in shot.software.lower() for word in _EDITORS):
        yield Finding(SignalKind.SOFTWARE, f"照片文件里写着“{shot.software}”。")
    if shot.imported:
        return
    if shot.seal is Seal.BROKEN:
        yield Finding(
            SignalKind.SEAL, "手机拍照时封存的时间、位置或照片与收到的不符，按收到时间计。"
        )
    yield from _clocks(shot, rules)
    if shot.place is None:
        return
    if shot.accuracy_m is not None and shot.accuracy_m > rules.signal_accuracy_metres:
        yield Finding(
            SignalKind.ACCURACY,
            f"定位误差约 {shot.accuracy_m:.0f} 米。",
            numbers={"metres": shot.accuracy_m},
        )
    if before is not None and before.place is not None and not before.imported:
        apart = metres_between(before.place, shot.place)
        if apart > rules.signal_distance_metres:
            yield Finding(
                SignalKind.DISTANCE, f"与整改前相距约 {apart:.0f} 米。", numbers={"metres": apart}
            )
    if earlier is not None and not earlier.imported:
        yield from _journey(earlier, shot, rules)


def _clocks(shot: ShotFacts, rules: Rules) -> Iterator[Finding]:
    if shot.device_at is not None:
        off = abs(shot.device_at - shot.pressed_at)
        if off > timedelta(minutes=rules.signal_clock_minutes):
            yield Finding(
                SignalKind.CLOCK,
                f"手机时间与服务器相差 {_span(off)}，以服务器时间为准。",
                numbers={"minutes": off.total_seconds() / 60},
            )
    if shot.taken_at is not None and not shot.album:
        old = shot.pressed_at - shot.taken_at
        if old > timedelta(minutes=rules.signal_old_minutes):
            yield Finding(
                SignalKind.OLD_FILE,
                f"照片文件的拍摄时间比{_moment(shot)}早 {_span(old)}，疑似相册照片。",
                numbers={"minutes": old.total_seconds() / 60},
            )


def _journey(earlier: ShotFacts, shot: ShotFacts, rules: Rules) -> Iterator[Finding]:
    if earlier.place is None or shot.place is None:
        return
    apart = metres_between(earlier.place, shot.place)
    seconds = max(abs((shot.pressed_at - earlier.pressed_at).total_seconds()), 1)
    speed = apart / seconds * 3.6
    if apart >= LEAST_TRAVEL_M and speed > rules.signal_travel_kmh:
        yield Finding(
            SignalKind.TRAVEL,
            f"{_span(timedelta(seconds=seconds))}前的上一张照片在 {apart / 1000:.1f} 公里以外。",
            numbers={"metres": apart, "seconds": seconds},
        )


def _moment(shot: ShotFacts) -> str:
    return "封存的拍摄时间" if shot.sealed_at else "上传"


def _span(length: timedelta) -> str:
    """A length as people say it, in the unit that leaves a number from 2 to about 100."""
    for unit, words in _UNITS:
        if length >= 2 * unit:
            return f"{length / unit:.0f} {words}"
    return f"{length.total_seconds():.0f} 秒"
