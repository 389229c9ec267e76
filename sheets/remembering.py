"""Functions of texts that remember what they gave, until somebody says that the work is done."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
_FORGETTING: list[Callable[[], None]] = []


def remembering(most: int) -> Callable[[F], F]:
    """As `lru_cache`, for functions that are asked the same over and over while a file is read."""

    def decorate(function: F) -> F:
        cached = lru_cache(maxsize=most)(function)
        _FORGETTING.append(cached.cache_clear)
        return cached  # type: ignore[return-value]

    return decorate


def forget() -> None:
    """Let go of all that is remembered: a few texts keep whole blocks of memory from others."""
    for clear in _FORGETTING:
        clear()
