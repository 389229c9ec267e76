"""The conditions of a query as SQL: filters, brackets, words and colours."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, String, and_, case, false, null, or_

from sheets.catalogue import Sheet
from sheets.fields.text import contains
from sheets.query.state import Condition, ConditionGroup, Query, QueryError

Scope = Sequence[ColumnElement[bool]]


def conditions_of(sheet: Sheet, query: Query) -> list[ColumnElement[bool]]:
    """What the query's filters and search ask of a row, as SQL; all of it must hold."""
    asked = [condition_sql(sheet, each) for each in query.conditions]
    asked += [_in_brackets(sheet, each) for each in query.groups]
    if query.any and asked:
        asked = [or_(*asked)]
    return [*asked, *words_sql(sheet, query.words)]


def words_sql(sheet: Sheet, words: Iterable[str]) -> list[ColumnElement[bool]]:
    """That each word stands in one of the columns that may be searched."""
    searched = [field.column for field in sheet.fields if field.is_searched]
    # With nothing to look into, nothing is found.
    return [or_(false(), *(contains(column, word) for column in searched)) for word in words]


def hue_sql(sheet: Sheet, query: Query) -> ColumnElement[Any]:
    """The colour of a row, NULL where no rule holds."""
    rules = [
        (and_(*(condition_sql(sheet, each) for each in hue.conditions)), hue.colour)
        for hue in query.hues
    ]
    return case(*rules, else_=null()).cast(String) if rules else null()


def condition_sql(sheet: Sheet, condition: Condition) -> ColumnElement[bool]:
    """One filter; raises QueryError for a comparison that cannot be made here."""
    field = sheet.field(condition.field_id)
    operator = sheet.operator(field.id, condition.operator)
    if operator is None:
        raise QueryError(f"“{field.caption}”没有这种比较方式。", f"f.{field.id}")
    if operator.told is not None and sheet.when is not None:
        return operator.told(field.column, condition.operand, sheet.when)
    return operator.sql(field.column, condition.operand)


def filtered(statement: Select[Any], sheet: Sheet, query: Query, scope: Scope) -> Select[Any]:
    """The statement over the sheet's rows in scope that the query asks for."""
    return statement.select_from(sheet.from_).where(*asked_of(sheet, query, scope))


def asked_of(sheet: Sheet, query: Query, scope: Scope) -> list[ColumnElement[bool]]:
    """All that a row must fulfil."""
    return [*scope, *conditions_of(sheet, query)]


def _in_brackets(sheet: Sheet, group: ConditionGroup) -> ColumnElement[bool]:
    asked = [condition_sql(sheet, each) for each in group.conditions]
    return or_(*asked) if group.any else and_(*asked)
