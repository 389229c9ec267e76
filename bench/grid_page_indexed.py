"""Two filters and a sort that an index serves: a page of 100 rows among a million."""

from collections.abc import Iterator

from bench.figure import Figure
from bench.grid_page import Asked, measured

ROUNDS, PEER_ROUNDS = 150, 4


def run() -> Iterator[Figure]:
    """The page over HTTP, its bare SQL, and the same rows from a peer."""
    asked = Asked(
        ours=(("f.state.is", "signed_off"), ("f.street.is", "{street}"), ("sort", "-due_at")),
        theirs=(("state", "signed_off"), ("street_id", "{street}"), ("_sort_desc", "due_at")),
    )
    yield from measured("grid_page_indexed", asked, ROUNDS, PEER_ROUNDS)
