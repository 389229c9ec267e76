"""Finds the city's kind of problem behind the words of a file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Category

# Words of the trade for the same thing; the first stands for all when two names are compared.
_SAME = (
    ("路缘石", "路沿石", "路边石", "马路牙子", "道牙石", "道牙", "侧石", "缘石"),
    ("公共厕所", "公厕", "厕所", "卫生间"),
    ("箅子", "篦子", "雨篦", "箅", "篦"),
    ("游商", "流动商贩", "流动摊贩", "流动摊点", "小商小贩", "游摊", "商贩", "摊贩"),
    ("水面", "水域", "水体", "河面", "河道"),
    ("垃圾箱", "垃圾桶", "果皮箱", "垃圾容器", "垃圾收集点"),
    ("供热", "热力", "暖气"),
    ("供水", "自来水", "上水", "给水"),
    ("泄漏", "破裂", "漏水", "跑水", "爆管", "爆裂"),
    ("井盖", "检查井", "窨井盖", "窨井", "马葫芦", "阴井"),
    ("广告牌", "广告设施"),
    ("小广告", "牛皮癣", "野广告", "非法张贴"),
    ("人行道", "步道板", "步道砖", "步道", "便道", "方砖"),
    ("路灯", "照明灯", "灯杆", "灭灯"),
    ("树池", "树坑", "树穴"),
    ("牌匾", "门头", "招牌", "店招", "门楣"),
    ("违建", "违法建设", "违章建筑", "违法建筑", "私搭乱建", "乱搭乱建"),
    ("堆物", "堆放", "杂物", "乱堆乱放"),
    ("停放", "停车", "违停", "乱停"),
    ("单车", "共享自行车", "共享电单车"),
    ("立面", "墙面", "外墙"),
    ("堵塞", "淤堵", "不通"),
    ("积雪", "残雪", "冰雪"),
    ("线缆", "电线", "架空线", "飞线"),
    ("破损", "损坏", "缺损", "损毁", "坏损", "坑槽", "坑洼"),
    ("缺失", "丢失", "缺少", "被盗"),
    ("树木", "乔木", "苗木"),
    ("绿地", "草坪", "绿化带", "花坛"),
    ("店外", "出店", "跨门", "越门"),
    ("不洁", "脏乱", "污渍", "不净"),
)
_CLUTTER = re.compile(r"[\s（）()、，,/\-—_·]|类|问题|情况|现象|乱象")
_BLAME = re.compile(r"违规|非法|违法|违章|擅自|建筑物")
_KEYWORD = 0.85  # a keyword says less than the name
_SURE, _LIKELY, _AHEAD = 0.95, 0.45, 0.04  # shares of 1: taken, taken as a guess, clear of others
_BLAMED = 0.9  # the same but for words such as 违规
_BY_DESCRIPTION = 0.08  # what each keyword found in the description adds


@dataclass(frozen=True)
class CategoryFound:
    """The catalogue's kind, and whether it was guessed from likeness."""

    id: int
    name: str
    guessed: bool


@dataclass(frozen=True)
class _Known:
    id: int
    name: str
    plain: str
    keywords: tuple[str, ...]
    major: str


class Catalogue:
    """The active kinds of the city, looked up by the words of files."""

    def __init__(self, rows: Iterable[Category]) -> None:
        self._known = [
            _Known(
                row.id, row.name, _plain(row.name),
                tuple(_plain(word) for word in row.keywords.split()), _plain(row.major_name),
            )
            for row in rows
        ]  # fmt: skip

    def names(self) -> dict[int, str]:
        """The names by id."""
        return {known.id: known.name for known in self._known}

    @lru_cache(maxsize=2000)  # noqa: B019  a catalogue lives as long as one import
    def find(self, word: str, description: str = "") -> CategoryFound | None:
        """The kind that a file's word means; the description only tips between likely ones."""
        said = _plain(word)
        if not said:
            return None
        text = _plain(description)
        likely = self._likely(said)
        if not likely:
            return None
        ranked = sorted(
            ((score + _tip(known, text), score, at) for at, (score, known) in enumerate(likely)),
            reverse=True,
        )
        tipped, score, at = ranked[0]
        if score < 1 and len(ranked) > 1 and tipped - ranked[1][0] < _AHEAD:
            return None
        known = likely[at][1]
        return CategoryFound(known.id, known.name, guessed=score < _SURE)

    @lru_cache(maxsize=2000)  # noqa: B019  as above; descriptions differ, words hardly do
    def _likely(self, said: str) -> list[tuple[float, _Known]]:
        return [
            (score, known) for known in self._known if (score := _score(known, said)) >= _LIKELY
        ]


def load_catalogue(session: Session) -> Catalogue:
    """The city's active kinds."""
    query = select(Category).where(Category.is_active).order_by(Category.position, Category.id)
    return Catalogue(session.scalars(query))


def _score(known: _Known, said: str) -> float:
    by_name = _alike(known.plain, said)
    return max([by_name, *(_KEYWORD * _alike(keyword, said) for keyword in known.keywords)])


def _tip(known: _Known, text: str) -> float:
    """What the description adds among likely kinds."""
    hits = sum(len(keyword) > 1 and keyword in text for keyword in known.keywords)
    return min(hits, 2) * _BY_DESCRIPTION


def _alike(one: str, other: str) -> float:
    """0..1: the share of common pairs of characters, more when one stands whole in the other."""
    if one == other:
        return 1.0
    bare = [_BLAME.sub("", text) for text in (one, other)]
    if bare[0] == bare[1] and bare[0]:
        return _BLAMED
    mine, theirs = _pairs(one), _pairs(other)
    if not mine or not theirs:
        return 0.0
    share = 2 * len(mine & theirs) / (len(mine) + len(theirs))
    short, long = sorted((one, other), key=len)
    if len(short) > 1 and short in long:
        return max(share, 0.6 + 0.3 * len(short) / len(long))
    return share


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


@lru_cache(maxsize=4000)
def _plain(text: str) -> str:
    """The text without clutter, words for the same thing made one."""
    bare = _CLUTTER.sub("", text)
    for first, *others in _SAME:
        for other in others:
            bare = bare.replace(other, first)
    return bare or text.strip()
