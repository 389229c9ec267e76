"""Files sent in rare orders: answers that got lost, words no honest phone says, limits of a day."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest

from tests.api.judging import photos
from tests.api.tus import STREAM, UPLOADS, about
from tests.web.camera import jpeg


def checksum(data: bytes) -> str:
    return "sha256 " + base64.b64encode(hashlib.sha256(data).digest()).decode()


def announce(phone, data: bytes, key: str, body: bytes, **headers: str):
    """A creation that brings the first bytes along."""
    words = {
        "Upload-Length": str(len(data)), "Upload-Metadata": about(data, key),
        "Content-Type": STREAM, **headers,
    }  # fmt: skip
    return phone.ask("POST", UPLOADS, status=201, headers=words, data=body)


def test_a_whole_file_that_is_announced_again_hears_that_it_is_there(phone, bench):
    data = jpeg(1)
    first = announce(phone, data, "order-0001", data)  # and this answer gets lost

    again = announce(phone, data, "order-0001", data)
    bench.judge()
    kept = announce(phone, data, "order-0001", data)

    for answer in (again, kept):
        assert answer.headers["Location"] == first.headers["Location"]
        assert answer.headers["Upload-Offset"] == str(len(data))
        assert answer.headers["Upload-Sha256"] == hashlib.sha256(data).hexdigest()


def test_a_first_piece_with_a_checksum_may_be_sent_again_with_the_announcement(phone):
    data = jpeg(2)
    announce(phone, data, "order-0002", data[:900], **{"Upload-Checksum": checksum(data[:900])})

    again = announce(phone, data, "order-0002", data[:700],
                     **{"Upload-Checksum": checksum(data[:700])})  # fmt: skip
    assert again.headers["Upload-Offset"] == "900"
    whole = announce(phone, data, "order-0002", data, **{"Upload-Checksum": checksum(data)})

    assert whole.headers["Upload-Offset"] == str(len(data))
    assert phone.told(whole.headers["Location"])["state"] == "received"

