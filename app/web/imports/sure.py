"""How sure a column's field is, in words."""

from collections.abc import Mapping
from typing import Any

SURE, LIKELY, GUESSED, LEFT_OUT = "确定", "多半", "猜测", "不导入"
WORDS = (SURE, LIKELY, GUESSED, LEFT_OUT)
AT_LEAST = ((0.9, SURE), (0.7, LIKELY))


def in_words(column: Mapping[str, Any]) -> str:
    """确定, 多半 or 猜测, as its confidence (0..1) says; 不导入 for a column that is no field."""
    if not column.get("field"):
        return LEFT_OUT
    return next((word for least, word in AT_LEAST if column["confidence"] >= least), GUESSED)


def doubtful(column: Mapping[str, Any]) -> bool:
    """Whether a person should look at it."""
    return in_words(column) in {LIKELY, GUESSED}
