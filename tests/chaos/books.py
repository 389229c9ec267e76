"""What the server has in the end, counted in its own database and its folder of photos."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, bindparam, create_engine, text

from app.photos.store import FileStore, PhotoMissing
from tests.chaos.city import City
from tests.chaos.phone import Spot

AT_ONCE = 500
KIND = "道路不洁"  # a kind whose section asks for nothing more
WAITING = ("receiving", "received")


@dataclass
class Count:
    """Photos by hash, each with its problem; problems by what was typed into them."""

    problems: dict[int, str] = field(default_factory=dict)  # id -> description
    photos: Counter[str] = field(default_factory=Counter)  # hash -> rows that a problem has
    rows: Counter[str] = field(default_factory=Counter)  # hash -> rows at all
    of_problem: dict[int, list[str]] = field(default_factory=dict)  # in the order shown
    seals: Counter[str] = field(default_factory=Counter)
    spoiled: list[str] = field(default_factory=list)  # kept under a hash that is not theirs

    def lost(self, wanted: Iterable[str]) -> list[str]:
        """Photos that no problem has."""
        return [sha256 for sha256 in wanted if not self.photos[sha256]]

    @property
    def doubled(self) -> int:
        """Photos and problems there are too many of."""
        return sum(n - 1 for n in self.rows.values() if n > 1) + sum(
            n - 1 for n in Counter(self.problems.values()).values() if n > 1
        )


class Books:
    """Reads a city's database beside the running server."""

    def __init__(self, city: City) -> None:
        self._engine: Engine = create_engine(city.database_url)
        self._store = FileStore(Path(city.instance) / "photos")

    def close(self) -> None:
        """Close the database."""
        self._engine.dispose()

    def spot(self, login: str, words: str, shift: float = 0.0) -> Spot:
        """A report in the street of a person."""
        street, lat, lng = self._one(
            "select o.id, o.lat, o.lng from \"user\" u join organisation o on o.id = u.org_id"
            " where u.login = :login", login=login,
        )  # fmt: skip
        (category,) = self._one("select id from category where name = :name", name=KIND)
        return Spot(category, street, round(lat + shift, 6), round(lng, 6), words)

    def count(self, mark: str, hashes: Sequence[str]) -> Count:
        """The problems whose description begins with the mark, and the photos of these hashes."""
        found = Count()
        for problem_id, words in self._all(
            "select id, description from problem where description like :mark", mark=f"{mark}%"
        ):
            found.problems[problem_id] = words
        query = text(
            "select sha256, problem_id, seal from photo where sha256 in :hashes"
            " order by problem_id, position"
        ).bindparams(bindparam("hashes", expanding=True))
        with self._engine.connect() as connection:
            for start in range(0, len(hashes), AT_ONCE):
                some = hashes[start : start + AT_ONCE]
                for sha256, problem_id, seal in connection.execute(query, {"hashes": some}):
                    found.rows[sha256] += 1
                    found.seals[seal] += 1
                    if problem_id is not None:
                        found.photos[sha256] += 1
                        found.of_problem.setdefault(problem_id, []).append(sha256)
        found.spoiled = [sha256 for sha256 in hashes if not self._is_whole(sha256)]
        return found

    def _is_whole(self, sha256: str) -> bool:
        try:
            return hashlib.sha256(self._store.original(sha256)).hexdigest() == sha256
        except PhotoMissing:
            return False

    def queue(self) -> dict[str, int]:
        """What still waits: uploads to be judged, photos of problems to be examined."""
        states = {str(state): int(n) for state, n in
                  self._all("select state, count(*) from upload group by state")}  # fmt: skip
        (unexamined,) = self._one(
            "select count(*) from photo where examined_at is null and problem_id is not null"
        )
        waiting = {state: states[state] for state in WAITING if state in states}
        return waiting | ({"unexamined": unexamined} if unexamined else {})

    def _one(self, query: str, **values: Any) -> Any:
        return next(self._all(query, **values))

    def _all(self, query: str, **values: Any) -> Iterator[Any]:
        with self._engine.connect() as connection:
            yield from connection.execute(text(query), values).all()
