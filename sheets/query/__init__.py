"""Filter, sort, search, page and count a sheet: from a URL to SQL and to a Chinese sentence."""

from sheets.query.filtering import conditions_of
from sheets.query.grouping import Groups, GroupSummary, group_summaries, totals
from sheets.query.parsing import parse_query
from sheets.query.rows import Count, Page, Row
from sheets.query.running import Anchors, anchors, count, fetch, iterate
from sheets.query.sentence import describe, describe_conditions
from sheets.query.state import (
    AGGREGATES,
    COLOURS,
    Condition,
    ConditionGroup,
    GroupTerm,
    Hue,
    Query,
    QueryError,
    SortTerm,
    SumTerm,
)
from sheets.query.stopping import Stopped, TooSlow, reads_everything, stoppable

__all__ = [
    "AGGREGATES",
    "COLOURS",
    "Anchors",
    "Condition",
    "ConditionGroup",
    "Count",
    "GroupSummary",
    "GroupTerm",
    "Groups",
    "Hue",
    "Page",
    "Query",
    "QueryError",
    "Row",
    "SortTerm",
    "Stopped",
    "SumTerm",
    "TooSlow",
    "anchors",
    "conditions_of",
    "count",
    "describe",
    "describe_conditions",
    "fetch",
    "group_summaries",
    "iterate",
    "parse_query",
    "reads_everything",
    "stoppable",
    "totals",
]
