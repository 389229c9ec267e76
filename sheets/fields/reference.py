"""Reference: the id of something whose name an application keeps."""

import re
from typing import TYPE_CHECKING, Any

from sqlalchemy import Integer
from sqlalchemy.types import TypeEngine

from sheets.fields.base import NO_OPTIONS, FieldError, FieldType, Lookup, Options
from sheets.fields.operators import EMPTY, IN, IS, IS_NOT, NOT_EMPTY, NOT_IN

if TYPE_CHECKING:
    from sheets.catalogue import Field

ID = re.compile(r"[1-9][0-9]{0,9}")
LARGEST = 2**31 - 1


class ReferenceType(FieldType):
    """Option ``kind`` says which names to look up.  Whether an id exists is the caller's check."""

    key = "reference"
    label = "关联"
    control = "select"
    order = ("按升序", "按降序")
    kind = ""
    operators = (IS, IS_NOT, IN, NOT_IN, EMPTY, NOT_EMPTY)

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> int | None:
        """A positive id that fits an integer column."""
        text = "" if raw is None else str(raw).strip()
        if not text:
            return None
        if isinstance(raw, bool) or not ID.fullmatch(text) or int(text) > LARGEST:
            raise FieldError(f"请从列表中选择{self.label}。")
        return int(text)

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """The name; an id without a name shows as #id."""
        if value is None:
            return ""
        kind = self.names_kind(field.options) or ""
        return context.names(kind, (value,)).get(value, f"#{value}")

    def sql_type(self) -> TypeEngine[Any]:
        """Integer."""
        return Integer()

    def check_options(self, options: Options) -> dict[str, object]:
        """``kind`` for a plain reference; none where the type fixes it."""
        if self.kind and not options:
            return {}
        kind = options.get("kind")
        if self.kind or options.keys() != {"kind"} or not isinstance(kind, str) or not kind:
            raise FieldError(f"“{self.label}”没有这样的设置。")
        return {"kind": kind}

    def convert(self, value: Any, source: "Field", shown: str, options: Options) -> Any:
        """Only an id of the same kind of thing: a text that looks like an id is none."""
        if source.kind.names_kind(source.options) != self.names_kind(options):
            raise FieldError(f"文字不能自动对应到{self.label}，请转换后逐个选择。")
        return value

    def names_kind(self, options: Options) -> str | None:
        """The fixed kind, else the option."""
        return self.kind or str(options.get("kind") or "") or None
