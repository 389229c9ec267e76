"""What formulas are made of in SQL: each piece gives the same value on both databases.

An operand that a piece needs twice is named in a subquery of its own, so that a formula never
grows faster than it was written.
"""

# ruff: noqa: S608
# Every query here is made of the pieces in this file, none of them a user's.

from functools import cache

from sqlalchemy import Boolean, Date, Double, Integer, Text

from sheets.sql_words import Spelled, spelled

NUMBER: Double[float] = Double()
TEXT, DAY, WHOLE, TRUTH = Text(), Date(), Integer(), Boolean()
FIRST, LAST = "1900-01-01", "2200-12-31"
EXACT = 2**52  # from here on every double is a whole number, and SQLite cannot cut it

added = spelled("added", NUMBER, "{0} + {1}")
less = spelled("less", NUMBER, "{0} - {1}")
times = spelled("times", NUMBER, "{0} * {1}")
over = spelled("over", NUMBER, "{0} / nullif({1}, 0)")
negated = spelled("negated", NUMBER, "0.0 - {0}")
modulo = spelled(
    "modulo",
    NUMBER,
    f"SELECT q.a - q.b * CASE WHEN abs(q.r) >= {EXACT} THEN q.r "
    "ELSE CAST(q.r AS INTEGER) - (q.r < CAST(q.r AS INTEGER)) END "
    "FROM (SELECT p.a, p.b, p.a / nullif(p.b, 0) AS r FROM (SELECT {0} AS a, {1} AS b) AS p) AS q",
    "SELECT q.a - q.b * floor(q.a / nullif(q.b, 0)) FROM (SELECT {0} AS a, {1} AS b) AS q",
)
_SCALED = " FROM (SELECT {0} * {1} * 1.0000000000000004 AS v, {1} AS p) AS q"
# Half goes away from zero.  The factor, two units in the last place, lets 2.675 be half of 2.67
# and 2.68 although no double is; both databases then take the same steps.
rounded = spelled(
    "rounded",
    NUMBER,
    f"SELECT CASE WHEN abs(q.v) >= {EXACT} THEN q.v "
    "WHEN q.v >= 0 THEN CAST(q.v + 0.5 AS INTEGER) ELSE -CAST(0.5 - q.v AS INTEGER) END / q.p + 0.0"
    + _SCALED,
    f"SELECT CASE WHEN abs(q.v) >= {EXACT} THEN q.v "
    "WHEN q.v >= 0 THEN floor(q.v + 0.5) ELSE -floor(0.5 - q.v) END / q.p + 0.0" + _SCALED,
)
absolute = spelled("absolute", NUMBER, "abs({0})")


@cache
def furthest(kind: str, sign: str) -> type[Spelled]:
    """The larger (>=) or smaller (<=) of two numbers, days or instants; blank if one is."""
    from sheets.fields.date_time import Instant

    named = {"number": NUMBER, "date": DAY, "instant": Instant()}[kind]
    chosen = f"CASE WHEN q.a {sign} q.b THEN q.a WHEN q.b IS NOT NULL AND q.a IS NOT NULL THEN q.b"
    return spelled(
        f"furthest_{kind}_{'up' if sign == '>=' else 'down'}",
        named,
        f"SELECT {chosen} END FROM (SELECT {{0}} AS a, {{1}} AS b) AS q",
    )


@cache
def compared(sign: str, *, text: bool) -> type[Spelled]:
    """A comparison; texts are put in the order of their letters' codes."""
    name = "compared_" + "".join(str(ord(letter)) for letter in sign) + ("_text" if text else "")
    plain = f"{{0}} {sign} {{1}}"
    return spelled(name, TRUTH, plain, f'{{0}} COLLATE "C" {sign} {{1}}' if text else plain)


both = spelled("both", TRUTH, "{0} AND {1}")
either = spelled("either", TRUTH, "{0} OR {1}")
not_so = spelled("not_so", TRUTH, "NOT {0}")
is_blank = spelled("is_blank", TRUTH, "{0} IS NULL")

filled_text = spelled("filled_text", TEXT, "nullif({0}, '')")
joined = spelled("joined", TEXT, "coalesce({0}, '') || coalesce({1}, '')")
length = spelled("length_of", NUMBER, "CAST(length({0}) AS DOUBLE PRECISION)")
part = spelled("part", TEXT, "substr({0}, {1}, {2})")
right = spelled(
    "right_part",
    TEXT,
    "SELECT CASE WHEN q.n > 0 THEN substr(q.t, -q.n) WHEN q.n = 0 THEN substr(q.t, 1, 0) END "
    "FROM (SELECT {0} AS t, {1} AS n) AS q",
    "right({0}, {1})",
)
replaced = spelled("replaced", TEXT, "replace({0}, {1}, {2})")
trimmed = spelled("trimmed", TEXT, "ltrim(rtrim({0}, ' 　'), ' 　')")
# Fifteen digits at most, as either database can tell them without a rest.
number_text = spelled(
    "number_text",
    TEXT,
    "SELECT CASE WHEN q.v IS NULL OR abs(q.v) >= 1e15 THEN NULL "
    "WHEN abs(q.v) >= 1 THEN printf('%.15g', q.v) "
    "ELSE rtrim(rtrim(printf('%.6f', q.v), '0'), '.') END FROM (SELECT {0} AS v) AS q",
    "SELECT CASE WHEN abs(q.v) < 1e15 "
    "THEN CAST(trim_scale(round(CAST(q.v AS NUMERIC), 6)) AS TEXT) END FROM (SELECT {0} AS v) AS q",
)
day_text = spelled("day_text", TEXT, "strftime('%Y-%m-%d', {0})", "to_char({0}, 'YYYY-MM-DD')")


@cache
def whole(least: int, most: int, *, strict: bool = False) -> type[Spelled]:
    """A number cut to a whole one between two; beyond them the nearer, blank where ``strict``."""
    low, high = ("NULL", "NULL") if strict else (str(least), str(most))
    steps = f"WHEN q.n > {most} THEN {high} WHEN q.n < {least} THEN {low}"
    template = f"SELECT CASE {steps} ELSE CAST({{}} AS INTEGER) END"
    source = " FROM (SELECT {0} AS n) AS q"
    name = f"whole_{most}_{'strict' if strict else least}"
    return spelled(
        name, WHOLE, template.format("q.n") + source, template.format("trunc(q.n)") + source
    )


@cache
def part_of_day(unit: str, letter: str) -> type[Spelled]:
    """Its year, month or day as a number."""
    return spelled(
        f"{unit}_of",
        NUMBER,
        f"CAST(strftime('%{letter}', {{0}}) AS DOUBLE PRECISION)",
        f"CAST(date_part('{unit}', {{0}}) AS DOUBLE PRECISION)",
    )


database_today = spelled(
    "database_today",
    DAY,
    "date('now', '+8 hours')",
    "CAST(now() AT TIME ZONE 'Asia/Shanghai' AS DATE)",
)
days_between = spelled(
    "days_between",
    NUMBER,
    "CAST(julianday({1}) - julianday({0}) AS DOUBLE PRECISION)",
    "CAST({1} - {0} AS DOUBLE PRECISION)",
)
days_later = spelled(
    "days_later",
    DAY,
    f"SELECT CASE WHEN q.d BETWEEN '{FIRST}' AND '{LAST}' THEN q.d END "
    "FROM (SELECT date({0}, {1} || ' days') AS d) AS q",
    f"SELECT CASE WHEN q.d BETWEEN DATE '{FIRST}' AND DATE '{LAST}' THEN q.d END "
    "FROM (SELECT {0} + {1} AS d) AS q",
)
