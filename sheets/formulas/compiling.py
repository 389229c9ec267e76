"""A formula's tree, checked kind by kind, as one expression of SQL."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, literal

from sheets.fields.around import Around
from sheets.fields.base import FieldError
from sheets.formulas import words
from sheets.formulas.functions import BY_NAME, Given
from sheets.formulas.parsing import BINDS, NEGATE, parse_formula
from sheets.formulas.tree import Call, FormulaError, Node, Number, Reference, Truth, Words
from sheets.formulas.typed import (
    KINDS,
    Kind,
    Span,
    Typed,
    alike,
    as_kind,
    as_text,
    known_number,
    known_text,
)
from sheets.formulas.writing import cleaned, named_id, stored_formula
from sheets.sql_words import spelled
from sheets.text import shortened

MOST_SIZE = 1_500
LONG = 40_000  # the most letters of a text field
RESULTS: dict[Kind, str] = {
    "number": "number",
    "text": "text",
    "date": "date",
    "instant": "date_time",
    "boolean": "tick",
}
ARITHMETIC = {"+": words.added, "-": words.less, "*": words.times, "/": words.over}


@dataclass(frozen=True, slots=True, eq=False)
class Compiled:
    """A formula's SQL, the type of field that reads it, and the fields it is made of."""

    type: str
    column: ColumnElement[Any]
    size: int
    sources: frozenset[str]


def check_formula(typed: str, around: Around) -> tuple[str, Compiled]:
    """A typed formula as it is kept, and its SQL; raises FieldError that names places in it."""
    captions = around.captions()
    made = _compiled(cleaned(typed), around, lambda name, place: named_id(name, place, captions))
    return stored_formula(typed, captions), made


def compile_formula(stored: str, around: Around) -> Compiled:
    """The SQL of a stored formula; raises FieldError with a sentence, mostly FormulaError."""
    return _compiled(stored, around, lambda name, _place: name)


def _compiled(text: str, around: Around, id_of: Callable[[str, int], str]) -> Compiled:
    compiler = _Compiler(around, id_of)
    value = compiler.value(parse_formula(text)).within()
    if value.size > MOST_SIZE:
        raise FormulaError(1, "连同所用的公式太长了，请精简其中一个。")
    return Compiled(RESULTS[value.kind], _finished(value), value.size, frozenset(compiler.sources))


def names_in(stored: str) -> frozenset[str]:
    """What stands in the braces of a formula; nothing of one that cannot be read."""
    try:
        return frozenset(_names(parse_formula(stored)))
    except FormulaError:
        return frozenset()


def _names(node: Node) -> set[str]:
    if isinstance(node, Reference):
        return {node.name}
    found: set[str] = set()
    for each in node.operands if isinstance(node, Call) else ():
        found |= _names(each)
    return found


def _finished(value: Typed) -> ColumnElement[Any]:
    """Without -0, without empty texts, and typed also where it is a bare column or literal."""
    if value.kind == "text":
        return words.filled_text(value.sql)
    template = "{0} + 0.0" if value.kind == "number" else "{0}"
    return spelled(f"result_{value.kind}", value.sql.type, template)(value.sql)


class _Compiler:
    def __init__(self, around: Around, id_of: Callable[[str, int], str]) -> None:
        self.around = around
        self.id_of = id_of
        self.sources: set[str] = set()

    def value(self, node: Node) -> Typed:
        if isinstance(node, Number):
            return known_number(node.place, float(node.value))
        if isinstance(node, Words):
            return known_text(node.place, node.value)
        if isinstance(node, Truth):
            sql = literal(node.value, words.TRUTH)
            return Typed("boolean", sql, node.place, known=node.value)
        if isinstance(node, Reference):
            return self.field(node)
        operands = [self.value(each) for each in node.operands]
        if node.name == NEGATE:
            return self.negated(node, operands[0])
        return self.operator(node, *operands) if node.name in BINDS else self.call(node, operands)

    def field(self, node: Reference) -> Typed:
        field_id = self.id_of(node.name, node.place)
        try:
            field = self.around.used(field_id)
        except FieldError as error:
            raise type(error)(f"第 {node.place} 个字：{error.sentence}") from None
        kind = field.kind.value_kind
        if not kind:
            told = f"“{field.caption}”是{field.kind.label}，不能用在公式里。"
            raise FormulaError(node.place, told)
        self.sources |= {field_id, *field.sources}
        sql = field.kind.formula_value(field.column, field.options)
        return Typed(kind, sql, node.place, field.size, Span(-15, 17), LONG)

    def negated(self, node: Call, value: Typed) -> Typed:
        number = as_kind(value, "number", "负号后面")
        if isinstance(number.known, float):
            return known_number(node.place, -number.known)
        return replace(number, sql=words.negated(number.sql), size=number.size + 1)

    def call(self, node: Call, operands: list[Typed]) -> Typed:
        function = BY_NAME.get(node.name) or BY_NAME.get(node.name.upper())
        if function is None:
            raise FormulaError(node.place, f"没有“{shortened(node.name)}”这个函数。")
        if not function.fewest <= len(operands) <= function.most:
            raise FormulaError(node.place, f"“{node.name}”要写成 {function.hint}。")
        return function.build(Given(node.place, node.name, operands, self.around.context))

    def operator(self, node: Call, left: Typed, right: Typed) -> Typed:
        if node.name == "&":
            texts = as_text(left), as_text(right)
            sql = words.joined(texts[0].sql, texts[1].sql)
            made = self.made(node, "text", sql, texts)
            return replace(made, length=texts[0].length + texts[1].length).within()
        if BINDS[node.name] == 1:
            return self.comparison(node, left, right)
        what = f"“{node.name}”的两边"
        pair = as_kind(left, "number", what), as_kind(right, "number", what)
        word = ARITHMETIC.get(node.name, words.modulo)
        made = self.made(node, "number", word(pair[0].sql, pair[1].sql), pair)
        return replace(made, span=_span(node.name, pair[0].span, pair[1].span)).within()

    def comparison(self, node: Call, left: Typed, right: Typed) -> Typed:
        if "" in (left.known, right.known):
            raise FormulaError(node.place, "判断是否为空请用 为空(…)，不要与空文字比较。")
        kind, pair = alike([left, right], "比较的两边")
        if kind == "instant":  # compared by the local day, as filters do
            pair = [as_kind(each, "date", "比较") for each in pair]
        if kind == "boolean" and node.name not in {"=", "<>"}:
            raise FormulaError(node.place, f"{KINDS['boolean']}不能比较大小。")
        is_text = kind == "text" and node.name not in {"=", "<>"}
        word = words.compared(node.name, text=is_text)
        return self.made(node, "boolean", word(pair[0].sql, pair[1].sql), pair)

    def made(
        self,
        node: Call,
        kind: Literal["number", "text", "boolean"],
        sql: ColumnElement[Any],
        of: "tuple[Typed, ...] | list[Typed]",
    ) -> Typed:
        return Typed(cast(Kind, kind), sql, node.place, 1 + sum(each.size for each in of))


def _span(sign: str, left: Span, right: Span) -> Span:
    if sign == "*":
        return left.times(right)
    if sign == "/":
        return left.over(right)
    if sign == "%":
        return Span(left.added(right).least, right.most)
    return left.added(right)
