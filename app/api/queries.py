"""Questions for lists: what cannot be read is refused, where a page would show the rest."""

from collections.abc import Iterable

from app.api.shapes.sent import ListQuery
from app.domain.refusals import Invalid
from sheets.query import QueryError

LONGEST = 80  # characters of a name that is repeated in a failure


def refuse_unknown(query: ListQuery) -> None:
    """A parameter that is neither a name of ours nor a filter is a slip of the pen."""
    extra = query.model_extra or {}
    sentence = "没有这个参数，请对照接口说明检查。"
    refuse({name: sentence for name in extra if not name.startswith("f.")})


def refuse_errors(errors: Iterable[QueryError]) -> None:
    """Parameters that the sheet could not read."""
    refuse({error.parameter: error.sentence for error in errors})


def refuse(wrong: dict[str, str]) -> None:
    """Invalid, if anything is wrong."""
    if wrong:
        fields = {name[:LONGEST]: sentence for name, sentence in wrong.items()}
        raise Invalid("list.query", " ".join(dict.fromkeys(fields.values())), fields=fields)
