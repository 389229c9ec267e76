"""Phone: a number of the mainland, mobile, landline with extension, or service."""

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, or_

from sheets.fields.base import NO_OPTIONS, FieldError, FieldType, Lookup, Operator, Options
from sheets.fields.operators import IS, IS_NOT
from sheets.fields.text import BLANK, FILLED, TextType, contains, read_needle

if TYPE_CHECKING:
    from sheets.catalogue import Field

ADVICE = "请填写电话号码，例如 13812345678、024-56612345 或 024-56612345-801。"
_SIGNS = str.maketrans(dict.fromkeys(" ()", "") | {"−": "-", "–": "-", "—": "-"})
_EXTENSION = re.compile(r"(?:-|转|分机|x|ext\.?)(\d{1,6})$", re.IGNORECASE)
_COUNTRY = re.compile(r"^(?:\+?86-?|0086-?)(?=[01]\d{9})")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_FREE = re.compile(r"[48]00\d{7}")
_AREA = re.compile(r"(010|02\d|0[3-9]\d{2})-?(\d{7,8})")
_LOCAL = re.compile(r"[2-8]\d{6,7}")
_SERVICE = re.compile(r"1\d{2,5}|9\d{4,5}")


def _contains(column: ColumnElement[Any], needle: str) -> ColumnElement[bool]:
    return contains(func.replace(column, "-", ""), needle)


def _lacks(column: ColumnElement[Any], needle: str) -> ColumnElement[bool]:
    return or_(column.is_(None), ~_contains(column, needle))


def _read_needle(raw: str, options: Options) -> str:
    needle = _normal(read_needle(raw, options)).replace("-", "")
    return read_needle(needle, options)


class PhoneType(TextType):
    """Kept as 13812345678 or 024-56612345-801, shown in groups; found however it is written."""

    key = "phone"
    label = "电话"
    control = "tel"
    operators = (
        Operator("contains", "包含", 1, _contains, _read_needle),
        Operator("lacks", "不包含", 1, _lacks, _read_needle),
        IS,
        IS_NOT,
        BLANK,
        FILLED,
    )

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> str | None:
        """The number in one notation; None when blank."""
        text = "" if raw is None or isinstance(raw, bool) else _normal(str(raw)[:60])
        if not text:
            return None
        text = _COUNTRY.sub("", text)
        plain = text.replace("-", "")
        if any(kind.fullmatch(plain) for kind in (_MOBILE, _FREE, _SERVICE)):
            return plain
        for number, extension in _readings(text):
            if found := _AREA.fullmatch(number):
                return "-".join([found[1], found[2], *extension])
            if _LOCAL.fullmatch(number):
                return "-".join([number, *extension])
        raise FieldError(ADVICE)

    def show(self, value: Any, field: "Field", context: Lookup) -> str:
        """138 1234 5678, 400 123 4567, or a landline with its hyphens."""
        text = "" if value is None else str(value)
        if _MOBILE.fullmatch(text):
            return f"{text[:3]} {text[3:7]} {text[7:]}"
        return f"{text[:3]} {text[3:6]} {text[6:]}" if _FREE.fullmatch(text) else text

    def check_options(self, options: Options) -> dict[str, object]:
        """No options."""
        return FieldType.check_options(self, options)


def _normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()


def _readings(text: str) -> list[tuple[str, list[str]]]:
    """The number as a whole, then with its end taken for an extension."""
    found = _EXTENSION.search(text)
    whole: list[tuple[str, list[str]]] = [(text, [])]
    return [*whole, (text[: found.start()], [found[1]])] if found else whole
