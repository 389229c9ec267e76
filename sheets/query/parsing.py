"""A query read from URL pairs: what cannot be read becomes a sentence, the rest still applies."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from sheets.catalogue import Field, Sheet, UnknownField
from sheets.fields.base import MANY, FieldError
from sheets.query.cursor import CursorError, decode
from sheets.query.ordering import order_terms
from sheets.query.state import (
    AGGREGATES,
    COLOURS,
    DEFAULT_LIMIT,
    Condition,
    ConditionGroup,
    GroupTerm,
    Hue,
    Query,
    QueryError,
    SortTerm,
    SumTerm,
)
from sheets.query.values import (
    LONGEST,
    MOST_COLUMNS,
    MOST_CONDITIONS,
    MOST_FROZEN,
    MOST_GROUPED,
    MOST_SKIPPED,
    MOST_SUMS,
    MOST_TERMS,
    parts_of,
    read_flag,
    read_limit,
    read_operand,
    read_search,
    read_whole,
)
from sheets.text import shortened

NAME_PARTS = 3
_PLACED = re.compile(r"(?:g([^.]*)|hue\.([^.]*))\.((?:f\..*)|any)", re.DOTALL)
_NUMBER = re.compile("[1-9]")

T = TypeVar("T")


def parse_query(sheet: Sheet, pairs: Iterable[tuple[str, str]]) -> Query:
    """The query that URL pairs mean; never raises, see ``Query.errors`` and ``Query.check``.

    Read are ``f.<field>.<operator>`` (all must hold, or one of them with ``any=1``; repeated
    lists of one operator add up), the same within brackets as ``g1.f…`` to ``g9.f…`` and
    ``g1.any``, ``hue.<colour>.f…``, ``sort=-due_at,number``, ``q``, ``after``, ``skip``,
    ``limit``, ``group=<field>[:month],…``, ``sum=<field>:<figure>,…``, ``cols`` and ``freeze``.
    Other parameters are the caller's own; a blank value is a form control left empty and
    means nothing.
    """
    return _Reader(sheet, pairs).query()


class _Reader:
    def __init__(self, sheet: Sheet, pairs: Iterable[tuple[str, str]]) -> None:
        self.sheet = sheet
        self.pairs = tuple(pairs)
        self.errors: list[QueryError] = []
        self.room = MOST_CONDITIONS

    def query(self) -> Query:
        single: dict[str, str] = {}
        filters: dict[str, list[tuple[str, str]]] = {}  # by what stands before "f."
        for name, raw in self.pairs:
            if not raw.strip():
                continue
            placed = _PLACED.fullmatch(name)
            if placed is None and not name.startswith("f."):
                single[name] = raw
            elif (place := self.place(name, raw, placed)) is not None:
                filters.setdefault(place, []).append((name, raw))
        conditions = self.conditions(filters.pop("", []))
        groups = self.groups(filters)
        self.room = MOST_CONDITIONS  # colours leave no row out
        hues = self.hues(filters)
        sort = self.attempt(self.sort, "sort", single) or ()
        after = self.attempt(lambda raw: self.after(raw, sort), "after", single)
        return Query(
            sheet=self.sheet,
            conditions=conditions,
            any=self.attempt(read_flag, "any", single) or False,
            groups=groups,
            sort=sort,
            search=self.attempt(read_search, "q", single) or "",
            after=after,
            skip=self.attempt(read_whole(0, MOST_SKIPPED, "跳过的行数"), "skip", single) or 0,
            limit=self.attempt(read_limit, "limit", single) or DEFAULT_LIMIT,
            group_by=self.listed(self.group_term, "group", single, MOST_GROUPED),
            sums=self.listed(self.sum_term, "sum", single, MOST_SUMS),
            columns=self.listed(lambda raw: self.field(raw).id, "cols", single, MOST_COLUMNS),
            freeze=self.attempt(read_whole(0, MOST_FROZEN, "冻结的列数"), "freeze", single),
            hues=hues,
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

    def place(self, name: str, raw: str, placed: re.Match[str] | None) -> str | None:
        """Where a condition belongs: "" the top, "g1" brackets, "hue.red" a colour."""
        if placed is None:
            return ""
        number, colour, inner = placed.groups()
        if number is not None and _NUMBER.fullmatch(number):
            return f"g{number}"
        if colour in COLOURS and inner != "any":
            return f"hue.{colour}"
        sentence = "条件组只有 g1 到 g9，请重新添加条件。"
        if number is None:
            sentence = "没有这种颜色，请从列表中重新选择。"
        self.errors.append(QueryError(sentence, name, raw))
        return None

    def groups(self, filters: dict[str, list[tuple[str, str]]]) -> tuple[ConditionGroup, ...]:
        """The brackets, in the order of their numbers; empty ones are left out."""
        found = []
        for place in sorted(each for each in filters if each.startswith("g")):
            flag = f"{place}.any"
            conditions = self.conditions([pair for pair in filters[place] if pair[0] != flag])
            one = self.attempt(read_flag, flag, dict(filters[place])) or False
            if conditions:
                found.append(ConditionGroup(int(place[1:]), conditions, one))
        return tuple(found)

    def hues(self, filters: dict[str, list[tuple[str, str]]]) -> tuple[Hue, ...]:
        """The colours, in the order in which the URL names them."""
        read = (
            (place.removeprefix("hue."), self.conditions(pairs))
            for place, pairs in filters.items()
            if place.startswith("hue.")
        )
        return tuple(Hue(colour, conditions) for colour, conditions in read if conditions)

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
            if key not in found and not self.room:
                sentence = f"筛选条件请不要超过 {MOST_CONDITIONS} 个，多出的没有生效。"
                self.errors.append(QueryError(sentence, name, raw))
                break
            self.room -= key not in found
            found[key] = condition
        return tuple(found.values())

    def condition(self, name: str, raw: str) -> tuple[Condition, bool]:
        """One filter, and whether its operator takes a list."""
        placed = _PLACED.fullmatch(name)
        parts = (placed[3] if placed else name).split(".")
        field = self.field(parts[1] if len(parts) == NAME_PARTS else name)
        operator = self.sheet.operator(field.id, parts[-1])
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
        for part in parts_of(raw):
            field = self.field(part.removeprefix("-"))
            if not field.kind.sortable and field.sort is None:
                raise FieldError(f"不能按“{field.caption}”排序，请另选一列。")
            terms.setdefault(field.id, SortTerm(field.id, part.startswith("-")))
            if len(terms) > MOST_TERMS:
                raise FieldError(f"排序请不要超过 {MOST_TERMS} 列。")
        return tuple(terms.values())

    def listed(
        self, read: Callable[[str], T], name: str, pairs: dict[str, str], most: int
    ) -> tuple[T, ...]:
        """The parts of a list that can be read, each once; one error for the rest of them."""
        found: dict[T, None] = {}
        refused: list[str] = []
        for part in parts_of(pairs.get(name, "")):
            try:
                found.setdefault(read(part))
            except FieldError as error:
                refused.append(error.sentence)
        if len(found) > most:
            refused.append(f"请不要超过 {most} 项，多出的没有生效。")
        if refused:
            self.errors.append(QueryError(refused[0], name, pairs[name]))
        return tuple(found)[:most]

    def group_term(self, raw: str) -> GroupTerm:
        """A field to group by, and the part of its value to go by."""
        name, _, part = raw.partition(":")
        field = self.field(name)
        if not field.kind.groupable:
            raise FieldError(f"不能按“{field.caption}”分组，请另选一列。")
        if part and part not in field.kind.group_parts:
            raise FieldError(f"“{field.caption}”不能这样分组，请从列表中重新选择。")
        return GroupTerm(field.id, part)

    def sum_term(self, raw: str) -> SumTerm:
        """A figure of a field."""
        name, _, aggregate = raw.partition(":")
        field = self.field(name)
        if aggregate not in _figures(field):
            raise FieldError(f"“{field.caption}”不能这样汇总，请从列表中重新选择。")
        return SumTerm(field.id, aggregate)

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


def _figures(field: Field) -> Sequence[str]:
    return [each for each in AGGREGATES if each in field.kind.aggregates]
