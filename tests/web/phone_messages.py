"""Reports as a phone's store sends them, and photos of theirs that are here already."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from app import clock
from app.jobs import intake
from app.jobs.worker import workshop
from tests.api.tus import STREAM, TUS, about
from tests.web.camera import PLACE
from tests.web.client import CheckingClient

DEVICE = "device-0001"


class Phone:
    """A person's phone: its contact, its photos, its messages."""

    def __init__(self, client: CheckingClient, login: str = "zhanqian") -> None:
        client.login(login)
        self.raw = client.raw
        self.shop = replace(workshop(client.app), now=clock.now)
        self.contact = self.raw.get(f"/phone/contact?device={DEVICE}").json
        self.token = {"X-CSRFToken": self.contact["csrf"]}

    def shoot(self, key: str, data: bytes, *, judge: bool = True, **told: Any) -> dict[str, str]:
        """A photo on its way to the server, judged unless told otherwise; as a message names it."""
        headers = {
            **TUS, **self.token,
            "Upload-Length": str(len(data)), "Upload-Metadata": about(data, key, **told),
        }  # fmt: skip
        sent = self.raw.post(
            self.contact["uploads"], headers=headers, data=data, content_type=STREAM
        )
        assert sent.status_code == 201, sent.text
        while judge and intake.work_once(self.shop):
            pass
        return {"key": key, "sha256": hashlib.sha256(data).hexdigest()}

    def send(self, message: dict[str, Any], status: int = 200) -> dict[str, Any]:
        """The JSON of the answer to a message."""
        answer = self.raw.post(self.contact["reports"], json=message, headers=self.token)
        assert answer.status_code == status, f"{answer.status_code}: {answer.text[:600]}"
        found: dict[str, Any] = answer.json
        return found


def message(city, photos: list[dict[str, str]], **changes: Any) -> dict[str, Any]:
    """A complete report of rubbish; `fields` in it replace single fields."""
    fields = {
        "category_id": str(city.categories["rubbish"]),
        "description": "路口东侧堆放生活垃圾",
        "street_id": str(city.orgs["210402001"]),
        "address": "中央大街 12 号门前",
        "priority": "general",
        "text": "",
        "client_at": "2026-11-16T08:00:00+08:00",
        "key": "the-key-of-the-page-1",
        **PLACE,
        **changes.pop("fields", {}),
    }
    return {
        "key": "record-0001", "kind": "report", "problem_id": None,
        "fields": [[name, value] for name, value in fields.items()],
        "photos": photos, "client_at": "2026-11-16T09:00:00+08:00", **changes,
    }  # fmt: skip
