"""Days that a row writes without their year or month, told by the day the problem was found."""

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from sheets.understanding.result import Flag
from sheets.understanding.values.dates import day_alone, lacks_year

NEXT_YEAR = "“{raw}”没有写年份，比发现时间早了半年以上，按 {year} 年理解，请核对。"
NEXT_MONTH = "“{raw}”只有日，比发现的日子早，按 {year} 年 {month} 月理解，请核对。"
DAY_OR_DAYS = "“{raw}”看不出是几号还是几天，请填写年月日。"
LATER = ("listed_at", "due", "finished_at", "checked_at", "signed_off_at", "deferral_until")
_LIMITS = frozenset({"due", "deferral_until"})
_HALF_YEAR = timedelta(days=183)
_LEAP = (2, 29)


class _Dated(Protocol):
    fields: dict[str, Any]
    texts: dict[str, str]
    flags: list[Flag]

    def flag(self, field_id: str, raw: str, why: str, *, guessed: bool = False) -> None: ...


def settle_days(made: _Dated, later: Iterable[str]) -> None:
    """What lies before the day the problem was found is of the next month or year; shown as such.

    ``later`` are the fields that cannot lie before it.
    """
    found = made.fields.get("reported_at") or made.fields.get("listed_at")
    if not isinstance(found, date):
        return
    first = day_of(found)
    for key in later:
        value, raw = made.fields.get(key), made.texts.get(key, "")
        if not isinstance(value, date) or not raw:
            continue
        if day_alone(raw) is not None:
            _settle_month(made, key, first)
        elif first - day_of(value) >= _HALF_YEAR and lacks_year(raw):
            _settle_year(made, key)


def day_of(value: date) -> date:
    """The day of a day or a moment."""
    return value.date() if isinstance(value, datetime) else value


def _settle_month(made: _Dated, key: str, first: date) -> None:
    """A limit of 3日 beside whole dates may be three days; beside days alone it is the third."""
    raw, value = made.texts[key], day_of(made.fields[key])
    whole = day_alone(made.texts.get("reported_at") or made.texts.get("listed_at")) is None
    if key in _LIMITS and whole:
        del made.fields[key]
        _say(made, key, DAY_OR_DAYS.format(raw=raw), guessed=False)
        return
    after = value.replace(day=1) + timedelta(days=31)
    if value < first and value.day <= monthrange(after.year, after.month)[1]:
        made.fields[key] = after.replace(day=value.day)
        _say(made, key, NEXT_MONTH.format(raw=raw, year=after.year, month=after.month))


def _settle_year(made: _Dated, key: str) -> None:
    value = made.fields[key]
    if (value.month, value.day) == _LEAP:
        return
    made.fields[key] = later = value.replace(year=value.year + 1)
    _say(made, key, NEXT_YEAR.format(raw=made.texts[key], year=later.year))


def _say(made: _Dated, key: str, why: str, *, guessed: bool = True) -> None:
    made.flags = [flag for flag in made.flags if flag.field_id != key]
    made.flag(key, made.texts[key], why, guessed=guessed)
