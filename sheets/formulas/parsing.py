"""Tokens into a tree: operators by how tightly they bind, no code ever run."""

from decimal import Decimal
from functools import lru_cache

from sheets.formulas.lexing import Token, tokens_of
from sheets.formulas.tree import Call, FormulaError, Node, Number, Reference, Truth, Words
from sheets.text import shortened

DEEPEST, MOST_NODES, MOST_OPERANDS = 30, 300, 30
BINDS = {
    **dict.fromkeys(("=", "<>", "<", "<=", ">", ">="), 1),
    "&": 2,
    **dict.fromkeys(("+", "-"), 3),
    **dict.fromkeys(("*", "/", "%"), 4),
}
SIGN_BINDS = 5
TRUTHS = {"true": True, "false": False, "真": True, "假": False, "是": True, "否": False}
NEGATE = "-1"  # the name of the sign before a number


@lru_cache(maxsize=512)
def parse_formula(text: str) -> Node:
    """The tree of a formula; raises FormulaError."""
    return _Parser(tokens_of(text)).whole()


class _Parser:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.at = 0
        self.depth = 0
        self.nodes = 0

    @property
    def next(self) -> Token:
        return self.tokens[self.at]

    @property
    def is_end(self) -> bool:
        return self.next.kind == "end"

    def take(self) -> Token:
        self.at += 1
        return self.tokens[self.at - 1]

    def is_sign(self, sign: str) -> bool:
        return self.next.kind == "sign" and self.next.value == sign

    def whole(self) -> Node:
        if self.is_end:
            raise FormulaError(1, "请填写公式，例如 {数量} * 2。")
        node = self.expression(0)
        if not self.is_end:
            raise self.unexpected()
        return node

    def unexpected(self) -> FormulaError:
        if self.is_end:
            return FormulaError(self.next.place, "公式没有写完，这里还缺一项。")
        word = shortened(self.next.value)
        if self.is_sign(")"):
            return FormulaError(self.next.place, "这里多了一个右括号，或者括号里少了一项。")
        return FormulaError(self.next.place, f"这里不该是“{word}”，请检查运算符、逗号或括号。")

    def expression(self, tightness: int) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise FormulaError(self.next.place, f"公式最多嵌套 {DEEPEST} 层，请拆成两个字段。")
        left = self.operand()
        while self.next.kind == "sign" and BINDS.get(self.next.value, 0) > tightness:
            sign = self.take()
            if BINDS[sign.value] == 1 and isinstance(left, Call) and BINDS.get(left.name) == 1:
                raise FormulaError(sign.place, "不能连写两个比较，请用 且(…, …) 分开写。")
            right = self.expression(BINDS[sign.value])
            left = self.counted(Call(sign.place, sign.value, (left, right)))
        self.depth -= 1
        return left

    def counted(self, node: Node) -> Node:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise FormulaError(node.place, "公式太长，请拆成两个字段。")
        return node

    def operand(self) -> Node:
        token = self.next
        if token.kind == "number":
            return self.counted(Number(self.take().place, Decimal(token.value)))
        if token.kind == "words":
            return self.counted(Words(self.take().place, token.value))
        if token.kind == "reference":
            return self.counted(Reference(self.take().place, token.value))
        if token.kind == "name":
            return self.named()
        if self.is_sign("-") or self.is_sign("+"):
            sign = self.take()
            inner = self.expression(SIGN_BINDS)
            return inner if sign.value == "+" else self.counted(Call(sign.place, NEGATE, (inner,)))
        if self.is_sign("("):
            self.take()
            inner = self.expression(0)
            self.close(token)
            return inner
        raise self.unexpected()

    def named(self) -> Node:
        token = self.take()
        if not self.is_sign("("):
            truth = TRUTHS.get(token.value.lower())
            if truth is None:
                raise FormulaError(
                    token.place,
                    f"不认识“{shortened(token.value)}”；字段请写成 {{字段名}}，文字请加引号。",
                )
            return self.counted(Truth(token.place, truth))
        opening = self.take()
        operands: list[Node] = []
        while not self.is_sign(")"):
            operands.append(self.expression(0))
            if not self.is_sign(","):
                break
            self.take()
            if self.is_sign(")"):
                raise self.unexpected()
        self.close(opening)
        if len(operands) > MOST_OPERANDS:
            raise FormulaError(token.place, f"一个函数最多写 {MOST_OPERANDS} 项。")
        return self.counted(Call(token.place, token.value, tuple(operands)))

    def close(self, opening: Token) -> None:
        if self.is_end:
            raise FormulaError(opening.place, "这里的括号没有收尾，请补上右括号。")
        if not self.is_sign(")"):
            raise self.unexpected()
        self.take()
