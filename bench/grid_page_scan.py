"""Two filters and a sort that no index serves: every one of a million rows is looked at."""

from collections.abc import Iterator

from bench.figure import Figure
from bench.grid_page import Asked, measured

ROUNDS, PEER_ROUNDS = 40, 3


def run() -> Iterator[Figure]:
    """The page over HTTP, its bare SQL, and the same rows from a peer."""
    asked = Asked(
        ours=(("f.{路段等级}.is", "a"), ("f.{面积}.gt", "30"), ("sort", "-{预算}")),
        theirs=(("{路段等级}", "a"), ("{面积}__gt", "30"), ("_sort_desc", "{预算}")),
    )
    yield from measured("grid_page_scan", asked, ROUNDS, PEER_ROUNDS)
