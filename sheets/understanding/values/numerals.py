"""Chinese numerals as figures: 二〇二六, 十二, 二十五, 三百零五."""

import re

_DIGITS = {"〇": 0, "零": 0, "○": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5} | {
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
NUMERAL = re.compile("[〇零○一二两三四五六七八九十百千]+")


def figures(numeral: str) -> int:
    """The number a numeral means; one without 十 is read digit by digit (二〇二六)."""
    if not any(sign in _UNITS for sign in numeral):
        return int("".join(str(_DIGITS[sign]) for sign in numeral))
    total, digit = 0, 0
    for sign in numeral:
        if sign in _UNITS:
            total += (digit or 1) * _UNITS[sign]
            digit = 0
        else:
            digit = _DIGITS[sign]
    return total + digit


def with_figures(text: str) -> str:
    """The text with its numerals written in figures."""
    return NUMERAL.sub(lambda found: str(figures(found[0])), text)
