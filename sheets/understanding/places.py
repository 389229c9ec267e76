"""Districts, streets and communities found by the many ways in which offices write them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
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
        self._level_of = {place.name: place.level for place in self.all}

    def knows(self, level: str) -> bool:
        """Whether any place of this level is known; "" stands for any level."""
        return level in self._levels if level else bool(self._levels)

    def find(
        self, raw: str, level: str = "", within: Mapping[str, str] | None = None
    ) -> PlaceFound:
        """The place a text means; ``within`` are the names, by level, of what should hold it."""
        text = self._last_of_path(_TOWN.sub("", unbracketed(raw)), level)
        if not text:
            return PlaceFound(None)
        if level and text in self._exact and all(one.level != level for one in self._exact[text]):
            why = f"“{raw}”不在这一级的名单中，请选择或改正。"
            return PlaceFound(None, why=why)  # 东洲区 is written out: not 东洲街道 in it
        for index, key in ((self._exact, text), (self._stems, stem(text))):
            fitting = [place for place in index.get(key, ()) if not level or place.level == level]
            if fitting:
                return self._chosen(fitting, raw, within or {})
        inside = [
            place
            for place in self.all
            if (not level or place.level == level) and _within(place, text)
        ]
        longest = max((len(place.name) for place in inside), default=0)
        fitting = [place for place in inside if len(place.name) == longest]
        found = self._chosen(fitting, raw, within or {})
        if found.place is None:
            return PlaceFound(None, why=f"“{raw}”不在已有的名单中，请选择或改正。")
        return PlaceFound(found.place, True, f"“{raw}”按“{found.place.name}”理解，请核对。")

    def named_in(self, text: str, level: str) -> list[str]:
        """The places of a level whose full names stand in a text, each once."""
        bare = squeezed(text)
        names = [one.name for one in self.all if one.level == level and squeezed(one.name) in bare]
        return list(dict.fromkeys(names))

    def may_lie_in(self, name: str, holder: str) -> bool:
        """Whether a place of this full name may lie in another; unknown ones may."""
        parents = {one.parent for one in self.all if one.name == name}
        known = {parent for parent in parents if parent in self._level_of}
        return (
            not known
            or holder in known
            or self._level_of.get(holder) not in {self._level_of[parent] for parent in known}
        )

    def _last_of_path(self, text: str, level: str) -> str:
        """What follows the names of higher levels: 站前街道 of 新抚区站前街道."""
        for place in self.all:
            name = squeezed(place.name)
            if place.level != level and text.startswith(name) and len(text) > len(name) + 1:
                return self._last_of_path(text[len(name) :], level)
        return text

    def _chosen(self, fitting: list[Place], raw: str, within: Mapping[str, str]) -> PlaceFound:
        """The one place, if need be the one in ``within``; one elsewhere is only a guess."""
        nearer = [place for place in fitting if self._holder(place, within) == place.parent]
        names = {(place.name, place.level) for place in fitting}
        if len(nearer) == 1 and nearer[0].parent:
            return PlaceFound(nearer[0])
        if len(fitting) != 1 and (len(names) != 1 or within):
            return PlaceFound(None, why=f"“{raw}”可能指多处，请选择一处。" if fitting else "")
        place = fitting[0]
        holder = self._holder(place, within)
        if holder and holder != place.parent:
            why = f"“{place.name}”属于{place.parent}，与本行的{holder}不一致，请核对。"
            return PlaceFound(place, True, why)
        return PlaceFound(place)

    def _holder(self, place: Place, within: Mapping[str, str]) -> str | None:
        return within.get(self._level_of.get(place.parent or "", ""))


def stem(name: str) -> str:
    """The name proper: 站前 for 站前街道, 站前街, 站前办事处."""
    text = squeezed(name)
    bare = _SUFFIX.sub("", text)
    return bare if len(bare) >= SHORT else text


def _within(place: Place, text: str) -> bool:
    """Whether the text holds the whole name, or begins or ends with the name proper."""
    name, bare = squeezed(place.name), stem(place.name)
    return name in text or (len(bare) >= SHORT and text.startswith(bare)) or text.endswith(bare)
