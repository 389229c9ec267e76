"""Link: the address of a web page."""

import unicodedata
from typing import Any
from urllib.parse import urlsplit

from sheets.fields.base import NO_OPTIONS, FieldError, FieldType, Options
from sheets.fields.operators import IS, IS_NOT
from sheets.fields.text import BLANK, CONTAINS, FILLED, LACKS, STARTS, TextType

LONGEST = 2_000
ADVICE = "请填写以 http:// 或 https:// 开头的网址，例如 https://www.gov.cn。"


class LinkType(TextType):
    """Only http and https, so that no address can run anything; shown as typed."""

    key = "link"
    label = "网址"
    control = "url"
    groupable = False
    operators = (CONTAINS, LACKS, STARTS, IS, IS_NOT, BLANK, FILLED)

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> str | None:
        """The address without blanks around it; None when blank."""
        text = "" if raw is None else str(raw).strip()
        if not text:
            return None
        if len(text) > LONGEST or not _is_address(text):
            raise FieldError(ADVICE)
        return text

    def check_options(self, options: Options) -> dict[str, object]:
        """No options."""
        return FieldType.check_options(self, options)

    def parse_operand(self, operator: Any, raw: str, options: Options) -> Any:
        """Any text may be looked for."""
        return (operator.read or TextType().parse)(raw, NO_OPTIONS)


def _is_address(text: str) -> bool:
    # Controls and invisible signs can make a browser read an address otherwise than a person.
    if any(letter.isspace() or unicodedata.category(letter)[0] == "C" for letter in text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
