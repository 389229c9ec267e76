"""Two-character Chinese words looked for in a million rows, newest first."""

from collections.abc import Iterator

from bench.figure import Figure
from bench.grid import PAGE, in_turns, p95, rows_of, rows_path, served
from bench.plenty import FREQUENT, NOWHERE, RARE, SCARCE

ROUNDS = 40
WORDS = {
    "frequent": FREQUENT,
    "scarce": SCARCE[0],
    "rare": RARE[0],
    "nowhere": NOWHERE,
}


def run() -> Iterator[Figure]:
    """A page of 100 rows for words of different frequency; the ratio is to the frequent one."""
    with served() as (city, visitor):
        paths = {name: rows_path(city, [("q", word)]) for name, word in WORDS.items()}
        found = {name: len(rows_of(visitor.get(path))) for name, path in paths.items()}
        assert found["nowhere"] == 0
        assert 0 < found["rare"] <= RARE[1]
        assert found["frequent"] == min(PAGE, found["frequent"])
        works = [lambda path=path: visitor.get(path) for path in paths.values()]
        times = dict(zip(paths, in_turns(works, ROUNDS), strict=True))
    usual = p95(times["frequent"])
    for name, seconds in times.items():
        value = p95(seconds)
        reference = f"p95 of {found[name]} rows; the ratio is to a word in every fifth row"
        yield Figure(f"grid_search_zh_{name}", value, "ms", reference, round(value / usual, 2))
