"""A 12-megapixel photo taken in, against the least that Pillow must do for a copy of half size."""

import io
import random
from collections.abc import Iterator

from PIL import Image, ImageDraw

from app.photos import pipeline
from app.photos.sandbox import Sandbox
from bench.figure import Figure, interleaved, median_ratio

WIDTH, HEIGHT = 4000, 3000
ROUNDS = 25
REFERENCE = "Pillow: half-scale decode and one encode of the same picture"
LINES = (
    "整改前 待编号",
    "2026-11-22 16:04:05 星期日 · 设备时间 15:55:05",
    "抚顺市新抚区站前街道东一路 12 号百货大楼南门前人行道",
    "41.881234,123.957321 (WGS-84) ±15 m",
    "站前街道办事处 张建国",
    "防伪码 8K3QX-7ZP2M",
)
LINK = "HTTPS://XIAOHAO.EXAMPLE.CN/V/8K3QX7ZP2M"


def run() -> Iterator[Figure]:
    """Facts, stamp, encoding and thumbnail: in this process, and as served, in the limited one."""
    data = draw_photo()
    with Sandbox(size=1) as sandbox:
        plain, here, limited = interleaved(
            [
                lambda: half_scale_copy(data),
                lambda: pipeline.process(data, LINES, link=LINK),
                lambda: sandbox.process(data, LINES, link=LINK),
            ],
            ROUNDS,
        )
    for name, seconds in (("photo_stamp", here), ("photo_stamp_limited_process", limited)):
        value, ratio = median_ratio(seconds, plain)
        yield Figure(name, value, "ms", REFERENCE, ratio)


def half_scale_copy(data: bytes) -> bytes:
    """The reference: no stamp, no thumbnail, the same size and the same quality."""
    picture = Image.open(io.BytesIO(data))
    picture.draft("RGB", (WIDTH // 2, HEIGHT // 2))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=pipeline.STAMP_QUALITY)
    return out.getvalue()


def draw_photo() -> bytes:
    """Soft shapes, hard edges and a sensor's noise: about as large as a phone's file, 3 MB."""
    chance = random.Random(7)  # noqa: S311 - a drawing, the same each time
    ground = Image.frombytes("RGB", (40, 30), chance.randbytes(40 * 30 * 3))
    picture = ground.resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for _ in range(400):
        x, y, size = chance.randrange(WIDTH), chance.randrange(HEIGHT), chance.randrange(20, 300)
        colour = tuple(chance.randrange(256) for _ in range(3))
        pen.rectangle((x, y, x + size, y + size // 2), outline=colour, width=9)
    noise = Image.effect_noise((WIDTH, HEIGHT), 24).convert("RGB")
    out = io.BytesIO()
    Image.blend(picture, noise, 0.25).save(out, "JPEG", quality=88)
    return out.getvalue()
