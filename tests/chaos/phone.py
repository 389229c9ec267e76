"""A phone as a program: signs in, seals, sends its photos by tus, then reports what they show."""

from __future__ import annotations

import hashlib
import hmac
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from app.demo.people import DEMO_PASSWORD
from tests.chaos.line import Line
from tests.chaos.pictures import Drawn
from tests.chaos.tus import GivenUp, Patience, Refused, Tus, packed
from tests.journey.clients import CSRF

PATIENCE = 90.0  # seconds without a byte before a request counts as lost
DONE, WAITING, MISSING = 200, 202, 409
LET_IN = 302
LEAST_REST = 0.5


@dataclass
class Sent:
    """What this phone was told: photos confirmed, and reports accepted."""

    photos: list[str] = field(default_factory=list)  # SHA-256
    problems: dict[int, tuple[str, ...]] = field(default_factory=dict)  # id -> SHA-256 in order
    waits: list[float] = field(default_factory=list)  # seconds from last byte to confirmation


@dataclass(frozen=True)
class Spot:
    """What a report says, and where the phone stands."""

    category_id: int
    street_id: int
    lat: float
    lng: float
    words: str


@dataclass
class Filing:
    """A report on its way, under one key however often it is sent."""

    spot: Spot
    photos: Sequence[Drawn]
    keys: Sequence[str]
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    rest: float = 0.0  # seconds until it is worth asking again

    def body(self) -> dict[str, Any]:
        """What goes to the server."""
        photos = zip(self.keys, self.photos, strict=True)
        return {
            "key": self.key, "kind": "report", "problem_id": None, "fields": _fields(self.spot),
            "photos": [{"key": key, "sha256": photo.sha256} for key, photo in photos],
            "client_at": datetime.now(UTC).isoformat(),
        }  # fmt: skip


class Phone:
    """One person's phone on one line; everything is tried again until `within` seconds are over."""

    def __init__(self, line: Line, login: str, within: float) -> None:
        self.line, self.login = line, login
        self.device = uuid.uuid4().hex
        self.sent = Sent()
        self.patience = Patience(time.monotonic() + within)
        self.http = httpx.Client(base_url=line.origin, trust_env=False, timeout=PATIENCE)
        self._sequence = 0
        self._contact: dict[str, Any] = {}
        self._ahead = timedelta()  # the server's clock before ours
        self._tus = Tus(self.http, "", self._token, self.patience)

    def close(self) -> None:
        """Switch it off."""
        self.http.close()

    def sign_in(self) -> None:
        """By the form, as a person does; then the first word with the server."""
        while time.monotonic() < self.patience.until:
            page = self.patience.ask(lambda: self.http.get("/login"))
            token = CSRF.search(page.text)
            if token is None:
                raise Refused("no form at /login")
            form = {"csrf_token": token[1], "login": self.login, "password": DEMO_PASSWORD}
            with suppress(httpx.TransportError):  # the cookie was in the answer that is lost
                answer = self.http.post("/login", data=form)
                if answer.status_code != LET_IN:
                    raise Refused(f"{self.login} was not let in: {answer.status_code}")
                self.make_contact()
                return
        raise GivenUp

    def make_contact(self) -> None:
        """A token for forms and a nonce for seals."""
        answer = self.patience.ask(self._contact_answer)
        if answer.status_code != DONE:
            raise Refused(f"/phone/contact: {answer.status_code} {answer.text[:200]}")
        self._contact = answer.json()
        self._ahead = datetime.fromisoformat(self._contact["now"]) - datetime.now(UTC)
        self._tus.path = self._contact["uploads"]

    def _contact_answer(self) -> httpx.Response:
        return self.http.get("/phone/contact", params={"device": self.device})

    def _token(self) -> dict[str, str]:
        return {"X-CSRFToken": self._contact["csrf"]}

    # --- photos ---

    def send_photo(self, photo: Drawn, spot: Spot) -> str:
        """Its key, once the server has confirmed every byte."""
        key = uuid.uuid4().hex
        self._send(photo, key, self._about(photo, key, spot))
        return key

    def _send(self, photo: Drawn, key: str, about: dict[str, str]) -> None:
        self._tus.send(photo.data, about)
        if photo.sha256 not in self.sent.photos:
            self.sent.photos.append(photo.sha256)
        if self.line.turns:
            self.sent.waits.append(self.line.turns[-1].waited)

    def _about(self, photo: Drawn, key: str, spot: Spot) -> dict[str, str]:
        now = datetime.now(UTC) + self._ahead
        shot = {
            "source": "camera", "lat": spot.lat, "lng": spot.lng, "accuracy_m": 9.0,
            "located_at": now.isoformat(), "coord_source": "browser",
            "no_position_reason": "", "address": "", "device_at": now.isoformat(),
        }  # fmt: skip
        return {
            "filename": photo.path.name, "filetype": "image/jpeg", "key": key,
            "sha256": photo.sha256, "phase": "before", "shot": packed(shot),
            "seal": packed(self._seal(photo.sha256, spot, now)),
        }  # fmt: skip

    def _seal(self, sha256: str, spot: Spot, now: datetime) -> dict[str, Any]:
        """As the page seals: an HMAC over what was so at the moment of the picture."""
        self._sequence += 1
        nonce = self._contact["nonce"]
        taken_at = f"{now:%Y-%m-%dT%H:%M:%S}.{now.microsecond // 1000:03}Z"
        lat, lng, accuracy = f"{spot.lat:.7f}", f"{spot.lng:.7f}", "9.0"
        text = "\n".join(["v1", nonce["id"], self.device, str(self._sequence), taken_at,
                          lat, lng, accuracy, sha256])  # fmt: skip
        mac = hmac.new(bytes.fromhex(nonce["key"]), text.encode(), hashlib.sha256).hexdigest()
        return {
            "v": 1, "nonce": nonce["id"], "device": self.device, "sequence": self._sequence,
            "taken_at": taken_at, "lat": lat, "lng": lng, "accuracy": accuracy,
            "sha256": sha256, "mac": mac,
        }  # fmt: skip

    # --- reports ---

    def report(self, photos: Sequence[Drawn], spot: Spot) -> int:
        """The problem's id: its photos first, one at a time, then what was typed.

        Raises Refused or GivenUp.
        """
        filing = Filing(spot, photos, [self.send_photo(photo, spot) for photo in photos])
        while time.monotonic() < self.patience.until:
            found = self.file(filing)
            if found is not None:
                return found
            time.sleep(max(filing.rest, LEAST_REST))
        raise GivenUp

    def file(self, filing: Filing) -> int | None:
        """Report photos that were sent; None while they are being judged, `rest` says how long.

        Photos that the server has not are sent again.
        """
        body = filing.body()
        answer = self.patience.ask(
            lambda: self.http.post(self._contact["reports"], json=body, headers=self._token())
        )
        told = answer.json()
        if answer.status_code == DONE:
            problem_id = int(told["problem_id"])
            self.sent.problems[problem_id] = tuple(photo.sha256 for photo in filing.photos)
            return problem_id
        if answer.status_code == MISSING and told.get("state") == "missing":
            by_key = dict(zip(filing.keys, filing.photos, strict=True))
            for key in told["keys"]:
                self._send(by_key[key], key, self._about(by_key[key], key, filing.spot))
        elif answer.status_code != WAITING:
            raise Refused(f"/phone/reports: {answer.status_code} {answer.text[:400]}")
        filing.rest = float(told.get("retry_s", 0))
        return None


def _fields(spot: Spot) -> list[list[str]]:
    """What the page's form yields."""
    values = {
        "category_id": spot.category_id, "description": spot.words, "street_id": spot.street_id,
        "address": "示例路 12 号门前", "priority": "general", "text": "", "lat": spot.lat,
        "lng": spot.lng, "accuracy_m": 9, "located_at": datetime.now(UTC).isoformat(),
        "coord_source": "browser", "no_position_reason": "", "do": "report",
    }  # fmt: skip
    return [[name, str(value)] for name, value in values.items()]
