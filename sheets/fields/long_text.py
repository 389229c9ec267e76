"""Long text: several lines, as descriptions and reasons are."""

from sheets.fields.base import NO_OPTIONS, FieldError, Options
from sheets.fields.text import BLANK, CONTAINS, FILLED, LACKS, TextType, check_length, clean_lines

LIMIT = 40_000


class LongTextType(TextType):
    """Up to 40,000 characters with line breaks; searched, not sorted or grouped."""

    key = "long_text"
    label = "多行文字"
    control = "textarea"
    sortable = False
    groupable = False
    operators = (CONTAINS, LACKS, BLANK, FILLED)

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> str | None:
        """The text with its lines; None when blank."""
        if raw is None:
            return None
        text = clean_lines(raw)
        check_length(text, LIMIT)
        return text or None

    def check_options(self, options: Options) -> dict[str, object]:
        """No options."""
        if options:
            raise FieldError("多行文字没有其他设置。")
        return {}
