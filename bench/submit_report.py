"""Full reports a second, a photo of 400 KB each, against the same upload merely written to disk."""

import io
import itertools
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime

from PIL import Image
from sqlalchemy import select

from app.config import Settings
from app.db import Database
from app.demo.organisations import STREETS
from app.demo.people import STAFF_OF
from app.models import Category, Organisation, User
from app.services.actors import actor_of
from app.services.people import tokens
from bench.figure import Figure
from bench.serving import Line, installation, rate, serving

CLIENTS = 8
SECONDS, ROUNDS = 6.0, 2  # a round of each, in turns
PHOTO_BYTES = 400_000
REFERENCE = "the same upload written to disk with fsync by a bare WSGI application"
BOUNDARY = "bench-3f1c9a"
UPLOAD = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
JSON = {"Content-Type": "application/json"}


def run() -> Iterator[Figure]:
    """Reports and bare uploads in turns, on the same server with two workers."""
    photo = draw_photo()
    with installation() as (settings, database):
        reporters = list(prepare(database))
        ours, theirs = measure(settings, photo, reporters)
    yield Figure("submit_report", round(ours, 1), "reports/s", REFERENCE, round(ours / theirs, 3))


def measure(
    settings: Settings, photo: bytes, reporters: list[tuple[str, dict[str, object]]]
) -> tuple[float, float]:
    """Reports a second, and bare uploads a second: the best round of each."""
    serial = itertools.count()

    def report(line: Line, number: int) -> None:
        token, body = reporters[number % len(reporters)]
        bearer = {"Authorization": f"Bearer {token}"}
        sent = line.post("/api/v1/photos", form(photo, next(serial)), UPLOAD | bearer)
        full = body | {"photo_ids": [json.loads(sent)["id"]]}
        line.post("/api/v1/problems", json.dumps(full).encode(), JSON | bearer)

    def upload(line: Line, _number: int) -> None:
        line.post("/", form(photo, next(serial)), UPLOAD)

    ours, theirs = [], []
    with serving("wsgi:app", settings) as port, serving("bench.bare_upload:app", settings) as bare:
        rate(port, report, CLIENTS, 2.0)  # warm
        for _ in range(ROUNDS):
            theirs.append(rate(bare, upload, CLIENTS, SECONDS / 2))
            ours.append(rate(port, report, CLIENTS, SECONDS))
    return max(ours), max(theirs)


def prepare(database: Database) -> Iterator[tuple[str, dict[str, object]]]:
    """A token and a report without its photo for street staff, one a street."""
    now = datetime.now(UTC)
    with database.writing() as session:
        category = session.scalars(select(Category).where(Category.everyday)).first()
        assert category is not None
        for street in STREETS[:CLIENTS]:
            org = session.scalars(
                select(Organisation).where(Organisation.code == street.code)
            ).one()
            user = session.scalars(select(User).where(User.login == STAFF_OF[street.code])).one()
            actor = actor_of(session, user.id, now)
            assert actor is not None
            token = tokens.create_token(session, actor, "bench", 1, now)[1]
            yield (
                token,
                {
                    "category_id": category.id,
                    "description": "路口东侧堆放生活垃圾约两立方米",
                    "street_id": org.id,
                    "address": "中央大街路口",
                    "lat": org.lat,
                    "lng": org.lng,
                    "accuracy_m": 8,
                    "coord_source": "browser",
                },
            )


def draw_photo() -> bytes:
    """A JPEG of about 400 KB: what a phone's browser sends after shrinking."""
    chance = random.Random(7)  # noqa: S311 a drawing, the same each time
    ground = Image.frombytes("RGB", (64, 48), chance.randbytes(64 * 48 * 3))
    picture = ground.resize((1600, 1200), Image.Resampling.BICUBIC)
    noise = Image.effect_noise((1600, 1200), 30).convert("RGB")
    for quality in range(95, 40, -5):
        out = io.BytesIO()
        Image.blend(picture, noise, 0.2).save(out, "JPEG", quality=quality)
        if out.tell() <= PHOTO_BYTES:
            break
    return out.getvalue()


def form(photo: bytes, serial: int) -> bytes:
    """The multipart body; a comment inside the JPEG makes each picture its own."""
    note = f"bench {serial:012}".encode()
    own = photo[:2] + b"\xff\xfe" + (len(note) + 2).to_bytes(2, "big") + note + photo[2:]
    fields = {"phase": "before", "lat": "41.8797", "lng": "123.9572", "accuracy_m": "8"}
    parts = [
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n"
    )
    return b"".join([*parts, head.encode(), own, f"\r\n--{BOUNDARY}--\r\n".encode()])
