"""A list to choose from, found by any of its words."""

from collections.abc import Mapping
from dataclasses import dataclass

from sheets.understanding.words import SHORT, squeezed, unbracketed

REMEMBERED = 20_000  # texts whose option is kept at hand
LONGEST = 40  # characters of a text in which words are looked for
_NOT = frozenset("未不没非无待尚")


@dataclass(frozen=True)
class Found:
    """The option's id (None: none), and whether it had to be guessed."""

    option: str | None
    guessed: bool = False


class Choices:
    """Options by id with every word that means them; the first word is the one people see."""

    def __init__(self, options: Mapping[str, tuple[str, ...]]) -> None:
        self.options = dict(options)
        self._by_word: dict[str, str] = {}
        for option, words in self.options.items():
            for word in words:
                self._by_word.setdefault(squeezed(word), option)
        self._by_word.pop("", None)
        self._longest = max(map(len, self._by_word), default=0)
        self._by_start: dict[str, list[str]] = {}
        for word in self._by_word:
            for start in range(len(word) - 1):
                self._by_start.setdefault(word[start : start + SHORT], []).append(word)
        self._found: dict[str, Found] = {}  # ledgers say the same words over and over

    def label(self, option: str) -> str:
        """The option's first word."""
        words = self.options.get(option, ())
        return words[0] if words else option

    def find(self, raw: str) -> Found:
        """The option a text means: by a whole word, else guessed by the longest one within."""
        found = self._found.get(raw)
        if found is None:
            found = self._search(raw)
            if len(self._found) < REMEMBERED:
                self._found[raw] = found
        return found

    def _search(self, raw: str) -> Found:
        text = squeezed(raw)
        exact = self._by_word.get(text) or self._by_word.get(unbracketed(raw))
        if exact is not None:
            return Found(exact)
        inside = [word for word in self._words_in(text[:LONGEST]) if _means(word, text)]
        if not inside and len(text) >= SHORT:
            near = self._by_start.get(text[:SHORT], ())
            inside = [word for word in near if _means(text, word)]
            options = {self._by_word[word] for word in inside}
            return Found(options.pop(), guessed=True) if len(options) == 1 else Found(None)
        longest = max((len(word) for word in inside), default=0)
        options = {self._by_word[word] for word in inside if len(word) == longest}
        return Found(options.pop(), guessed=True) if len(options) == 1 else Found(None)

    def _words_in(self, text: str) -> set[str]:
        """Words of two characters and more that stand somewhere in the text."""
        parts = (
            text[start:end]
            for start in range(len(text))
            for end in range(start + SHORT, min(len(text), start + self._longest) + 1)
        )
        return {part for part in parts if part in self._by_word}


def _means(word: str, text: str) -> bool:
    """Whether the word stands in the text and is not denied there (完成 in 未完成)."""
    at = text.find(word)
    while at >= 0:
        if at == 0 or text[at - 1] not in _NOT:
            return True
        at = text.find(word, at + 1)
    return False
