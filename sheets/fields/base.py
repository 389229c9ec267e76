"""What a type of field must be able to do, and what its operators are made of."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

from sqlalchemy import ColumnElement, String, func, literal_column
from sqlalchemy.types import TypeEngine

from sheets.when import When

if TYPE_CHECKING:
    from sheets.catalogue import Field
    from sheets.fields.around import Around, Resolved

Options = Mapping[str, object]
NO_OPTIONS: Options = {}
MANY = -1  # the arity of an operator that takes a list


class FieldError(ValueError):
    """A value or a setting that a field cannot take; ``sentence`` says what to do instead."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class Lookup(Protocol):
    """Who knows the names behind ids: organisations, persons, whatever an application keeps."""

    def names(self, kind: str, ids: Collection[int]) -> Mapping[int, str]:
        """The names of those ids of this kind that exist."""


class NoNames:
    """A lookup that knows nobody; ids are shown as they are."""

    def names(self, kind: str, ids: Collection[int]) -> Mapping[int, str]:
        """No names."""
        return {}


CellKind = Literal["blank", "text", "number", "date", "date_time"]


@dataclass(frozen=True, slots=True)
class ExcelCell:
    """A value as a workbook keeps it; ``number_format`` is Excel's own notation or empty."""

    kind: CellKind
    value: object
    number_format: str = ""


BLANK_CELL = ExcelCell("blank", None)


ValueKind = Literal["", "number", "text", "date", "instant", "boolean"]


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to ask something of a column.

    ``phrase`` is what people read; a "…" in it marks where the operand stands in a sentence,
    else the operand follows.  ``arity`` is 0, 1, 2 (low and high, comma between) or MANY.
    ``sql`` gets one operand, or a tuple of them.  ``read`` turns one operand's text into a
    value where that differs from the type's own way.  ``told`` stands in for ``sql`` where the
    answer depends on the day.
    """

    key: str
    phrase: str
    arity: int
    sql: Callable[[ColumnElement[Any], Any], ColumnElement[bool]]
    read: Callable[[str, Options], object] | None = None
    told: Callable[[ColumnElement[Any], Any, When], ColumnElement[bool]] | None = None

    def sentence(self, operand: str) -> str:
        """The phrase with the operand in its place."""
        if self.arity == 0:
            return self.phrase
        if "…" in self.phrase:
            return self.phrase.replace("…", operand)
        return f"{self.phrase} {operand}"


class FieldType:
    """A type of field.  Subclass it in a file of its own in this folder; that is all.

    ``control`` names the form control that fits, ``order`` how sorting up and down reads.
    ``aggregates`` are the figures that can be made of a column, ``group_parts`` what values may
    be taken together by, with its label.  Fields of a ``virtual`` type have no column of their
    own: ``resolve`` says what they show.  ``value_kind`` is what a formula may take a value for.
    """

    key: ClassVar[str] = ""
    label: ClassVar[str] = ""
    control: ClassVar[str] = "text"
    order: ClassVar[tuple[str, str]] = ("从小到大", "从大到小")
    searchable: ClassVar[bool] = False
    sortable: ClassVar[bool] = True
    groupable: ClassVar[bool] = True
    virtual: ClassVar[bool] = False
    convertible: ClassVar[bool] = True
    value_kind: ClassVar[ValueKind] = ""
    aggregates: ClassVar[frozenset[str]] = frozenset({"filled"})
    group_parts: ClassVar[Mapping[str, str]] = {}
    operators: tuple[Operator, ...] = ()

    def __init__(self) -> None:
        """Index the operators; two of one key are a programming error (ValueError)."""
        self._by_key = {operator.key: operator for operator in self.operators}
        if len(self._by_key) != len(self.operators):
            raise ValueError(f"type {self.key} has two operators of one key")

    def operator(self, key: str) -> Operator | None:
        """The operator of this key, if the type has it."""
        return self._by_key.get(key)

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> Any:
        """The value that a person's input or an API's JSON means; None when blank.

        Raises FieldError with a sentence that says what to write instead.
        """
        if not self.virtual:
            raise NotImplementedError
        if raw is not None and raw != "":
            raise FieldError("这一列由系统计算，不能填写。")
        return None

    def parse_operand(self, operator: Operator, raw: str, options: Options) -> Any:
        """One operand of an operator, read from the URL; raises FieldError."""
        value = (operator.read or self.parse)(raw, options)
        if value is None:
            raise FieldError("请填写要比较的值。")
        return value

    def write_operand(self, operator: Operator, value: Any) -> str:
        """One operand as the URL keeps it; ``parse_operand`` reads it back."""
        return str(value)

    def show_operand(self, value: Any, field: "Field", context: Lookup) -> str:
        """One operand as a sentence names it."""
        return self.show(value, field, context)

    def load(self, value: Any) -> Any:
        """What the database gave, as this type's own value."""
        return value

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """The value as people read it; nothing for None."""
        return "" if value is None else str(value)

    def sql_type(self) -> TypeEngine[Any]:
        """The type of a column made for such a field; FieldError where none can be made."""
        raise FieldError(f"“{self.label}”不能作为自定义字段，请换一个类型。")

    def check_options(self, options: Options) -> dict[str, object]:
        """The options, cleaned, that a new field of this type may carry; raises FieldError."""
        if options:
            raise FieldError(f"“{self.label}”没有这样的设置：{'、'.join(options)}。")
        return {}

    def check_among(self, options: Options, around: "Around") -> dict[str, object]:
        """The options, cleaned, where they may name other fields; raises FieldError."""
        return self.check_options(options)

    def refers_to(self, options: Options) -> frozenset[str]:
        """The ids of the fields that the options name."""
        return frozenset()

    def resolve(self, options: Options, around: "Around") -> "Resolved":
        """What a field of a virtual type shows, and as which type."""
        raise NotImplementedError

    def formula_value(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """The column as a formula's value of ``value_kind``; NULL for blank."""
        return column

    def to_json(self, value: Any) -> Any:
        """A value as JSON keeps it; ``from_json`` reads it back."""
        if isinstance(value, date):  # and datetime, which is one
            return value.isoformat()
        return str(value) if isinstance(value, Decimal) else value

    def from_json(self, kept: Any) -> Any:
        """The value that ``to_json`` wrote down, whatever the options say by now."""
        return kept

    def plain(self, value: Any, shown: str) -> str:
        """What another type is given to read of a value, which people read as ``shown``."""
        return shown

    def convert(self, value: Any, source: "Field", shown: str, options: Options) -> Any:
        """This type's value for one of ``source``, which reads ``shown``; FieldError if none."""
        return self.parse(source.kind.plain(value, shown), options)

    def options_from(
        self, source: "Field", shown: Sequence[str], options: Options
    ) -> dict[str, object]:
        """The options for taking over ``source``, whose values read ``shown``; FieldError."""
        return self.check_options(options)

    def losing(
        self, column: ColumnElement[Any], options: Options, wanted: Options
    ) -> Iterable[tuple[str, ColumnElement[bool]]]:
        """What cells may hold that ``wanted`` would no longer know, with its words and its rows."""
        return ()

    def excel_cell(self, value: Any, field: "Field", context: Lookup) -> ExcelCell:
        """The value as a cell of a workbook; as text unless the type knows better."""
        shown = self.show(value, field, context)
        return ExcelCell("text", shown) if shown else BLANK_CELL

    def sort_key(self, column: ColumnElement[Any], options: Options) -> ColumnElement[Any]:
        """The expression to sort by."""
        return column

    def group_key(self, column: ColumnElement[Any], part: str) -> ColumnElement[Any]:
        """The expression to group by; ``part`` is empty or one of ``group_parts``."""
        if not isinstance(column.type, String):
            return column
        # No parameter: PostgreSQL would take it for another one in GROUP BY.
        return func.nullif(column, literal_column("''"), type_=column.type)

    def load_group(self, value: Any) -> Any:
        """What the database gave for ``group_key``, as a value to show; None for blank."""
        return self.load(value)

    def show_group(self, value: Any, part: str, field: "Field", context: Lookup) -> str:
        """The value of a group as people read it; nothing for None."""
        return self.show(value, field, context)

    def names_kind(self, options: Options) -> str | None:
        """The kind of names that a lookup must fetch to show values, if any."""
        return None
