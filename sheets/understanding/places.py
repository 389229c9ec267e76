"""Districts, streets and communities found by the many ways in which offices write them."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sheets.understanding.words import SHORT, squeezed, unbracketed

# The longest first: what follows the name proper. 街 alone is how offices shorten 街道.
_SUFFIX = re.compile(
    r"(?:街道办事处|街道办|办事处|街道|街办|地区|社区居民委员会|社区居委会|居民委员会|居委会|社区|"
    r"村民委员会|村委会|行政村|村|镇人民政府|镇政府|乡人民政府|乡政府|镇|乡|街|"
    r"区人民政府|区政府|区|县人民政府|县政府|自治县|县|市|办)$"
)
_TOWN = re.compile(r"^.{2,4}市(?=.{2,}[区县])")


@dataclass(frozen=True)
class Place:
    """A place by its full name, its level (district, street …) and the name of what holds it."""

    name: str
    level: str
    parent: str | None = None


@dataclass(frozen=True)
class PlaceFound:
    """The place meant (None: none or several), whether it was guessed, and the sentence why."""

    place: Place | None
    guessed: bool = False
    why: str = ""


class Places:
    """A lookup of places; streets of the same name in two districts are told apart by parent."""

    def __init__(self, places: Iterable[Place] = ()) -> None:
        self.all = tuple(places)
        self._exact: dict[str, list[Place]] = defaultdict(list)
        self._stems: dict[str, list[Place]] = defaultdict(list)
        for place in self.all:
            self._exact[squeezed(place.name)].append(place)
            self._stems[stem(place.name)].append(place)
        self._levels = {place.level for place in self.all}

    def knows(self, level: str) -> bool:
        """Whether any place of this level is known."""
        return level in self._levels

    def find(self, raw: str, level: str = "", within: str | None = None) -> PlaceFound:
        """The place a text means; ``within`` is the canonical name of what should hold it."""
        text = _TOWN.sub("", unbracketed(raw))
        if not text:
            return PlaceFound(None)
        for index, key in ((self._exact, text), (self._stems, stem(text))):
            fitting = [place for place in index.get(key, ()) if not level or place.level == level]
            if fitting:
                return _chosen(fitting, raw, within)
        inside = [
            place
            for place in self.all
            if (not level or place.level == level) and _within(place, text)
        ]
        longest = max((len(place.name) for place in inside), default=0)
        fitting = [place for place in inside if len(place.name) == longest]
        found = _chosen(fitting, raw, within)
        if found.place is None:
            return PlaceFound(None, why=f"“{raw}”不在已有的名单中，请选择或改正。")
        return PlaceFound(found.place, True, f"“{raw}”按“{found.place.name}”理解，请核对。")


def stem(name: str) -> str:
    """The name proper: 站前 for 站前街道, 站前街, 站前办事处."""
    text = squeezed(name)
    bare = _SUFFIX.sub("", text)
    return bare if len(bare) >= SHORT else text


def _within(place: Place, text: str) -> bool:
    """Whether the text holds the whole name, or begins or ends with the name proper."""
    name, bare = squeezed(place.name), stem(place.name)
    return name in text or (len(bare) >= SHORT and text.startswith(bare)) or text.endswith(bare)


def _chosen(fitting: list[Place], raw: str, within: str | None) -> PlaceFound:
    """The one place, if need be the one in ``within``; a place elsewhere is taken as a guess."""
    nearer = [place for place in fitting if within and place.parent == within]
    if len(nearer) == 1:
        return PlaceFound(nearer[0])
    names = {(place.name, place.level) for place in fitting}
    if not fitting or len(names) > 1 or (len(fitting) > 1 and within is not None):
        return PlaceFound(None, why=f"“{raw}”可能指多处，请选择一处。")
    place = fitting[0]
    if within and place.parent and place.parent != within:
        why = f"“{place.name}”属于{place.parent}，与本行的{within}不一致，请核对。"
        return PlaceFound(place, True, why)
    return PlaceFound(place)
