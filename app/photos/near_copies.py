"""Which of very many kept pictures may be the original of one: candidates, nearest first."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.photos.likeness import Guess

CHUNK = 16  # bits; four of them make a hash
CHUNKS = 4
FARTHEST = 9  # bits in which a copy's hash differs at most, as measured by the check of evidence
TRIED = 6  # guesses of one candidate: the nearest hash is not always the nearest cut
TAIL = 20_000  # so many new pictures are compared one by one before the index is made anew

Hashes = NDArray[np.uint64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A kept picture by its place in the index, in how many bits it differs, by which guesses."""

    place: int
    distance: int
    guesses: tuple[Guess, ...]


class NearCopies:
    """Hashes of kept pictures, (n, 2), with every hash listed under each of its four quarters.

    Looked up is what has a quarter of either hash in common with any of a picture's guesses:
    many of these are nearly right, so that of 180 cropped or mirrored copies 178 were found, with
    a fifteenth of the work of also looking where a bit of the quarter differs (which found 180).
    """

    def __init__(self, hashes: Hashes) -> None:
        self._hashes = np.ascontiguousarray(hashes, dtype=np.uint64).reshape(-1, 2)
        self._indexed = 0
        self._index()

    def __len__(self) -> int:
        return len(self._hashes)

    def add(self, hashes: Hashes) -> None:
        """Take in further pictures; they get the next places."""
        self._hashes = np.concatenate([self._hashes, hashes.reshape(-1, 2)])
        if len(self._hashes) - self._indexed > TAIL:
            self._index()

    def candidates(
        self, guesses: Sequence[Guess], wanted: Hashes, most: int = 10
    ) -> list[Candidate]:
        """The nearest kept pictures for a picture's guesses, at most one entry a picture."""
        places, rows = self._looked_up(wanted)
        if not len(places):
            return []
        apart = np.bitwise_count(self._hashes[places] ^ wanted[rows]).min(axis=1)
        close = np.unique(places[apart <= FARTHEST])
        every = np.bitwise_count(self._hashes[close][:, None] ^ wanted[None]).min(axis=2)
        nearest = np.argsort(every.min(axis=1), kind="stable")[:most]
        return [
            Candidate(
                int(close[at]),
                int(every[at].min()),
                tuple(guesses[way] for way in np.argsort(every[at], kind="stable")[:TRIED]),
            )
            for at in nearest
        ]

    def _index(self) -> None:
        self._lists: list[tuple[Whole, Whole]] = []
        for window in range(2):
            for chunk in range(CHUNKS):
                keys = _chunk(self._hashes[:, window], chunk)
                order = np.argsort(keys, kind="stable")
                starts = np.searchsorted(keys[order], np.arange(2**CHUNK + 1))
                self._lists.append((order.astype(np.int64), starts.astype(np.int64)))
        self._indexed = len(self._hashes)

    def _looked_up(self, wanted: Hashes) -> tuple[Whole, Whole]:
        """Pairs of a kept picture and a row of `wanted` that agree in a quarter."""
        pairs = []
        for number, (order, starts) in enumerate(self._lists):
            window, chunk = divmod(number, CHUNKS)
            keys, rows = _chunk(wanted[:, window], chunk), np.arange(len(wanted))
            begin, length = starts[keys], starts[keys + 1] - starts[keys]
            at = np.repeat(begin - np.concatenate([[0], length.cumsum()[:-1]]), length)
            pairs.append((order[at + np.arange(length.sum())], np.repeat(rows, length)))
        fresh = np.arange(self._indexed, len(self._hashes))
        pairs.append((np.tile(fresh, len(wanted)), np.repeat(np.arange(len(wanted)), len(fresh))))
        return np.concatenate([one for one, _ in pairs]), np.concatenate([two for _, two in pairs])


def _chunk(hashes: Hashes, chunk: int) -> Whole:
    return ((hashes >> np.uint64(CHUNK * chunk)) & np.uint64(2**CHUNK - 1)).astype(np.int64)
