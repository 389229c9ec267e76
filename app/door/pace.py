"""How often a stranger may ask: so many times in so many seconds, from one address."""

import hashlib
import hmac
import math
import threading
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from app import clock, extensions
from app.domain.refusals import TooMany
from app.services import pacing
from app.services.pacing import Allowance

MOST_KEYS = 10_000  # addresses remembered at once
OWN_NETWORK = 64  # bits: whoever has one address of IPv6 has all that begin like it


@dataclass(slots=True)
class _Seen:
    """Asks that are only remembered here; once busy, an address is counted at every one."""

    last: datetime
    unwritten: list[datetime] = field(default_factory=list)
    busy: bool = False


class Pace:
    """A limit that all processes share, by the address as known behind the city's proxies.

    The first `unwritten` asks are only remembered in this process, so that honest people cause
    no write; with the next one they are counted in the database. So each process, and each
    restart, may add as many to the limit and no more.
    """

    def __init__(self, name: str, allowance: Allowance, *, unwritten: int = 0) -> None:
        self._name, self._allowance, self._unwritten = name, allowance, unwritten
        self._seen: dict[str, _Seen] = {}
        self._lock = threading.Lock()

    def ask(self, address: str | None, sentence: str) -> None:
        """Count an ask; raises TooMany, its `sentence` with the `{seconds}` there are to wait."""
        key, now, database = self._key(address), clock.now(), extensions.database()
        with database.reading() as session:
            wait = pacing.wait_ms(session, key, self._allowance, now)
        asks = 0 if wait else self._to_write(key, now)
        if asks:
            with database.writing() as session:
                if not pacing.take(session, key, self._allowance, now, asks):
                    wait = self._allowance.share_ms  # others of this address were quicker
        if wait:
            seconds = math.ceil(wait / 1000)
            told = sentence.format(seconds=seconds)
            raise TooMany(f"{self._name}.too_many", told, retry_after=seconds)

    def _to_write(self, key: str, now: datetime) -> int:
        """How many asks are to be counted in the database now; 0 while there are few."""
        since = now - timedelta(seconds=self._allowance.seconds)
        with self._lock:
            if len(self._seen) >= MOST_KEYS:
                self._forget(since)
            seen = self._seen.setdefault(key, _Seen(now))
            seen.busy = seen.busy and seen.last > since
            seen.unwritten = [at for at in seen.unwritten if at > since]
            seen.unwritten.append(now)
            seen.last, asks = now, len(seen.unwritten)
            if not seen.busy and asks <= self._unwritten:
                return 0
            seen.busy, seen.unwritten = True, []
            return asks

    def _forget(self, since: datetime) -> None:
        """Drop who has been quiet; where all are busy, everybody begins anew."""
        kept = {key: seen for key, seen in self._seen.items() if seen.last > since}
        self._seen = kept if len(kept) < MOST_KEYS else {}

    def _key(self, address: str | None) -> str:
        """Whoever reads the database does not learn who asked."""
        text = f"pace:{self._name}:{asker(address)}"
        key = extensions.settings().secret_key.encode()
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def asker(address: str | None) -> str:
    """The address that is counted: of IPv6 the network, which is one household's or phone's."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return address or ""
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ip_network((found, OWN_NETWORK), strict=False))
    return str(found)
