"""What the pages of an import are asked for: the page, the rows."""

from flask import request

from app.domain.refusals import Invalid
from app.web import form_fields

RUN = "/<int(max=2147483647):run_id>"
LAST_PAGE = 100_000
NONE_CHOSEN = "请先勾选要处理的行，或者选“全部”。"


def page_number() -> int:
    """The page asked for, from 1."""
    return min(max(form_fields.whole(request.args.get("page")) or 1, 1), LAST_PAGE)


def rows(sent: list[str]) -> list[int]:
    """The ids of rows that were sent; what is none is passed over."""
    ids = [form_fields.whole(text) for text in sent]
    return [each for each in ids if each is not None]


def ticked() -> list[int] | None:
    """The rows that were ticked; None for all of the kind. Raises Invalid for none at all."""
    if request.form.get("all"):
        return None
    found = rows(request.form.getlist("row"))
    if not found:
        raise Invalid("import.no_row", NONE_CHOSEN)
    return found
