"""What a single row of a sheet is there for, seen from its own cells."""

import re
from collections.abc import Sequence

from sheets.reading.book import Value
from sheets.understanding.grid import as_text, look
from sheets.understanding.words import plain, squeezed

Cells = Sequence[tuple[int, Value]]

_SUM = r"(?:合计|小计|总计|共计|累计|汇总|总数)"
_TOTAL = re.compile(r"(?:本页|本月|本周|全区|全市)?" + _SUM)
_SIGNING = re.compile(
    r"(?:填报人|填表人|审核人|审批人|负责人|制表人?|经办人|分管领导|科长|主管|复核人?|统计人|汇总人|"
    r"签字|签名|签章|盖章|公章|联系电话|联系人)[^:：]{0,8}[:：]|[(（](?:单位)?(?:盖章|签字|公章)[)）]"
)
_PAIR = re.compile(r"^\s*([^:：，。,；;\s]{2,12}|[区县镇乡村])\s*[:：]\s*(\S.*)?$", re.DOTALL)
_NOTE = re.compile(r"^\s*(?:注|备注|说明|填[表报写]说明|导入说明|提示|要求)\d?\s*[:：.、]|^\s*※")
_EXAMPLE_CELL = frozenset(
    {"例", "例子", "示例", "样例", "范例", "例如", "举例"}
    | {"填写示例", "填报示例", "示例行", "样例行"}
)
_EXAMPLE_TEXT = re.compile(r"[该此]行为[样示范]例|[样示]例行|请勿删除|请不要删除|^\s*[例如][:：]")
_HINT = re.compile(r"必填|选填|下拉选择|必选|可空|非必填|自动生成")
_NUMERAL = re.compile(
    r"^\s*(?:第?[一二三四五六七八九十]{1,3}\s*[、.．，章节部分]|[(（][一二三四五六七八九十\d]{1,3}[)）]"
    r"|\d{1,2}\s*[、.．](?!\d)|[ⅠⅡⅢⅣⅤⅥ]+\s*[、.．]?)\s*"
)
_COUNTED = re.compile(r"[(（:：]?\s*(?:共|计|合计)?\s*\d+\s*[件个处条项起宗]\s*[)）]?$")
_DAY_ALONE = re.compile(
    r"(?:截[至止]到?|统计时[间段]|时间|日期)?[:：\s]*\d{4}\s*[-/.年]\s*\d{1,2}\s*(?:[-/.月]\s*(?:\d{1,2}\s*日?)?)?"
    r"(?:\s*[-—~至到]+.*)?"
)
LONGEST_TOTAL = 20
FEW = 2  # cells that a banner, a group or a note has at most
LONG_CAPTION = 24
PART_OF_NUMBERS = 0.5


def is_total(cells: Cells) -> bool:
    """Whether one of the first cells says 合计 and the others are figures or empty."""
    for place, (_, value) in enumerate(cells[:3]):
        if not isinstance(value, str) or len(value) > LONGEST_TOTAL:
            continue
        text = squeezed(as_text(value))
        if _TOTAL.fullmatch(text):
            return all(look(other) != "date" for _, other in cells[place + 1 :])
        if _TOTAL.match(text) and len(cells) <= FEW:
            return True
    return False


def is_signature(cells: Cells) -> bool:
    """Whether the row asks for names or seals: 填报人：… 审核人：…"""
    texts = [as_text(value) for _, value in cells]
    joined = "　".join(texts)
    found = _SIGNING.findall(joined)
    if not found or any(len(text) > 200 for text in texts):  # noqa: PLR2004 - a tale, no signature
        return False
    signed = sum(1 for text in texts if _SIGNING.search(text))
    return signed * 2 >= len(texts) or (len(found) > 1 and len(texts) <= 6)  # noqa: PLR2004


def is_note(cells: Cells) -> bool:
    """Whether the row begins as a note does: 注：…"""
    return len(cells) <= FEW and bool(_NOTE.search(as_text(cells[0][1])))


def is_example(cells: Cells) -> bool:
    """Whether the row shows how to fill in, rather than a case."""
    texts = [plain(as_text(value)) for _, value in cells]
    if any(squeezed(text) in _EXAMPLE_CELL or _EXAMPLE_TEXT.search(text) for text in texts):
        return True
    hints = sum(1 for text in texts if _HINT.search(text) and len(text) < LONG_CAPTION)
    return len(texts) > FEW and hints > len(texts) * PART_OF_NUMBERS


def is_numbering(cells: Cells) -> bool:
    """Whether the row numbers the columns: 1 2 3 4 or (1) (2) (3) or 甲 乙 1 2."""
    digits = [squeezed(as_text(value)).strip("栏次列") for _, value in cells]
    numbers = [int(text) for text in digits if text.isascii() and text.isdigit()]
    if len(numbers) < max(3, len(digits) - 2) or is_total(cells):
        return False
    return numbers == list(range(numbers[0], numbers[0] + len(numbers))) and numbers[0] <= 1


def pairs(cells: Cells) -> dict[str, str]:
    """What the row states as 填报单位：环卫科, one or several to a cell, or over two cells."""
    stated: dict[str, str] = {}
    open_key = ""
    for _, value in cells:
        text = as_text(value)
        found = _PAIR.match(text)
        if found:
            open_key = "" if found[2] else plain(found[1])
            stated.update(_split_pairs(text))
        elif open_key:
            stated[open_key] = plain(text)
            open_key = ""
    return stated


def _split_pairs(text: str) -> list[tuple[str, str]]:
    parts = re.split(r"\s{2,}|　+|\t+", text)
    found = [_PAIR.match(part) for part in parts]
    if not all(found):
        found = [_PAIR.match(text)]
    return [(plain(one[1]), plain(one[2])) for one in found if one and one[2]]


def is_stating(cells: Cells) -> bool:
    """Whether the row is made of pairs and dates only, as the line under a title is."""
    texts = [as_text(value) for _, value in cells]
    said = sum(1 for text in texts if _PAIR.match(text) or _DAY_ALONE.fullmatch(plain(text)))
    return bool(said) and said * 2 >= len(texts) and len(texts) <= 8  # noqa: PLR2004


def is_counted(cells: Cells) -> bool:
    """Whether the row is a name and how many there are of it: 新抚区：12件."""
    text = plain(as_text(cells[0][1]))
    counted = _COUNTED.search(text)
    return len(cells) == 1 and counted is not None and not re.search(r"\d", text[: counted.start()])


def group_title(cells: Cells) -> str | None:
    """What a group row says, without its numeral and count: 新抚区 of 一、新抚区（12件）."""
    if len(cells) > FEW:
        return None
    texts = [plain(as_text(value)) for _, value in cells]
    if len(texts) == FEW and not _is_numeral(texts[0]):
        return None
    text = texts[-1]
    bare = _COUNTED.sub("", _NUMERAL.sub("", text)).strip(" :：、")
    if not bare or len(bare) > LONG_CAPTION or look(bare) != "text" or "。" in bare:
        return None
    return bare


def _is_numeral(text: str) -> bool:
    bare = text.strip("()（）、.． 第")
    return bool(bare) and (all(one in "一二三四五六七八九十ⅠⅡⅢⅣⅤⅥ" for one in bare))


def is_caption(value: Value) -> bool:
    """Whether a cell may stand in a header: a short text, no figure, no date, no sentence."""
    if not isinstance(value, str) or look(value) != "text":
        return False
    text = plain(value)
    bare = re.sub(r"[(（\[【].*[)）\]】]", "", text, flags=re.DOTALL).replace("\n", "").strip()
    bare = bare or text  # a remark alone in brackets, under the caption that it is a remark on
    return 0 < len(bare) <= LONG_CAPTION and not re.search(r"[。！；]|[:：]\s*\S", bare)
