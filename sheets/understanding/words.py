"""Words as they compare: full-width made half, white space and marks taken out."""

import re
import unicodedata

from sheets.remembering import remembering

BLANK_WORDS = frozenset(
    {"无", "/", "//", "\\", "-", "--", "---", "—", "——", "―", "、", "。", ".", "空", "暂无", "不详"}
    | {"未填", "未填写", "待定", "n/a", "na", "null", "none", "#n/a", "nil"}
)
LONGEST_BLANK = max(map(len, BLANK_WORDS))
SHORT = 2  # fewer characters than this say nothing of their own
_MARKS = re.compile(r"[\s:;,.，。、；：*＊#·•()\[\]{}<>《》【】〔〕\"'“”‘’!?！？_~]+")
_BRACKETED = re.compile(r"[(（\[【〔].*?[)）\]】〕]")


def plain(text: str) -> str:
    """The text in half-width forms, on its lines, ends trimmed."""
    return unicodedata.normalize("NFKC", text).replace("\u200b", "").replace("\ufeff", "").strip()


@remembering(20_000)
def squeezed(text: str) -> str:
    """The text for comparing: half-width, lower case, without spaces and marks."""
    return _MARKS.sub("", plain(text)).casefold()


@remembering(20_000)
def unbracketed(text: str) -> str:
    """The squeezed text without what stands in brackets, unless nothing else stands there."""
    return squeezed(_BRACKETED.sub("", plain(text))) or squeezed(text)


@remembering(20_000)
def bracketed(text: str) -> str:
    """What stands in the last brackets of a text, squeezed; "" without any."""
    inside = _BRACKETED.findall(plain(text))
    return squeezed(inside[-1]) if inside else ""


def is_remark(text: str) -> bool:
    """Whether a text stands in brackets as a whole."""
    return bool(_BRACKETED.fullmatch(plain(text)))


def is_blank(text: str) -> bool:
    """Whether the text is empty or a word for nothing, such as 无 or a dash."""
    if len(text) > LONGEST_BLANK and text[0] not in " \t\n\u3000":
        return False
    bare = plain(text).casefold()
    return not bare or bare in BLANK_WORDS


@remembering(20_000)
def grams(text: str, size: int = 2) -> frozenset[str]:
    """The runs of ``size`` characters in a squeezed text, its ends marked."""
    padded = f"^{text}$"
    return frozenset(padded[at : at + size] for at in range(len(padded) - size + 1))


def likeness(one: str, other: str) -> float:
    """How alike two squeezed texts are, 0..1: twice the common pairs of characters over all."""
    if not one or not other:
        return 0.0
    mine, theirs = grams(one), grams(other)
    return 2 * len(mine & theirs) / (len(mine) + len(theirs))
