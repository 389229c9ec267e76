"""Pairs of neighbouring letters, as numbers: what a text is indexed by and a word is looked up by.

Chinese is written without spaces and most words searched for have two characters, so every pair
is kept.  Two pairs may share a number: the index only proposes, each row is compared again.
"""

from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

BITS = 25
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_SHIFTS = range(0, BITS, 5)
# With "K", which Python lowers itself, the one letter that some database takes for an ASCII one.
_FOLDED = {ord("İ"): "i"}


@lru_cache(maxsize=500_000)
def _number(pair: str) -> int:
    return crc32(pair.encode("utf-8", "surrogatepass")) >> (32 - BITS)


@lru_cache(maxsize=500_000)
def token(gram: int) -> str:
    """A number in five letters, for an index that keeps words."""
    return "".join(_DIGITS[gram >> shift & 31] for shift in _SHIFTS)


def grams_of(texts: Iterable[str | None]) -> set[int]:
    """The pairs of some texts; a pair never spans two of them."""
    found: set[int] = set()
    for text in texts:
        if text:
            lowered = text.translate(_FOLDED).lower()
            found.update(map(_number, map(str.__add__, lowered, lowered[1:])))
    return found


def grams_asked(words: Iterable[str]) -> list[int]:
    """The pairs that a text must have to contain all the words; none for single letters.

    Databases differ over the case of letters beyond ASCII: pairs with such letters are left out.
    """
    found: set[int] = set()
    for word in words:
        lowered = word.lower() if word.isascii() else "".join(map(_lowered, word))
        pairs = map(str.__add__, lowered, lowered[1:])
        found.update(_number(pair) for pair in pairs if all(map(_is_plain, pair)))
    return sorted(found)


def _lowered(letter: str) -> str:
    return letter.lower() if letter.isascii() else letter


def _is_plain(letter: str) -> bool:
    return letter.isascii() or letter.lower() == letter.upper()
