"""How often a stranger may ask: so many times in so many seconds, counted in each process."""

import threading
import time
from collections import deque

MOST_KEYS = 10_000  # addresses remembered at once


class Pace:
    """A sliding window an address."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._asked: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def allows(self, key: str, now: float | None = None) -> bool:
        """Whether this one may ask now; asking is what counts, also when it is refused."""
        at = time.monotonic() if now is None else now
        with self._lock:
            if len(self._asked) >= MOST_KEYS:
                self._forget(at)
            times = self._asked.setdefault(key, deque(maxlen=self._most + 1))
            while times and times[0] <= at - self._seconds:
                times.popleft()
            times.append(at)
            return len(times) <= self._most

    def _forget(self, at: float) -> None:
        """Drop who has been quiet; where all are busy, everybody begins anew."""
        kept = {key: times for key, times in self._asked.items() if times[-1] > at - self._seconds}
        self._asked = kept if len(kept) < MOST_KEYS else {}
