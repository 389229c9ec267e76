"""What reading one cell gives."""

from typing import Any, NamedTuple


class Read(NamedTuple):
    """The value, and a sentence when in doubt: without a value not understood, else a guess."""

    value: Any = None
    why: str = ""


BLANK = Read()
