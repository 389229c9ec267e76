"""Number formats: which make a number a date, and how a formatted cell is shown."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple

from sheets.reading.book import Value
from sheets.remembering import remembering

# Formats that files name by number alone. 27 to 36 and 50 to 58 are those of a Chinese system.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    14: "yyyy/m/d", 15: "d-mmm-yy", 16: "d-mmm", 17: "mmm-yy", 18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM", 20: "h:mm", 21: "h:mm:ss", 22: "yyyy/m/d h:mm",
    27: 'yyyy"年"m"月"', 28: 'm"月"d"日"', 29: 'm"月"d"日"', 30: "m-d-yy", 31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"', 33: 'h"时"mm"分"ss"秒"', 34: '上午/下午h"时"mm"分"',
    35: '上午/下午h"时"mm"分"ss"秒"', 36: 'yyyy"年"m"月"', 45: "mm:ss", 46: "[h]:mm:ss",
    47: "mm:ss.0", 49: "@", 50: 'yyyy"年"m"月"', 51: 'm"月"d"日"', 52: 'yyyy"年"m"月"',
    53: 'm"月"d"日"', 54: 'm"月"d"日"', 55: '上午/下午h"时"mm"分"',
    56: '上午/下午h"时"mm"分"ss"秒"', 57: 'yyyy"年"m"月"', 58: 'm"月"d"日"',
}  # fmt: skip

PLAIN, TELLING, DATE, TIME, MOMENT, SPAN = range(6)
"""What a format makes of a number: nothing, another look, a date, a time, both, a length."""

_PIECES = re.compile(
    r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|AM/PM|A/P|上午/下午|General|'
    r"y+|e+(?![+-])|m+|d+|h+|s+|a{3,4}|b+|0+|#+|\?+|%|@|E[+-]|[.,;]|.",
    re.IGNORECASE | re.DOTALL,
)
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - the clock of the wall, as the file has it
_LEAP = 60
"""The day 1900-02-29 that never was: serial numbers before it are one day late."""
_LAST = 2_958_466
_DAYS = "一二三四五六日"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@lru_cache(maxsize=4096)
def kind_of(code: str) -> int:
    """What a format makes of a number, as PLAIN … SPAN."""
    pieces = _first_section(code)
    letters = "".join(piece[0].lower() for piece in pieces if _is_letter(piece))
    spans = any(re.fullmatch(r"\[(h+|m+|s+)\]", piece, re.IGNORECASE) for piece in pieces)
    if spans:
        return SPAN
    days, clock = set(letters) & set("yeda"), set(letters) & set("hs")
    if days and clock:
        return MOMENT
    if clock:
        return TIME
    if days or "m" in letters:
        return DATE
    return TELLING if _tells(pieces) else PLAIN


@remembering(16_384)  # a column of dates has few different ones
def from_serial(number: float, kind: int, *, from_1904: bool) -> Value:
    """The date, time or moment of a serial number; the number itself when there is none."""
    if kind == TIME and 0 <= number < 1:
        return _clock(number)
    days = number + 1462 if from_1904 else number
    if not 0 <= days < _LAST or (days < 1 and not from_1904):
        return number
    if days < _LEAP and not from_1904:
        days += 1
    # Half a millisecond is what is left of an exact second in a binary fraction of a day.
    moment = _EPOCH + timedelta(milliseconds=round(days * 86_400_000))
    if kind == DATE and moment.time() == time():  # midnight is true, too
        return moment.date()
    return moment


def show(value: Value, code: str) -> str | None:
    """How a cell with this format is shown; None where the format says no more than the value."""
    if isinstance(value, datetime | date | time):
        return _show_date(value, code)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if kind_of(code) == SPAN:
        minutes = round(abs(value) * 1440)
        return f"{'-' if value < 0 else ''}{minutes // 60}:{minutes % 60:02}"
    return _show_number(value, code) if kind_of(code) == TELLING else None


def _clock(number: float) -> time:
    seconds = timedelta(milliseconds=min(round(number * 86_400_000), 86_399_999))
    return (_EPOCH + seconds).time()


@lru_cache(maxsize=4096)
def _first_section(code: str) -> tuple[str, ...]:
    pieces: list[str] = []
    for piece in _PIECES.findall(code):
        if piece == ";":
            break
        pieces.append(piece)
    return tuple(pieces)


def _is_letter(piece: str) -> bool:
    first = piece[0].lower()
    return first in "yemdhsab" and piece.upper() != "AM/PM" and piece.upper() != "A/P"


def _tells(pieces: tuple[str, ...]) -> bool:
    whole = "".join(piece for piece in pieces if piece[0] in "0#?.,%")
    if "?" in whole or _broken_up(pieces):
        return False  # fractions, and numbers shown in groups: not worth the telling
    zeros = re.match(r"[#,]*(0*)", whole)
    literal = any(_literal(piece).strip() for piece in pieces)
    return "%" in whole or literal or (zeros is not None and len(zeros[1]) > 1)


def _broken_up(pieces: tuple[str, ...]) -> bool:
    digits = [at for at, piece in enumerate(pieces) if piece[0] in "0#"]
    return bool(digits) and any(_literal(piece) for piece in pieces[digits[0] : digits[-1]])


def _literal(piece: str) -> str:
    if piece[0] == '"':
        return piece[1:-1]
    if piece[0] == "\\":
        return piece[1:]
    if piece[0] == "[" and piece[1:2] == "$":
        return piece[2:-1].partition("-")[0]
    if piece[0] in '_*["@%.,#?0' or piece == "General":
        return ""
    return "" if _is_letter(piece) or piece[0] in "Ee" else piece


def _show_number(value: float, code: str) -> str:
    pieces = _first_section(code)
    digits = [piece for piece in pieces if piece[0] in "0#?.,"]
    pattern = "".join(digits)
    percent = sum(piece == "%" for piece in pieces)
    whole, _, fraction = pattern.partition(".")
    places = fraction.count("0") + fraction.count("#") + fraction.count("?")
    number = abs(value) * 100**percent
    text = f"{number:.{places}f}" if pattern else f"{number:.15g}"
    before, dot, after = text.partition(".")
    before = before.zfill(whole.count("0"))
    if "," in whole.strip(","):
        before = re.sub(r"(?<=\d)(?=(\d{3})+$)", ",", before)
    body = before + dot + after
    out = ["-" if value < 0 else ""]
    for piece in pieces:
        if piece in digits or piece == "General":
            out.append(body)
            body = ""
        else:
            out.append("%" if piece == "%" else _literal(piece))
    return "".join(out)


@remembering(16_384)
def _show_date(value: date | time, code: str) -> str:
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime.combine(value, time())
    else:
        moment = datetime.combine(_EPOCH.date(), value)
    pattern = _pattern_of_date(code)
    if pattern is not None:
        return pattern.format(moment)
    return "".join(
        step if isinstance(step, str) else step.of(moment) for step in _steps_of_date(code)
    )


_PATTERNS = {
    "yyyy": "{0.year:04}", "m": "{0.month}", "mm": "{0.month:02}", "d": "{0.day}",
    "dd": "{0.day:02}", "h": "{0.hour}", "hh": "{0.hour:02}", "s": "{0.second}",
    "ss": "{0.second:02}",
}  # fmt: skip
_MINUTES = {"m": "{0.minute}", "mm": "{0.minute:02}"}


@lru_cache(maxsize=4096)
def _pattern_of_date(code: str) -> str | None:
    """The usual parts put in at one go, as thousands of moments ask; None for others."""
    out = []
    for step in _steps_of_date(code):
        if isinstance(step, str):
            out.append(step.replace("{", "{{").replace("}", "}}"))
            continue
        known = _MINUTES if isinstance(step, _Part) and step.minutes else _PATTERNS
        if not isinstance(step, _Part) or step.halves or step.piece not in known:
            return None
        out.append(known[step.piece])
    return "".join(out)


class _Part(NamedTuple):
    """A part of a date to be put in: the letters of the format, and how they are meant."""

    piece: str
    minutes: bool
    halves: bool

    def of(self, moment: datetime) -> str:
        return _date_part(moment, self.piece, minutes=self.minutes, halves=self.halves)


class _Half(NamedTuple):
    """What the two halves of a day are called."""

    before: str
    after: str

    def of(self, moment: datetime) -> str:
        return self.after if moment.hour >= 12 else self.before  # noqa: PLR2004 - noon


@lru_cache(maxsize=4096)
def _steps_of_date(code: str) -> tuple[str | _Part | _Half, ...]:
    pieces = _first_section(code)
    halves = any(piece.upper() in {"AM/PM", "A/P", "上午/下午"} for piece in pieces)
    out: list[str | _Part | _Half] = []
    clock = False  # m after h is minutes, and so is m before s
    for at, piece in enumerate(pieces):
        if _is_letter(piece):
            later = next((next_one for next_one in pieces[at + 1 :] if _is_letter(next_one)), "")
            following = later[:1].lower()
            minutes = piece[0].lower() == "m" and (clock or following == "s")
            out.append(_Part(piece.lower(), minutes, halves))
            clock = piece[0].lower() == "h"
        elif piece.upper() in {"AM/PM", "A/P", "上午/下午"}:
            before, after = piece.split("/")
            out.append(_Half(before, after))
        elif piece in {".", ","}:
            out.append("" if pieces[at + 1 : at + 2] and pieces[at + 1][0] == "0" else piece)
        else:
            out.append(_literal(piece))
    return tuple(out)


def _date_part(moment: datetime, piece: str, *, minutes: bool, halves: bool) -> str:
    kind, length = piece[0], len(piece)
    if kind in "ye":
        return f"{moment.year:04}" if length > 2 or kind == "e" else f"{moment.year % 100:02}"  # noqa: PLR2004
    if kind == "a":
        day = _DAYS[moment.weekday()]
        return f"星期{day}" if length > 3 else day  # noqa: PLR2004
    if kind == "d" and length > 2:  # noqa: PLR2004
        return f"星期{_DAYS[moment.weekday()]}"
    if kind == "m" and not minutes and length > 2:  # noqa: PLR2004
        return _MONTHS[moment.month - 1]
    hour = (moment.hour % 12 or 12) if halves else moment.hour
    numbers = {"d": moment.day, "h": hour, "s": moment.second, "b": moment.year}
    number = numbers.get(kind, moment.minute if minutes else moment.month)
    return f"{number:02}" if length > 1 else str(number)
