"""A query read from URL pairs: what cannot be read becomes a sentence, the rest still applies."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from sheets.catalogue import Field, Sheet, UnknownField
from sheets.fields.base import MANY, FieldError, Operator
from sheets.query.cursor import CursorError, decode
from sheets.query.ordering import order_terms
from sheets.query.state import DEFAULT_LIMIT, Condition, Query, QueryError, SortTerm
from sheets.text import one_line, shortened

MOST_ROWS, MOST_TERMS = 500, 5
MOST_CONDITIONS, MOST_VALUES, LONGEST = 40, 200, 4_000
LONGEST_SEARCH, MOST_WORDS = 100, 8
NAME_PARTS = 3

T = TypeVar("T")


def parse_query(sheet: Sheet, pairs: Iterable[tuple[str, str]]) -> Query:
    """The query that URL pairs mean; never raises, see ``Query.errors`` and ``Query.check``.

    Read are ``f.<field>.<operator>`` (all must hold; repeated lists of one operator add up),
    ``sort=-due_at,number``, ``q``, ``after`` and ``limit``.  Other parameters are the caller's
    own; a blank value is a form control left empty and means nothing.
    """
    return _Reader(sheet, pairs).query()


class _Reader:
    def __init__(self, sheet: Sheet, pairs: Iterable[tuple[str, str]]) -> None:
        self.sheet = sheet
        self.pairs = tuple(pairs)
        self.errors: list[QueryError] = []

    def query(self) -> Query:
        filled = [(name, raw) for name, raw in self.pairs if raw.strip()]
        single = {name: raw for name, raw in filled if not name.startswith("f.")}
        conditions = self.conditions([pair for pair in filled if pair[0].startswith("f.")])
        sort = self.attempt(self.sort, "sort", single) or ()
        return Query(
            sheet=self.sheet,
            conditions=conditions,
            sort=sort,
            search=self.attempt(read_search, "q", single) or "",
            after=self.attempt(lambda raw: self.after(raw, sort), "after", single),
            limit=self.attempt(read_limit, "limit", single) or DEFAULT_LIMIT,
            errors=tuple(self.errors),
            typed=self.pairs,
        )

    def attempt(self, read: Callable[[str], T], name: str, pairs: dict[str, str]) -> T | None:
        """What ``read`` makes of a parameter; its refusal is kept as an error."""
        raw = pairs.get(name)
        if raw is None:
            return None
        try:
            return read(raw)
        except FieldError as error:
            self.errors.append(QueryError(error.sentence, name, raw))
            return None

    def conditions(self, pairs: list[tuple[str, str]]) -> tuple[Condition, ...]:
        """The filters, each once; values of one list operator together."""
        found: dict[object, Condition] = {}
        for name, raw in pairs:
            read = self.attempt(lambda raw, name=name: self.condition(name, raw), name, {name: raw})  # type: ignore[misc]
            if read is None:
                continue
            condition, is_list = read
            key: object = (name,) if is_list else (name, condition.operand)
            if is_list and key in found:
                operands = dict.fromkeys((*found[key].operand, *condition.operand))
                condition = Condition(condition.field_id, condition.operator, tuple(operands))
            if key not in found and len(found) >= MOST_CONDITIONS:
                sentence = f"筛选条件请不要超过 {MOST_CONDITIONS} 个，多出的没有生效。"
                self.errors.append(QueryError(sentence, name, raw))
                break
            found[key] = condition
        return tuple(found.values())

    def condition(self, name: str, raw: str) -> tuple[Condition, bool]:
        """One filter, and whether its operator takes a list."""
        parts = name.split(".")
        field = self.field(parts[1] if len(parts) == NAME_PARTS else name)
        operator = field.kind.operator(parts[-1])
        if operator is None:
            raise FieldError(f"“{field.caption}”没有这种比较方式，请从列表中重新选择。")
        if len(raw) > LONGEST:
            raise FieldError(f"“{field.caption}”的筛选值太长，请缩短后再试。")
        try:
            operand = read_operand(field, operator, raw)
        except FieldError as error:
            raise FieldError(f"按“{field.caption}”筛选：{error.sentence}") from None
        return Condition(field.id, operator.key, operand), operator.arity == MANY

    def sort(self, raw: str) -> tuple[SortTerm, ...]:
        """The fields to sort by, each once."""
        terms: dict[str, SortTerm] = {}
        for part in (one_line(part) for part in raw.split(",")):
            if not part:
                continue
            field = self.field(part.removeprefix("-"))
            if not field.kind.sortable and field.sort is None:
                raise FieldError(f"不能按“{field.caption}”排序，请另选一列。")
            terms.setdefault(field.id, SortTerm(field.id, part.startswith("-")))
            if len(terms) > MOST_TERMS:
                raise FieldError(f"排序请不要超过 {MOST_TERMS} 列。")
        return tuple(terms.values())

    def after(self, raw: str, sort: tuple[SortTerm, ...]) -> str:
        """A place to go on from that belongs to this sort."""
        try:
            decode(raw, order_terms(self.sheet, sort))
        except CursorError:
            raise FieldError("翻页的位置已失效，下面从第一页开始显示。") from None
        return raw

    def field(self, field_id: str) -> Field:
        try:
            return self.sheet.field(field_id)
        except UnknownField:
            name = shortened(field_id)
            raise FieldError(f"没有“{name}”这一列，请从列表中重新选择。") from None


def read_operand(field: Field, operator: Operator, raw: str) -> object:
    """The operand, the tuple of them, or None, as the operator's arity wants; FieldError."""

    def one(text: str) -> object:
        return field.kind.parse_operand(operator, text, field.options)

    if operator.arity == 0:
        return None
    if operator.arity == 1:
        return one(raw)
    parts = [part for part in raw.split(",") if part.strip()]
    if operator.arity == MANY:
        if not 1 <= len(parts) <= MOST_VALUES:
            raise FieldError(f"请选择 1 到 {MOST_VALUES} 个值。")
        return tuple(dict.fromkeys(one(part) for part in parts))
    if len(parts) != operator.arity:
        raise FieldError("请填写起止两个值，用英文逗号隔开。")
    return tuple(one(part) for part in parts)


def read_search(raw: str) -> str:
    """The words to search for, cleaned; FieldError when there are too many."""
    text = one_line(raw)
    if len(text) > LONGEST_SEARCH or len(text.split()) > MOST_WORDS:
        raise FieldError(f"搜索内容请不要超过 {LONGEST_SEARCH} 个字、{MOST_WORDS} 个词。")
    return text


def read_limit(raw: str) -> int:
    """Rows a page; FieldError when out of range."""
    text = raw.strip()
    number = int(text) if text.isascii() and text.isdigit() and len(text) <= len("500") else 0
    if not 1 <= number <= MOST_ROWS:
        raise FieldError(f"每页行数请填 1 到 {MOST_ROWS} 之间的整数。")
    return number
