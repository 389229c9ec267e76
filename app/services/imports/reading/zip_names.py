"""What the name of a picture file says: which row it may belong to, which phase, which place."""

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_ACT = r"(?:整改|整治|治理|处置|处理|修复|清理|维修|施工|拆除|改造|清运|养护|完成)"
_KIND = r"(?:照片|图片|照|图)?"
_BEFORE = rf"{_ACT}?前{_KIND}|before|问题照片|现场照片"
_AFTER = rf"{_ACT}?后{_KIND}|after|完成照片|反馈照片"
_SEPARATED = r"[\s_\-—–~.·#+]*"
_MARK = rf"(?:(?P<before>{_BEFORE})|(?P<after>{_AFTER}))"
_PLACE = r"[\s_\-—–.#]*[(（\[【]?(?P<place>\d{1,2})[)）\]】]?"
_BEHIND = re.compile(rf"{_SEPARATED}[(（\[【]?{_MARK}[)）\]】]?(?:{_PLACE})?$", re.IGNORECASE)
_AHEAD = re.compile(rf"^[(（\[【]?{_MARK}[)）\]】]?{_SEPARATED}(?=.)", re.IGNORECASE)
_COUNTED = re.compile(r"(?:[\s_\-—–.#]+(?P<a>\d{1,2})|[\s_]*[(（\[【](?P<b>\d{1,2})[)）\]】])$")
_ALONE = re.compile(rf"^{_SEPARATED}{_MARK}?(?:{_PLACE})?{_SEPARATED}$", re.IGNORECASE)
_ENDED = r"(?=照|图|[\d\s_\-)）]|$)"  # a road may be named 前进路
_SPOKEN = re.compile(
    rf"(?P<before>{_ACT}前|before|前{_ENDED})|(?P<after>{_ACT}后|after|后{_ENDED})", re.IGNORECASE
)
_EXTENSION = re.compile(r"\.(?:jpe?g|png|webp|hei[cf]|gif|bmp|tiff?|svg|[ew]mf)$", re.IGNORECASE)
_PARTED = re.compile(r"[;；,，、|\n\t]+")
_BLANKS = re.compile(r"\s+")
_ZEROS = re.compile(r"0+(?=\d)")
LONGEST_CELL = 1000
LONGEST_KEY = 120


class Reading(NamedTuple):
    """One way to read a file's name; `place` is its number among the pictures of a row, or 0."""

    key: str
    phase: str
    place: int


def readings(name: str) -> Iterator[Reading]:
    """The ways to read a path inside an archive, the most literal first."""
    *folders, base = name.split("/")
    stem = _EXTENSION.sub("", base)
    around = _phase_of_folders(folders)
    yield Reading(key_of(stem), around, 0)
    for text, phase, place in _without_marks(stem):
        yield Reading(key_of(text), phase or around, place)
    inner, place = _phase_within(stem)
    for at in range(len(folders) - 1, -1, -1):
        phase = inner or _phase_of_folders(folders[at + 1 :])
        above = _phase_of_folders(folders[:at])
        yield Reading(key_of(folders[at]), phase or above, place)
        for text, marked, _ in _without_marks(folders[at]):
            yield Reading(key_of(text), phase or marked or above, place)


def key_of(text: str) -> str:
    """A name as it compares: half-width, small, without blanks, extension and leading zeros."""
    bare = _BLANKS.sub("", unicodedata.normalize("NFKC", _EXTENSION.sub("", text.strip())))
    return _ZEROS.sub("", bare.casefold()) if bare.isdigit() else bare.casefold()


def keys_in(cell: str) -> set[str]:
    """The names a cell may state: the whole of it, and each part of a list."""
    if len(cell) > LONGEST_CELL:
        return set()
    parts = [cell, *_PARTED.split(cell)]
    if _EXTENSION.search(cell.strip()):
        parts += cell.split()
    keys = {key_of(part.replace("\\", "/").rpartition("/")[2]) for part in parts}
    return {key for key in keys if 0 < len(key) <= LONGEST_KEY}


def files_named(cell: str) -> list[str]:
    """The parts of a cell that are names of picture files."""
    parts = (part.strip() for part in _PARTED.split(cell[:LONGEST_CELL]))
    whole = [part for part in parts if _EXTENSION.search(part)]
    return [one for part in whole for one in (part.split() if _is_list(part) else [part])]


def _is_list(part: str) -> bool:
    return all(_EXTENSION.search(one) for one in part.split())


def _without_marks(text: str) -> Iterator[tuple[str, str, int]]:
    """The text without the mark of a phase, a number, or both at its ends."""
    phase, place = "", 0
    counted = _COUNTED.search(text)
    if counted:
        yield text[: counted.start()], "", int(counted["a"] or counted["b"])
    for pattern in (_BEHIND, _AHEAD):
        found = pattern.search(text)
        if found and found.end() - found.start() < len(text):
            phase = phase or _phase_in(found)
            place = place or int(found.groupdict().get("place") or 0)
            text = text[: found.start()] if pattern is _BEHIND else text[found.end() :]
            yield text, phase, place
    counted = _COUNTED.search(text)
    if counted and phase:
        yield text[: counted.start()], phase, place or int(counted["a"] or counted["b"])


def _phase_within(stem: str) -> tuple[str, int]:
    """What a file says that lies in the folder of its row: 前1, 整改后_IMG_2231, 2."""
    alone = _ALONE.match(stem)
    if alone:
        return _phase_in(alone), int(alone["place"] or 0)
    spoken = {_phase_in(found) for found in _SPOKEN.finditer(stem)}
    return (spoken.pop() if len(spoken) == 1 else ""), 0


def _phase_of_folders(folders: list[str]) -> str:
    """The phase of the innermost folder that has one; none where it names both."""
    for folder in reversed(folders):
        spoken = {_phase_in(found) for found in _SPOKEN.finditer(folder)}
        if len(spoken) == 1:
            return spoken.pop()
    return ""


def _phase_in(found: re.Match[str]) -> str:
    groups = found.groupdict()
    if groups.get("before"):
        return "before"
    return "after" if groups.get("after") else ""
