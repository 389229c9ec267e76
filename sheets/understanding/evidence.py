"""How well the values of a column fit a target, and how much that tells by itself."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import pairwise
from typing import NamedTuple

from sheets.reading.book import Value
from sheets.understanding.grid import as_text, look
from sheets.understanding.values.coordinates import is_latitude, is_longitude, read_degrees
from sheets.understanding.values.coordinates import read_position as position
from sheets.understanding.values.dates import read_date, read_span
from sheets.understanding.values.plain import read_number, read_phone, read_tick
from sheets.understanding.vocabulary import Target, Vocabulary
from sheets.understanding.words import is_blank, squeezed

MOST = 0.7
LONGEST_CHOICE = 30  # characters of a cell that may name an option
AREA = 0.2  # what places tell where the target takes those of any level
LONG, SHORT_TEXT = 9.0, 4.0
FEW_WORDS = 3
REPEATED = 0.5  # of the texts are different at most, where they are words of a list
LIST_HARM = 0.6
_PERSON = re.compile(r"[\u4e00-\u9fff·]{2,4}(?:[、,， /]+[\u4e00-\u9fff·]{2,4})*\d{0,3}")
_NO_PERSON = re.compile(r"(?:社区|街道|公司|中心|办事处|[区县镇乡村路局队科所站院])$")
_CODE = re.compile(r"[A-Za-z\d][A-Za-z\d\-_/.#〔〕\[\]]*号?|.{1,8}[〔\[(（]\d{4}[〕\])）]\d+号?")
_DAY_LIKE = re.compile(r"^\s*\d{1,4}\s*[年月日号]|\d\s*月\s*\d{0,2}\s*[日旬底]?\s*$")
_SAME_AS = frozenset({"同上", "〃", "″", '"', "''", "〞", "ditto"})


@dataclass(frozen=True)
class SeenColumn:
    """A column as it stands: its words and a sample of its cells, blanks left out.

    ``pictures`` is how many pictures lie in it, ``rows`` how many data rows there are.
    """

    index: int
    caption: str
    parents: tuple[str, ...] = ()
    values: Sequence[Value] = ()
    pictures: int = 0
    rows: int = 0

    @property
    def key(self) -> str:
        """The words over the column as one text."""
        return "/".join(squeezed(word) for word in (*self.parents, self.caption))


class Fit(NamedTuple):
    """Share of values that fit (None: no values), strength alone, harm if not, the reason."""

    share: float | None
    strength: float
    harm: float
    reason: str


def says_same(text: str) -> bool:
    """Whether a cell says that it is as the one above."""
    return text.strip() in _SAME_AS


def sample(values: Sequence[Value]) -> list[Value]:
    """The values that say something of their own."""
    return [
        value
        for value in values
        if value is not None
        and not (isinstance(value, str) and (is_blank(value) or says_same(value)))
    ]


def are_short(values: Sequence[Value]) -> bool:
    """Whether the values are texts as short as names."""
    texts = [as_text(value) for value in values if look(value) == "text"]
    return len(texts) > len(values) * MOST and sum(map(len, texts)) <= LONG * len(texts)


def values_tell(target: Target, column: SeenColumn, vocabulary: Vocabulary) -> Fit:
    """How the values of a column fit the kind of a target."""
    kind = target.kind
    if kind == "picture":
        return _pictures(column)
    if not column.values:
        return Fit(0.0, 0.0, 0.6, "") if column.pictures else Fit(None, 0.0, 0.0, "")
    if kind == "sequence":
        return _sequence(column.values)
    unlisted = kind == "choice" and target.id not in vocabulary.choices
    if unlisted or kind in {"text", "long_text"}:
        return _texts(target, column)
    if kind == "place" and not vocabulary.places.knows(target.level):
        return _unknown_places(column.values)
    return _tested(target, column.values, vocabulary)


def _tested(target: Target, values: Sequence[Value], vocabulary: Vocabulary) -> Fit:
    test, strength, harm, reason = _TESTS[target.kind]
    if target.kind == "place":
        strength = strength if target.level else AREA
        reason = f"内容是{target.caption}名称"
    if target.kind == "choice":
        harm = harm / 2 if target.open else harm
        reason = f"内容是{target.caption}的选项"
    share = sum(test(value, target, vocabulary) for value in values) / len(values)
    return Fit(share, strength, harm, reason)


def _day(value: Value, _target: Target, vocabulary: Vocabulary) -> float:
    if isinstance(value, date):
        return 1.0
    if isinstance(value, time | bool):
        return 0.0
    if isinstance(value, int | float):
        read = read_date(value, vocabulary.year, vocabulary.month)
        return 0.5 if read.value is not None else 0.0
    read = read_date(value, vocabulary.year, vocabulary.month)
    dated = look(value) == "date" or bool(_DAY_LIKE.search(str(value)))
    if read.value is not None or read_span(str(value), vocabulary.year):
        return 1.0
    return 0.5 if dated else 0.0


def _place(value: Value, target: Target, vocabulary: Vocabulary) -> float:
    found = vocabulary.places.find(as_text(value), target.level)
    return (0.5 if found.guessed else 1.0) if found.place else 0.0


def _choice(value: Value, target: Target, vocabulary: Vocabulary) -> float:
    choices = vocabulary.choices.get(target.id)
    text = as_text(value)
    found = choices.find(text) if choices and len(text) <= LONGEST_CHOICE else None
    if found is None or found.option is None:
        return 0.0
    return 0.6 if found.guessed else 1.0


def _person(value: Value, _target: Target, _vocabulary: Vocabulary) -> float:
    text = as_text(value)
    return float(bool(_PERSON.fullmatch(text)) and not _NO_PERSON.search(text))


def _phone(value: Value, _target: Target, _vocabulary: Vocabulary) -> float:
    if isinstance(value, date | time) or (isinstance(value, float) and value % 1):
        return 0.0
    phone = read_phone(value).value or ""
    return 1.0 if len(phone) > len("12345678") else 0.4 if phone else 0.0


def _number(value: Value, _target: Target, _vocabulary: Vocabulary) -> float:
    return float(read_number(value).value is not None) if not isinstance(value, date) else 0.0


def _tick(value: Value, _target: Target, _vocabulary: Vocabulary) -> float:
    return float(read_tick(value).value is not None)


def _code(value: Value, _target: Target, _vocabulary: Vocabulary) -> float:
    text = as_text(value)
    if not _CODE.fullmatch(text) or isinstance(value, date):
        return 0.0
    return 1.0 if not text.isdigit() or text.startswith("0") or len(text) > SHORT_TEXT else 0.5


def _latitude(value: Value, _target: Target, _vocabulary: Vocabulary) -> float:
    return _degrees(value, True)


def _longitude(value: Value, _target: Target, _vocabulary: Vocabulary) -> float:
    return _degrees(value, False)


def _degrees(value: Value, latitude: bool) -> float:
    read = read_degrees(value, latitude) if not isinstance(value, date | time) else None
    if read is None or read.value is None or float(read.value).is_integer():
        return 0.0
    fine = len(str(read.value).partition(".")[2]) > 2  # noqa: PLR2004 - a price has two places
    fits = is_latitude(read.value) if latitude else is_longitude(read.value)
    return (1.0 if fine else 0.75) * fits


def _position(value: Value, _target: Target, _vocabulary: Vocabulary) -> float:
    return float(position(value).value is not None)


Test = Callable[[Value, Target, Vocabulary], float]
_TESTS: dict[str, tuple[Test, float, float, str]] = {
    "date": (_day, 0.3, 0.85, "值都是日期"),
    "date_time": (_day, 0.3, 0.85, "值都是日期"),
    "place": (_place, 0.72, 0.6, ""),
    "choice": (_choice, 0.5, 0.5, ""),
    "person": (_person, 0.2, 0.5, "值像姓名"),
    "phone": (_phone, 0.62, 0.8, "值都是电话号码"),
    "number": (_number, 0.1, 0.7, "值都是数"),
    "tick": (_tick, 0.15, 0.6, "值是勾选"),
    "code": (_code, 0.25, 0.6, "值像编号"),
    "latitude": (_latitude, 0.75, 0.9, "值在纬度的范围内"),
    "longitude": (_longitude, 0.75, 0.9, "值在经度的范围内"),
    "position": (_position, 0.75, 0.9, "一格里有经纬度"),
}


def _unknown_places(values: Sequence[Value]) -> Fit:
    worded = sum(look(value) == "text" and len(as_text(value)) <= 12 for value in values)  # noqa: PLR2004
    return Fit(worded / len(values), 0.05, 0.6, "")


def _pictures(column: SeenColumn) -> Fit:
    named = sum(
        bool(re.search(r"\.(?:jpe?g|png|webp|bmp|gif)\b|DISPIMG", as_text(value), re.IGNORECASE))
        for value in column.values
    )
    if column.pictures or named:
        return Fit(1.0, 0.6, 0.0, "图片都在这一列")
    if not column.values:
        return Fit(None, 0.0, 0.0, "")
    return Fit(0.0, 0.0, 0.5, "")


def _sequence(values: Sequence[Value]) -> Fit:
    texts = [as_text(value) for value in values]
    numbers = [int(text) for text in texts if text.isdigit() and _counts(text)]
    if len(numbers) < len(values) * MOST:
        return Fit(len(numbers) / len(values) / 2, 0.0, 0.8, "")
    steps = [other - one for one, other in pairwise(numbers)]
    share = (sum(step > 0 for step in steps) + 1) / len(numbers)
    counted = numbers[0] <= 1 and len(numbers) > 2 and steps.count(1) > len(steps) * MOST  # noqa: PLR2004
    return Fit(share, 0.6 if counted else 0.1, 0.8, "值是从小到大的序号")


def _counts(text: str) -> bool:
    """Whether digits may count rows: 01 and 012 do, 00123456 is an identifier."""
    return not text.startswith("0") or 1 < len(text) < SHORT_TEXT


def _texts(target: Target, column: SeenColumn) -> Fit:
    """Long and varied for a long text; words typical of the target tell most."""
    texts = [as_text(value) for value in column.values]
    wordy = sum(look(value) == "text" for value in column.values) / len(texts)
    mean = sum(map(len, texts)) / len(texts)
    least = SHORT_TEXT if target.kind == "long_text" else 0  # 未清理 is no measure, but a state
    telling = [text for text in texts if len(text) > least]
    typical = sum(any(word in text for word in target.words) for text in telling) / len(texts)
    if target.words and typical >= 0.25:  # noqa: PLR2004
        said = next(word for word in target.words if any(word in text for text in texts))
        return Fit(wordy, 0.25 + 0.35 * typical, 0.5, f"内容里有“{said}”这样的词")
    if target.kind == "long_text":
        long = min(1.0, mean / LONG) if wordy > MOST else wordy / 2
        varied = len(set(texts)) / len(texts)
        if mean <= SHORT_TEXT and len(texts) > FEW_WORDS and varied <= REPEATED:
            return Fit(0.0, 0.0, LIST_HARM, "")  # a list of a few words: states, not sentences
        return Fit(long * min(1.0, 0.5 + varied), 0.3, 0.45, "内容是较长的文字")
    return Fit(wordy, 0.02, 0.4, "")
