"""What the words around a table say of all its rows: the district in a title or a sheet's name."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sheets.understanding.result import Flag, MatchedColumn, Record
from sheets.understanding.values.cell import read_choice, read_place
from sheets.understanding.vocabulary import Target, Vocabulary
from sheets.understanding.words import squeezed

FROM_TITLE = "本表没有“{caption}”这一列，按标题“{said}”里的“{name}”理解，请核对。"
FROM_GROUP = "按分组标题“{said}”理解为“{name}”，请核对。"
LONGEST = 30  # characters of a title that a flag repeats


class Said(NamedTuple):
    """A place, the words that say so, and a sentence when those words say more than that."""

    name: str
    raw: str
    why: str = ""


class Around:
    """Places and choices that rows leave open, filled from group rows and the words above."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        columns: Sequence[MatchedColumn],
        stated: Mapping[str, str],
        titles: Iterable[str],
    ) -> None:
        self.vocabulary, self.stated = vocabulary, stated
        held = {column.field_id for column in columns}
        self.missing = [one for one in vocabulary.targets if one.id not in held]
        self.places = [one for one in vocabulary.targets if one.kind == "place"]
        self.titles = list(titles)
        both = any(one.id in held for one in self.places if not one.level)  # 区/街道 in one column
        self._over: dict[str, Said] = {}
        within: dict[str, str] = {}
        for target in self.missing:
            if target in self.places and target.level and not both:
                said = self._above(target, within)
                if said is not None:
                    self._over[target.id] = said
                    within[target.level] = said.name
        self._groups: dict[tuple[str, str, str], Said | None] = {}

    def _above(self, target: Target, within: Mapping[str, str]) -> Said | None:
        """What is stated as 区：望花区, else the one place that titles or the sheet's name hold."""
        captions = {squeezed(word) for word in (target.caption, *target.synonyms)}
        for key, said in self.stated.items():
            if squeezed(key) in captions:
                read = read_place(target, said, self.vocabulary, within)
                if read.value is not None and self.vocabulary.places.knows(target.level):
                    return Said(read.value, said, read.why)
        for text in reversed(self.titles):
            found = self._in_title(target, text, within, FROM_TITLE)
            if found is not None:
                return found
        return None

    def _in_title(
        self, target: Target, text: str, within: Mapping[str, str], sentence: str
    ) -> Said | None:
        """The place that a text is, or the only one of its level whose full name it holds."""
        places = self.vocabulary.places
        if not places.knows(target.level):
            return None
        whole = places.find(text, target.level, within)
        if whole.place is not None and not whole.guessed:
            return Said(whole.place.name, text)
        held = places.named_in(text, target.level)
        if len(held) != 1:
            return None
        words = {"caption": target.caption, "said": text[:LONGEST], "name": held[0]}
        return Said(held[0], text, sentence.format(**words))

    def fill(self, record: Record, titles: Sequence[str]) -> None:
        """Give a record what the group rows over it say, and the words over its table."""
        if not titles and not self._over:
            return
        within = {
            one.level: str(record.fields[one.id]) for one in self.places if one.id in record.fields
        }
        for title in titles:
            self._from_group(record, title, within)
        for target_id, said in self._over.items():
            if target_id not in record.fields and self._holds(target_id, said.name, record):
                self._put(record, target_id, said)

    def _from_group(self, record: Record, title: str, within: dict[str, str]) -> None:
        for target in self.places:
            if target.id in record.fields:
                continue
            key = (target.id, title, "/".join(within.values()))
            if key not in self._groups:
                self._groups[key] = self._in_title(target, title, within, FROM_GROUP)
            said = self._groups[key]
            if said is not None:
                self._put(record, target.id, said)
                within[target.level] = said.name
                return
        for target in self.missing:
            if target.kind != "choice" or target.id in record.fields:
                continue
            read = read_choice(target, title, self.vocabulary)
            if read.value is not None and not read.why:
                self._put(record, target.id, Said(read.value, title))

    def _holds(self, target_id: str, name: str, record: Record) -> bool:
        """Whether the places that the row itself names may lie in this one."""
        inner = [record.fields.get(one.id) for one in self.places if one.id != target_id]
        return all(self.vocabulary.places.may_lie_in(str(one), name) for one in inner if one)

    @staticmethod
    def _put(record: Record, target_id: str, said: Said) -> None:
        value: Any = said.name
        record.fields[target_id], record.raw[target_id] = value, said.raw
        record.carried.add(target_id)
        if said.why:
            record.flags.append(Flag(target_id, said.raw, said.why, guessed=True))
