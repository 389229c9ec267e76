"""Any formula against a plain model: each piece is a text and a function of a row."""

from __future__ import annotations

import math
import operator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests.sheets.birds import ROWS, bird
from tests.sheets.formulas import compiled, surroundings


@pytest.fixture
def around(conn):
    """What a formula over the birds may name."""
    return surroundings(conn)


def lifted(function):
    """Blank in, blank out."""
    return lambda row, *parts: (
        None if None in (values := [part(row) for part in parts]) else function(*values)
    )


def piece(text, function, *parts):
    return text.format(*(part[0] for part in parts)), lambda row: function(
        row, *(part[1] for part in parts)
    )


def modulo(a, b):
    return a - b * math.floor(a / b) if b else None


def rounded(value, decimals):
    factor = 10.0**decimals
    scaled = value * factor * 1.0000000000000004
    whole = math.floor(scaled + 0.5) if scaled >= 0 else -math.floor(0.5 - scaled)
    return whole / factor + 0.0


def told(value):
    value = rounded(value, 6)
    return f"{value:.15g}" if abs(value) >= 1 else f"{value:.6f}".rstrip("0").rstrip(".")


def both(row, left, right):
    values = [left(row), right(row)]
    return False if False in values else None if None in values else True


def either(row, left, right):
    values = [left(row), right(row)]
    return True if True in values else None if None in values else False


def joined(row, left, right):
    parts = (each(row) for each in (left, right))
    return "".join(
        part if isinstance(part, str) else "" if part is None else told(part) for part in parts
    )


def chosen(row, condition, then, otherwise):
    return then(row) if condition(row) else otherwise(row)


def first_filled(row, left, right):
    value = left(row)
    return right(row) if value in {None, ""} else value


NUMBERS = st.one_of(
    st.sampled_from([("{体重}", lambda row: row["weight"]), ("{卵数}", lambda row: row["eggs"])]),
    st.sampled_from(["0", "1", "2.5", "3", "0.1", "7"]).map(lambda n: (n, lambda row: float(n))),
)
TEXTS = st.sampled_from(
    [
        ("{鸟名}", lambda row: row["name"]),
        ("{环号}", lambda row: row["ring"] or None),
        ("“井a”", lambda row: "井a"),
    ]
)


def numbers(truths, texts):
    def more(inner):
        pair = st.tuples(inner, inner)
        return st.one_of(
            pair.map(lambda p: piece("({} + {})", lifted(lambda a, b: a + b), *p)),
            pair.map(lambda p: piece("({} - {})", lifted(lambda a, b: a - b), *p)),
            pair.map(lambda p: piece("{} * ({})", lifted(lambda a, b: a * b), *p)),
            pair.map(lambda p: piece("{} / ({})", lifted(lambda a, b: a / b if b else None), *p)),
            pair.map(lambda p: piece("{} % ({})", lifted(modulo), *p)),
            pair.map(lambda p: piece("最大({}, {})", lifted(max), *p)),
            inner.map(lambda p: piece("取整({}, 1)", lifted(lambda a: rounded(a, 1)), p)),
            inner.map(lambda p: piece("绝对值({})", lifted(abs), p)),
            st.tuples(truths, inner, inner).map(lambda p: piece("如果({}, {}, {})", chosen, *p)),
            pair.map(lambda p: piece("取首个({}, {})", first_filled, *p)),
            texts.map(lambda p: piece("长度({})", lifted(lambda a: float(len(a))), p)),
        )

    return more


COMPARED = {"<": operator.lt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne}


def comparison(drawn):
    sign, left, right = drawn
    return piece(f"({{}} {sign} {{}})", lifted(COMPARED[sign]), left, right)


SIGNS = st.sampled_from(list(COMPARED))
TRUTHS = st.recursive(
    st.one_of(
        st.tuples(SIGNS, TEXTS, TEXTS).map(comparison),
        st.tuples(
            SIGNS,
            NUMBERS,
            NUMBERS.map(lambda p: piece("取整({})", lifted(lambda a: rounded(float(a), 0)), p)),
        ).map(comparison),
        TEXTS.map(lambda p: piece("为空({})", lambda row, a: a(row) in {None, ""}, p)),
        st.just(("{珍稀}", lambda row: row["rare"])),
    ),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: piece("且({}, {})", both, *p)),
        st.tuples(inner, inner).map(lambda p: piece("或({}, {})", either, *p)),
        inner.map(lambda p: piece("非({})", lifted(lambda a: not a), p)),
    ),
    max_leaves=4,
)
FORMULAS = st.one_of(
    st.recursive(NUMBERS, numbers(TRUTHS, TEXTS), max_leaves=6),
    TRUTHS,
    st.tuples(TEXTS, st.recursive(NUMBERS, numbers(TRUTHS, TEXTS), max_leaves=3)).map(
        lambda p: piece(
            "{} & 取整({}, 2)",
            lambda row, a, b: joined(row, a, lambda r: None if b(r) is None else rounded(b(r), 2)),
            *p,
        )
    ),
    st.tuples(TEXTS, TEXTS).map(
        lambda p: piece("左({}, 长度({}) - 1)", lifted(lambda a, b: a[: len(b) - 1]), *p)
    ),
    st.tuples(TEXTS, TEXTS).map(lambda p: piece("包含({}, {})", lifted(lambda a, b: b in a), *p)),
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(FORMULAS, min_size=6, max_size=6))
def test_any_formula_gives_what_a_plain_model_gives(conn, around, formulas):
    made = [compiled(around, text) for text, _ in formulas]
    found = conn.execute(select(bird.c.id, *(each.column for each in made)).order_by(bird.c.id))
    for raw, row in zip(found, ROWS, strict=True):
        for value, (text, model) in zip(raw[1:], formulas, strict=True):
            expected = model(row)
            expected = None if expected == "" else expected
            if isinstance(expected, float) and isinstance(value, float):
                assert math.isclose(value, expected, rel_tol=1e-12, abs_tol=1e-12), (text, row)
            else:
                assert value == expected, (text, row)
