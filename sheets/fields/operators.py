"""Operators that several types share, each with its SQL and its Chinese phrase."""

from typing import Any

from sqlalchemy import ColumnElement, or_

from sheets.fields.base import MANY, Operator


def _is(column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    equal: ColumnElement[bool] = column == value
    return equal


def _is_not(column: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    return column.is_distinct_from(value)  # a blank is not that value either


def _in(column: ColumnElement[Any], values: tuple[Any, ...]) -> ColumnElement[bool]:
    return column.in_(values)


def _not_in(column: ColumnElement[Any], values: tuple[Any, ...]) -> ColumnElement[bool]:
    return or_(column.is_(None), column.not_in(values))


def _empty(column: ColumnElement[Any], _operand: Any) -> ColumnElement[bool]:
    return column.is_(None)


def _not_empty(column: ColumnElement[Any], _operand: Any) -> ColumnElement[bool]:
    return column.is_not(None)


IS = Operator("is", "是", 1, _is)
IS_NOT = Operator("is_not", "不是", 1, _is_not)
IN = Operator("in", "是其中之一：", MANY, _in)
NOT_IN = Operator("not_in", "不是其中任何一个：", MANY, _not_in)
EMPTY = Operator("empty", "为空", 0, _empty)
NOT_EMPTY = Operator("not_empty", "不为空", 0, _not_empty)
