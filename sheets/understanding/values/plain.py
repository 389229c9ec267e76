"""Texts, numbers, phones, codes and ticks."""

import re

from sheets.reading.book import Value
from sheets.text import clean_text
from sheets.understanding.grid import as_text
from sheets.understanding.values.base import BLANK, Read
from sheets.understanding.values.numerals import figures
from sheets.understanding.words import is_blank, plain, squeezed

_WIDE = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B))}
_WIDE |= {code: code - 0xFEE0 for code in range(0xFF41, 0xFF5B)} | {0x3000: " ", 0xA0: " "}
_UNTIDY = re.compile(
    "[\x00-\x1f\x7f-\xa0\u3000\ud800-\udfff\ufffe\uffff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
    r"|[ ]{2}|^\s|\s$|_x000D_"
)
_RUNS = re.compile(r"[ \t]+")
_NUMBER = re.compile(
    r"(约|大约|近|共|计)?\s*([-+]?\d[\d,]*(?:\.\d+)?|[〇零一二两三四五六七八九十百千]+)\s*"
    r"(余|多)?\s*(万|亿|%)?\s*([^\d\s~—至-]{0,6}?)\s*(左右|余|多|以上)?"
)
_UNSURE = frozenset({"约", "大约", "近", "左右", "余", "多", "以上"})
_TIMES = {"万": 10_000, "亿": 100_000_000}
_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"(010|02\d|0[3-9]\d{2})?(\d{7,8})")
_YES = frozenset(
    {"√", "✓", "✔", "☑", "是", "已", "1", "对", "y", "yes", "true", "有", "v", "已完成"}
)
_NO = frozenset(
    {"×", "✗", "✘", "x", "☒", "否", "未", "0", "错", "n", "no", "false", "没有", "不是"}
)
_MARKED = frozenset("√✓✔☑")


def tidy(text: str, lines: bool = False) -> str:
    """The text cleaned, wide letters and figures made narrow; on one line unless ``lines``."""
    if not _UNTIDY.search(text):
        return text
    narrow = clean_text(text).replace("_x000D_", "").translate(_WIDE)
    parts = [_RUNS.sub(" ", line).strip() for line in narrow.split("\n")]
    kept = [part for part in parts if part]
    return "\n".join(kept) if lines else " ".join(kept)


def read_text(value: Value, shown: str = "", lines: bool = False) -> Read:
    """A text; a number or date in a text column as the sheet shows it."""
    text = tidy(value if isinstance(value, str) else shown or as_text(value), lines)
    return BLANK if is_blank(text) else Read(text)


def read_code(value: Value, shown: str = "") -> Read:
    """An identifier: a text, its leading zeros kept."""
    return read_text(value, shown)


def read_number(value: Value) -> Read:
    """An int or float; 约 3 处 is 3 with a doubt, 3 处 without one."""
    if isinstance(value, int | float):
        whole = isinstance(value, float) and value.is_integer()
        return Read(int(value) if whole else value)
    text = plain(as_text(value))
    if is_blank(text):
        return BLANK
    found = _NUMBER.fullmatch(text)
    if not found:
        return Read(None, f"“{text}”不是一个数，请填写数字。")
    digits = found[2].replace(",", "")
    chinese = not re.search(r"\d", digits)
    number = float(figures(digits)) if chinese else float(digits)
    number *= _TIMES.get(found[4] or "", 1)
    unsure = chinese or found[4] == "%" or bool(_UNSURE.intersection(found.group(1, 3, 6)))
    kept = int(number) if number.is_integer() else number
    return Read(kept, f"“{text}”按 {kept} 理解，请核对。" if unsure else "")


def read_phone(value: Value, shown: str = "") -> Read:
    """A mobile of eleven digits, or a landline as 024-12345678."""
    raw = value if isinstance(value, str) else shown or as_text(value)
    if is_blank(raw):
        return BLANK
    digits = re.sub(r"[\s()（）转\-—–.－]", "", plain(raw))
    mobile = _MOBILE.fullmatch(digits)
    if mobile:
        return Read(mobile[1])
    several = _MOBILE.findall(re.sub(r"[\s\-]", "", plain(raw)))
    if several:
        return Read(several[0], f"“{tidy(raw)}”里取了第一个手机号，请核对。")
    landline = _LANDLINE.fullmatch(digits)
    if landline:
        return Read("-".join(part for part in landline.groups() if part))
    return Read(None, f"“{tidy(raw)}”不是电话号码，请改正。")


def read_tick(value: Value) -> Read:
    """Whether the cell says yes: √, 是, 已, 1; no: ×, 否, 未, 0."""
    if isinstance(value, bool):
        return Read(value)
    raw = plain(as_text(value))
    text = "√" if raw in _MARKED else squeezed(raw) or raw.casefold()
    if not raw:
        return BLANK
    if text in _YES or text in _NO:
        return Read(text in _YES)
    if is_blank(raw):
        return BLANK
    if text[0] in "已是" or text[0] in "未否不没":
        yes = text[0] in "已是"
        return Read(yes, f"“{raw}”按“{'是' if yes else '否'}”理解，请核对。")
    return Read(None, f"“{raw}”看不出是或否，请改正。")
