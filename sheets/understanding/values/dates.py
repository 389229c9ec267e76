"""Days and moments in every style in which offices write them."""

import calendar
import re
from datetime import date, datetime, time, timedelta

from sheets.moments import LOCAL, in_range
from sheets.reading.book import Value
from sheets.remembering import remembering
from sheets.understanding.values.base import BLANK, Read
from sheets.understanding.values.numerals import NUMERAL, with_figures
from sheets.understanding.words import is_blank, plain

EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet knows no zone
SERIALS = (25_569, 73_050)  # 1970 to 2099
FAR = 15  # years from the usual one that make a date look mistyped
HALF_DAY = 12
LONGEST_SPAN = 40
MONTHS = 12
LAST_DAY = 31
LONGEST_DAY = 10  # characters of a cell that says no more than a day
_HEAD = re.compile(
    r"^(?:截[至止]到?|限期?|约|于|预计|计划|拟于?|请于|务必于|在)[:\s]*(?=[\d一二三四五六七八九十〇])"
)
_TAIL = re.compile(
    r"(?:[之以]?前|止|起|左右)?\s*(?:[\u4e00-\u9fff]{0,6}(?:完成|完毕|到位|办结|完))?[。.,;]?$"
)
_BRACKETS = re.compile(r"\(.*?\)|\[.*?\]|(?:星期|周|礼拜)[一二三四五六日天]")
_SEP = r"\s*[-/.年\\]\s*"
_FULL = re.compile(rf"(\d{{4}}){_SEP}(\d{{1,2}})\s*[-/.月\\]\s*(\d{{1,2}})\s*[日号]?")
_SHORT_YEAR = re.compile(r"'?(\d{2})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_NO_YEAR = re.compile(r"(\d{1,2})\s*(?:[-/.]|月)\s*(\d{1,2})\s*[日号]?")
_MONTH_END = re.compile(r"(?:(\d{4})\s*年\s*)?(\d{1,2})\s*月\s*(?:底|末|月底|月末)")
_MONTH = re.compile(r"(?:\d{4}\s*[-/.年]\s*)?\d{1,2}\s*月(?:份)?|\d{4}\s*[-/.]\s*\d{1,2}")
_DAY_OR_NUMBER = re.compile(r"(\d{1,2})\s*[日号]?")
_DAY = re.compile(r"\d{1,2}\s*[日号]")
_ZONE = re.compile(r"\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$")
_CLOCK = re.compile(
    r"(上午|下午|中午|晚上|傍晚|凌晨|早上|夜间|AM|PM)?\s*"
    r"(\d{1,2})\s*(?::|时|点)\s*(?:(半)|(\d{1,2})\s*(?::\s*|分)?\s*(?:(\d{1,2})(?:\.\d+)?\s*秒?)?)?"
    r"\s*(AM|PM)?$",
    re.IGNORECASE,
)
_PART = re.compile(r"\s*(?:上午|下午|中午|晚上|傍晚|凌晨|早上|夜间|全天)$")
_UNTIL = re.compile(r"(?<=[\d日号])\s*(?:-{1,2}|—{1,2}|–|~|～|至|到)\s*(?=\d)")
_MIDNIGHT = time()
_AFTERNOON = frozenset({"下午", "晚上", "傍晚", "夜间", "PM"})


def read_date(value: Value, year: int, month: int | None = None) -> Read:
    """The day, or the naive local moment when the cell has a time, that a cell means.

    ``year`` and ``month`` are those of a cell that leaves them out; without a month a day alone
    is none.
    """
    day = day_alone(value)
    if month is not None and day is not None:
        why = f"“{_said(value)}”只有日，按 {year} 年 {month} 月理解，请核对。"
        return _built((year, month, day), year, why)
    if isinstance(value, datetime):
        return _kept(value if value.tzinfo is None else _local(value), year)
    if isinstance(value, date):
        return _kept(value, year)
    if isinstance(value, bool | time):
        return Read(None, f"“{value}”不是日期，请填写日期。")
    if isinstance(value, int | float):
        return _from_number(value, year)
    return BLANK if value is None else _from_text(value, year)


def read_span(raw: str, year: int) -> tuple[date, date] | None:
    """The first and the last day of 3月5日至3月9日; the last one may be a day alone."""
    return _span(raw, year) if len(raw) <= LONGEST_SPAN else None


@remembering(2_000)
def _span(raw: str, year: int) -> tuple[date, date] | None:
    text = _TAIL.sub("", _BRACKETS.sub("", plain(raw))).strip()
    for split in _UNTIL.finditer(text):
        first = _from_text(text[: split.start()], year).value
        if not isinstance(first, date):
            continue
        for head in ("", f"{first.year}年", f"{first.year}年{first.month}月"):
            last = _from_text(f"{head}{text[split.end() :]}", first.year).value
            if isinstance(last, date):
                days = [one.date() if isinstance(one, datetime) else one for one in (first, last)]
                return (days[0], days[1]) if days[0] <= days[1] else None
    return None


def day_alone(value: Value) -> int | None:
    """The day of a cell that says no more than 3日, 3号 or 3; None for any other."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and len(value) > LONGEST_DAY:
        return None
    found = _DAY_OR_NUMBER.fullmatch(_TAIL.sub("", plain(_said(value))))
    return int(found[1]) if found and 1 <= int(found[1]) <= LAST_DAY else None


def _said(value: Value) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def lacks_year(raw: str) -> bool:
    """Whether a date is written with month and day alone."""
    text = plain(raw)
    return not re.search(r"\d{4}|^'?\d{2}\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d", text)


def _local(moment: datetime) -> datetime:
    return moment.astimezone(LOCAL).replace(tzinfo=None)


def _kept(moment: date, year: int, why: str = "") -> Read:
    """A day without its midnight; one far from the usual year is pointed out."""
    day = moment.date() if isinstance(moment, datetime) else moment
    if in_range(day) is None:
        return Read(None, f"年份 {day.year} 超出范围，请改正日期。")
    if isinstance(moment, datetime) and moment.time() == _MIDNIGHT:
        moment = day
    if not why and abs(day.year - year) > FAR:
        why = f"年份 {day.year} 与本表其他日期相差很远，请核对。"
    return Read(moment, why)


def _from_number(value: float, year: int) -> Read:
    text = str(int(value)) if float(value).is_integer() else ""
    compact = _COMPACT.fullmatch(text)
    if compact:
        return _built(_three(compact), year)
    if SERIALS[0] <= value <= SERIALS[1]:
        moment = EXCEL_EPOCH + timedelta(seconds=round(value * 86_400))
        shown = moment.date().isoformat()
        return _kept(moment, year, f"按表格的日期序号 {value:g} 读作 {shown}，请核对。")
    return Read(None, f"“{value:g}”看不出是哪一天，请填写年月日。")


@remembering(20_000)
def _from_text(raw: str, year: int) -> Read:
    if is_blank(raw):
        return BLANK
    text = plain(raw).replace("\n", " ")
    if _ZONE.search(text):
        try:
            return _kept(_local(datetime.fromisoformat(text)), year)
        except ValueError:
            pass
    text = _BRACKETS.sub("", text)
    if NUMERAL.search(text):
        text = with_figures(text)
    text = _TAIL.sub("", _HEAD.sub("", text.replace("T", " "))).strip(" ,;。、")
    day_text, moment = _cut_clock(text)
    read = _day(_PART.sub("", day_text), raw, year)
    if read.value is None or moment is None:
        return read
    return Read(datetime.combine(read.value, moment), read.why)


def _cut_clock(text: str) -> tuple[str, time | None]:
    """The text before a time of day, and the time."""
    found = _CLOCK.search(text)
    if not found or found.start() == 0:
        return text, None
    part = (found[1] or found[6] or "").upper()
    hour, minute = int(found[2]), 30 if found[3] else int(found[4] or 0)
    if part in _AFTERNOON and hour < HALF_DAY:
        hour += HALF_DAY
    try:
        moment = time(hour % 24, minute, int(found[5] or 0))
    except ValueError:
        return text, None
    return text[: found.start()].strip(" ,"), moment if moment != time() else None


def _day(text: str, raw: str, year: int) -> Read:
    serial = re.fullmatch(r"\d{5}(?:\.\d+)?", text)
    if serial:
        return _from_number(float(text), year)
    return (
        _with_year(text, raw, year)
        or _without_year(text, raw, year)
        or Read(None, f"“{raw}”看不出是哪一天，请填写年月日，例如 {year}-03-05。")
    )


def _with_year(text: str, raw: str, year: int) -> Read | None:
    full = _FULL.fullmatch(text) or _COMPACT.fullmatch(text)
    if full:
        return _built(_three(full), year)
    last = _YEAR_LAST.fullmatch(text)
    if last:
        return _year_last(_three(last), raw, year)
    short = _SHORT_YEAR.fullmatch(text)
    if short is None:
        return None
    written, month, day = _three(short)
    wanted = written + year // 100 * 100
    return _built((wanted, month, day), year, f"年份按 {wanted} 年理解，请核对。")


def _without_year(text: str, raw: str, year: int) -> Read | None:
    bare = _NO_YEAR.fullmatch(text)
    if bare:
        why = f"“{raw}”没有写年份，按 {year} 年理解，请核对。"
        return _built((year, int(bare[1]), int(bare[2])), year, why)
    end = _MONTH_END.fullmatch(text)
    if end and 1 <= int(end[2]) <= MONTHS:
        wanted, month = int(end[1] or year), int(end[2])
        day = calendar.monthrange(wanted, month)[1]
        return _built((wanted, month, day), year, f"“{raw}”按当月最后一天理解，请核对。")
    if _MONTH.fullmatch(text):
        return Read(None, f"“{raw}”只到月份，请补上日。")
    return Read(None, f"“{raw}”只有日，请补上年月。") if _DAY.fullmatch(text) else None


def _three(found: re.Match[str]) -> tuple[int, int, int]:
    return int(found[1]), int(found[2]), int(found[3])


def _year_last(parts: tuple[int, int, int], raw: str, default: int) -> Read:
    """3/5/2026: month first, as spreadsheets export it, unless that cannot be."""
    one, two, wanted = parts
    month, day = (two, one) if one > MONTHS else (one, two)
    sure = one > MONTHS or two > MONTHS or one == two
    why = "" if sure else f"“{raw}”按先月后日理解，请核对。"
    return _built((wanted, month, day), default, why)


def _built(parts: tuple[int, int, int], default: int, why: str = "") -> Read:
    year, month, day = parts
    try:
        return _kept(date(year, month, day), default, why)
    except ValueError:
        return Read(None, f"没有 {year} 年 {month} 月 {day} 日这一天，请改正日期。")
