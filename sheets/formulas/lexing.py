"""A formula cut into tokens; full-width signs count as their plain ones."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sheets.formulas.tree import FormulaError
from sheets.text import shortened

LONGEST, LONGEST_WORDS, DIGITS = 2_000, 200, 15
Kind = Literal["number", "words", "name", "reference", "sign", "end"]
QUOTES = {'"': '"', "“": "”", "＂": "＂", "「": "」"}
OPERATORS = ("*", "/", "<=", ">=", "<>", "-", "-", ",", ",", ",")
OPERATORS = ("*", "/", "<=", ">=", "<>", "-", "-", ",", ",", ",")
PLAIN = dict(zip("×÷≤≥≠−—、；;", OPERATORS, strict=True))
SAME = {"!=": "<>", "==": "="}
_NUMBER = re.compile(r"\d+(?:\.\d+)?|\.\d+", re.ASCII)
_NAME = re.compile(r"[^\W\d]\w*")
_SIGN = re.compile(r"<=|>=|<>|!=|==|[-+*/%&=<>(),]")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a formula; it stands at ``text[start:end]``."""

    kind: Kind
    value: str
    start: int
    end: int

    @property
    def place(self) -> int:
        """Counted from 1, as people count."""
        return self.start + 1


def tokens_of(text: str) -> list[Token]:
    """The tokens of a formula and one for its end; raises FormulaError."""
    if len(text) > LONGEST:
        raise FormulaError(LONGEST + 1, f"公式最长 {LONGEST} 个字，请缩短或拆成两个字段。")
    return [*_tokens(text), Token("end", "", len(text), len(text))]


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        letter = text[at]
        if letter.isspace():
            at += 1
            continue
        if letter in QUOTES:
            token = _words(text, at)
        elif letter in "{｛":
            token = _reference(text, at)
        else:
            token = _plain(text, at)
        yield token
        at = token.end


def _words(text: str, start: int) -> Token:
    closing, at, found = QUOTES[text[start]], start + 1, ""
    while at < len(text):
        if text.startswith(closing * 2, at):  # two marks stand for one
            found, at = found + closing, at + 2
        elif text[at] == closing:
            if len(found) > LONGEST_WORDS:
                raise FormulaError(start + 1, f"引号里的文字最多 {LONGEST_WORDS} 个字。")
            return Token("words", found, start, at + 1)
        else:
            found, at = found + text[at], at + 1
    raise FormulaError(start + 1, "这里的引号没有收尾，请补上后引号。")


def _reference(text: str, start: int) -> Token:
    ends = [place for place in (text.find("}", start), text.find("｝", start)) if place > 0]
    if not ends:
        raise FormulaError(start + 1, "这里的花括号没有收尾，请补上 }。")
    name = text[start + 1 : min(ends)].strip()
    if not name:
        raise FormulaError(start + 1, "请在花括号里写字段名，例如 {数量}。")
    return Token("reference", name, start, min(ends) + 1)


def _plain(text: str, start: int) -> Token:
    """A number, a name or a sign, with full-width letters read as plain ones."""
    line = "".join(_narrow(letter) for letter in text[start : start + 80])
    if found := _NUMBER.match(line):
        if len(found[0].replace(".", "")) > DIGITS:
            raise FormulaError(start + 1, f"数字最多 {DIGITS} 位。")
        return Token("number", found[0], start, start + len(found[0]))
    if found := _NAME.match(line):
        return Token("name", found[0], start, start + len(found[0]))
    sign = PLAIN.get(text[start])
    if sign:
        return Token("sign", sign, start, start + 1)
    if found := _SIGN.match(line):
        return Token("sign", SAME.get(found[0], found[0]), start, start + len(found[0]))
    raise FormulaError(start + 1, f"公式里不能用“{shortened(text[start])}”。")


def _narrow(letter: str) -> str:
    """The letter's plain form where that is one letter as well."""
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter
