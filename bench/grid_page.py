"""A page of rows measured three ways: as served, as bare SQL, and from a peer."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass

from sqlalchemy import select

from app.models import Organisation
from app.services.problem_columns import BASE
from bench import peer
from bench.figure import Figure
from bench.grid import (
    FIXED,
    PAGE,
    Pairs,
    bare,
    in_turns,
    own_fields,
    p95,
    rows_of,
    rows_path,
    served,
    statement_behind,
)  # fmt: skip
from bench.million import Standing
from bench.plenty_world import FIELDS

REFERENCE = "its bare SQL by the driver (p95 of both)"


@dataclass(frozen=True, slots=True)
class Asked:
    """The same question to us and to the peer; {street} and {caption} stand for ids."""

    ours: Pairs
    theirs: Pairs


def measured(name: str, asked: Asked, rounds: int, peer_rounds: int) -> Iterator[Figure]:
    """The 95th of 100 pages against bare SQL; then against the peer, where there is one."""
    with served() as (city, visitor):
        ids = _ids(city)
        path = rows_path(city, _with_ids(asked.ours, ids))
        seen = rows_of(visitor.get(path))
        by_driver = bare(city.database, statement_behind(city, path))
        pages, statements = in_turns([lambda: visitor.get(path), by_driver], rounds)
        assert by_driver() >= len(seen) > 0
        page, plain = p95(pages), p95(statements)
        yield Figure(name, page, "ms", f"{REFERENCE}: {plain} ms", round(page / plain, 2))
        for way in peer.WAYS:
            with ExitStack() as stack:
                pairs = [*_with_ids(asked.theirs, ids), *peer.WAYS[way]]
                ask = _peer(city, stack, pairs)
                if ask is None:
                    return
                assert len(ask()) == len(seen)
                pages, theirs = in_turns([lambda: visitor.get(path), ask], peer_rounds, warm=1)
            page, other = p95(pages), p95(theirs)
            reference = f"{peer.title(way)} (p95): {other} ms; the ratio is theirs over ours"
            yield Figure(f"{name}_{way}", page, "ms", reference, round(other / page, 1))


def _ids(city: Standing) -> dict[str, str]:
    wanted = {spec.caption for spec in FIELDS}
    with city.database.reading() as session:
        street = session.scalar(
            select(Organisation.id).where(Organisation.org_type == "street").order_by("id").limit(1)
        )
    known = own_fields(city)
    return {"street": str(street)} | {caption: known[caption] for caption in wanted}


def _with_ids(pairs: Pairs, ids: dict[str, str]) -> Pairs:
    return [(name.format_map(ids), value.format_map(ids)) for name, value in pairs]


def _peer(city: Standing, stack: ExitStack, pairs: Pairs) -> Callable[[], list[object]] | None:
    file = city.file
    if file is None or not peer.is_installed():
        return None
    names = [str(BASE.field(each).column.name) for each in FIXED]
    names += own_fields(city).values()
    connection = stack.enter_context(peer.serving_rows(file))
    return lambda: peer.rows(connection, file, names, pairs, PAGE)
