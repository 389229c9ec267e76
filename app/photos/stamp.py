"""The words of a photo's stamp: who took what, where and when, as the server recorded it."""

import hashlib
import math
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

LOCAL = ZoneInfo("Asia/Shanghai")
WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
CLOCK_TOLERANCE = timedelta(minutes=2)
LONGEST_TEXT = 120


@dataclass(frozen=True, slots=True)
class Stamp:
    """What is printed on a photo: lines of text, and what its QR code leads to ("" for none)."""

    lines: tuple[str, ...]
    link: str = ""

    @property
    def digest(self) -> str:
        """A short name for one wording."""
        text = "\n".join((*self.lines, self.link))
        return hashlib.sha256(text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class StampFacts:
    """What the stamp of one photo says; instants are aware, degrees WGS-84, accuracy metres."""

    phase_label: str
    number: str | None
    received_at: datetime
    org_name: str
    person_name: str
    code: str
    device_at: datetime | None = None
    address: str | None = None
    lat: float | None = None
    lng: float | None = None
    accuracy_m: float | None = None
    no_position_reason: str | None = None
    album: bool = False
    imported: bool = False
    captured_at: datetime | None = None
    late: bool = False


def link(address: str, code: str) -> str:
    """What the QR code says: the page of this 防伪码, or the code alone where no address is known.

    In capitals, which a QR code holds in fewer modules; `/V/` leads to the same page as `/v/`.
    """
    bare = code.replace("-", "")
    return f"{address}/v/{bare}".upper() if address else bare


def lines(facts: StampFacts) -> tuple[str, ...]:
    """The six lines of domain.md §8.1, each free of control characters.

    A device clock more than two minutes off is printed beside the server's time. A photo that
    was sealed on the phone and sent long after shows both times and says 补传. Raises ValueError
    for a naive instant.
    """
    heading = f"{facts.phase_label} {facts.number or '待编号'}"
    if facts.album:
        heading += " · 相册上传"
    if facts.imported:
        heading += " · 导入"
    if facts.late:
        heading += " · 补传"
    return tuple(
        plain(line)
        for line in (
            heading,
            _time_line(facts),
            facts.address or "未填写地址",
            _position_line(facts),
            f"{facts.org_name} {facts.person_name}",
            f"防伪码 {facts.code}",
        )
    )


def plain(text: str) -> str:
    """One line of visible text: line breaks, controls and direction marks become spaces."""
    spaced = "".join(
        " " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text[: LONGEST_TEXT * 4]
    )
    return " ".join(spaced.split())[:LONGEST_TEXT]


def _time_line(facts: StampFacts) -> str:
    if facts.received_at.tzinfo is None:
        raise ValueError("received_at must be aware")
    received = facts.received_at.astimezone(LOCAL)
    line = f"{received:%Y-%m-%d %H:%M:%S} {WEEKDAYS[received.weekday()]}"
    if facts.late and facts.captured_at is not None:
        return f"拍摄 {_local(facts.captured_at, received)} · 收到 {line}"
    if facts.device_at is None:
        return line
    if facts.device_at.tzinfo is None:
        raise ValueError("device_at must be aware")
    if abs(received - facts.device_at) <= CLOCK_TOLERANCE:
        return line
    return f"{line} · 设备时间 {_local(facts.device_at, received)}"


def _local(instant: datetime, beside: datetime) -> str:
    """The city's time; without its date where that stands beside it."""
    if instant.tzinfo is None:
        raise ValueError("an instant on a stamp must be aware")
    local = instant.astimezone(LOCAL)
    same_day = local.date() == beside.astimezone(LOCAL).date()
    return local.strftime("%H:%M:%S" if same_day else "%Y-%m-%d %H:%M:%S")


def _position_line(facts: StampFacts) -> str:
    if facts.lat is None or facts.lng is None:
        reason = facts.no_position_reason
        return f"未定位（{reason}）" if reason else "未定位"
    line = f"{facts.lat:.6f},{facts.lng:.6f} (WGS-84)"
    if facts.accuracy_m is None or not math.isfinite(facts.accuracy_m):
        return line
    return f"{line} ±{max(1, round(facts.accuracy_m))} m"
