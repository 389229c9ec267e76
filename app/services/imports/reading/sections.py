"""Whose ledger a file is: the section named by its banner, its file name or its sheets."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePath

from app.services.imports.reading.vocabulary import Knowledge, Unit, bare_name

_JUNK = re.compile(r"[\s_\-—（）()【】\[\]0-9]+")
_OFFICE = re.compile(r"(?:管理|监督|养护)?[科部处室队所]$")
_SHORTEST = 3


@dataclass(frozen=True)
class SectionGuess:
    """A section and the sentence by which it was guessed; "" when it was given."""

    id: int
    code: str
    name: str
    why: str

    @property
    def guessed(self) -> bool:
        """Whether a person should look at it."""
        return bool(self.why)


def guess_section(
    knowledge: Knowledge, file_name: str, banners: Iterable[str]
) -> SectionGuess | None:
    """The section most likely meant; None where nothing names one, or two are named alike."""
    said = [("文件名", PurePath(file_name).stem), *(("表头上方", text) for text in banners)]
    texts = [(where, _JUNK.sub("", text)) for where, text in said]
    for names_of in (_names, _stems):
        lengths = {
            unit: max(
                ((_longest_in(names_of(unit), text), where) for where, text in texts),
                key=lambda found: found[0],
            )
            for unit in knowledge.sections()
        }
        most = max((length for length, _ in lengths.values()), default=0)
        best = [unit for unit, (length, _) in lengths.items() if most and length == most]
        if len(best) == 1:
            unit = best[0]
            why = f"按{lengths[unit][1]}推断为{bare_name(unit.name)}，请核对。"
            return SectionGuess(unit.id, unit.code, unit.name, why)
    return None


def _longest_in(names: Iterable[str], text: str) -> int:
    return max((len(name) for name in names if len(name) >= _SHORTEST and name in text), default=0)


def _names(unit: Unit) -> set[str]:
    return {_JUNK.sub("", bare_name(name)) for name in (unit.name, unit.short_name)}


def _stems(unit: Unit) -> set[str]:
    """What the section looks after: 户外广告与照明 of 户外广告与照明管理科."""
    return {_OFFICE.sub("", name) for name in _names(unit)}
