"""Addresses as people type them: whether two of them may mean one place."""

import re
import unicodedata
from collections.abc import Collection

_NUMBER = re.compile(r"\d+")
_NO_WORD = re.compile(r"[\W_]+")
LEAST_SHARE = 0.6  # of the shorter one's pairs of signs
LEAST_PAIRS = 2


def likeness(one: str, other: str, common: Collection[str] = ()) -> float:
    """How much of the shorter address stands in the other, 0 to 1; 0 for too little.

    Pairs of signs are compared, so that 中央大街路口 and 中央大街与东一路口 are alike. Where both
    give numbers, one has to be the same: doors of a street have all but that in common. `common`
    are names that every address there may begin with; they tell nothing.
    """
    one, other = _plain(one, common), _plain(other, common)
    numbers, others = set(_NUMBER.findall(one)), set(_NUMBER.findall(other))
    if numbers and others and not numbers & others:
        return 0.0
    pairs, other_pairs = _pairs(one), _pairs(other)
    shared = len(pairs & other_pairs)
    if shared < LEAST_PAIRS:
        return 0.0
    share = shared / min(len(pairs), len(other_pairs))
    return share if share >= LEAST_SHARE else 0.0


def _plain(text: str, common: Collection[str]) -> str:
    for name in sorted(common, key=len, reverse=True):
        text = text.replace(name, "") if name else text
    return _NO_WORD.sub("", unicodedata.normalize("NFKC", text))


def _pairs(text: str) -> set[str]:
    return {text[at : at + 2] for at in range(len(text) - 1)}
