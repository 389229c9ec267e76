"""A million rows in groups with a count and a sum, as the page shows them, against bare SQL."""

from collections.abc import Iterator
from urllib.parse import urlencode

from bench.figure import Figure
from bench.grid import bare, in_turns, own_fields, p95, served, statement_behind

ROUNDS = 12
REFERENCE = "its bare SQL by the driver (p95 of both)"


def run() -> Iterator[Figure]:
    """By street with the sum of a number of the section's own."""
    with served() as (city, visitor):
        asked = [("group", "street"), ("sum", f"{own_fields(city)['面积']}:sum"), ("as", "grid")]
        path = f"/table/{city.sheet_id}?{urlencode(asked)}"
        by_driver = bare(city.database, statement_behind(city, path, "GROUP BY"))
        pages, statements = in_turns([lambda: visitor.get(path), by_driver], ROUNDS, warm=1)
    value, plain = p95(pages), p95(statements)
    yield Figure("grid_group", value, "ms", f"{REFERENCE}: {plain} ms", round(value / plain, 2))
