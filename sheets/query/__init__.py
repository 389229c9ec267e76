"""Filter, sort, search, page and count a sheet: from a URL to SQL and to a Chinese sentence."""

from sheets.query.parsing import parse_query
from sheets.query.running import (
    Count,
    Group,
    Page,
    Row,
    conditions_of,
    count,
    fetch,
    group_counts,
    iterate,
)
from sheets.query.sentence import describe
from sheets.query.state import Condition, Query, QueryError, SortTerm

__all__ = [
    "Condition",
    "Count",
    "Group",
    "Page",
    "Query",
    "QueryError",
    "Row",
    "SortTerm",
    "conditions_of",
    "count",
    "describe",
    "fetch",
    "group_counts",
    "iterate",
    "parse_query",
]
