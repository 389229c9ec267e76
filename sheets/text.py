"""What may stand in a text: cleaned of what databases, XML and readers cannot carry."""

import re

REPLACEMENT = "\ufffd"
# C0 and C1 controls except tab and newline. PostgreSQL refuses NUL, XML 1.0 refuses the others.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Surrogates cannot be encoded; U+FFFE and U+FFFF are no characters and end an XML file.
_IMPOSSIBLE = re.compile("[\ud800-\udfff\ufffe\uffff]")
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")  # any of them
_BLANKS = re.compile(r"\s+")


def clean_text(raw: str) -> str:
    """The text without control characters (tab and newline stay), with one kind of newline.

    A lone surrogate or non-character becomes U+FFFD, so that its place can be seen.
    """
    if not _ODD.search(raw):
        return raw
    joined = raw.replace("\r\n", "\n").replace("\r", "\n")
    return _IMPOSSIBLE.sub(REPLACEMENT, _CONTROLS.sub("", joined))


def one_line(raw: str) -> str:
    """The cleaned text on one line: runs of white space become one space, ends are trimmed."""
    return _BLANKS.sub(" ", clean_text(raw)).strip()


def shortened(text: str, length: int = 20) -> str:
    """The text on one line, cut to ``length`` characters with an ellipsis, for a sentence."""
    line = one_line(text)
    return line if len(line) <= length else line[: length - 1] + "…"


def like_pattern(needle: str) -> str:
    """A LIKE pattern that finds the needle anywhere, its own % and _ taken literally."""
    escaped = needle.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
