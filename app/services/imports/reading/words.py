"""The words of the trade for reading foreign ledgers, kept in the file beside this one."""

import tomllib
from collections.abc import Mapping
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

from sheets.understanding.vocabulary import Target

_SHARES = {"listed": range(100), "done": range(100, 101)}  # how much of the work is done
_FILE = Path(__file__).with_suffix(".toml")


@cache
def _data() -> dict[str, Any]:
    with _FILE.open("rb") as file:
        return tomllib.load(file)


@cache
def targets() -> tuple[Target, ...]:
    """The fields a column of a ledger may stand for, with all captions known for them."""
    return tuple(_target(entry) for entry in _data()["field"])


def _target(entry: Mapping[str, Any]) -> Target:
    captions = str(entry["captions"]).split()
    for rule in entry.get("composed", ()):
        captions += _composed(rule["heads"], rule["tails"])
    parts = entry.get("parts", {})
    return Target(
        id=entry["id"],
        caption=entry["caption"],
        synonyms=tuple(dict.fromkeys(captions)),
        kind=entry["kind"],
        pieces={word: float(weight) for weight, words in parts.items() for word in words.split()},
        words=tuple(str(entry.get("values", "")).split()),
        level=entry.get("level", ""),
        phase=entry.get("phase", ""),
        open=entry.get("open", False),
        required=entry.get("required", False),
        after=tuple(str(entry.get("after", "")).split()),
    )


def _composed(heads: str, tails: str) -> list[str]:
    """Every head with every tail; `@action` stands for a whole list of heads."""
    lists = _data()["heads"]
    all_heads = [
        head
        for word in heads.split()
        for head in (str(lists[word[1:]]).split() if word.startswith("@") else [word])
    ]
    return ["".join(pair) for pair in product(all_heads, tails.split())]


@cache
def state_words() -> Mapping[str, tuple[str, ...]]:
    """The words of status columns by what they say: a state, `done` or `closed`."""
    states = _data()["states"]
    acts = str(states["acts"]).split()
    found = {}
    for option, entry in states.items():
        if option == "acts":
            continue
        words = str(entry["words"]).split()
        words += ["".join(pair) for pair in product(entry.get("before", "").split(), acts)]
        words += ["".join(pair) for pair in product(acts, entry.get("behind", "").split())]
        if option in _SHARES:
            words += [f"{share}%" for share in _SHARES[option]]
        found[option] = tuple(dict.fromkeys(words))
    return found


@cache
def listed_words(name: str) -> Mapping[str, tuple[str, ...]]:
    """The words for each option of a list: `sources` or `urgencies`."""
    return {option: tuple(words.split()) for option, words in _data()[name].items()}
