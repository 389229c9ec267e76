"""Repeatable chance: the same words give the same draws on every machine."""

import random


def chance(*words: object) -> random.Random:
    """A generator seeded by the words; nothing secret hangs on it."""
    return random.Random("|".join(str(word) for word in words))  # noqa: S311
