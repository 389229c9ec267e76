"""The limited process: reads jobs on standard input, answers on standard output, holds nothing."""

import io
import json
import os
import sys
import traceback
import warnings
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

from PIL import Image, ImageCms, TiffImagePlugin  # noqa: F401 - EXIF is read by the TIFF reader

from app.photos import confine, masking, pipeline, wire
from app.photos.formats import Limits
from app.photos.refusal import PhotoRefused
from app.photos.typeface import FontFile, Typeface

LONGEST_TRACE = 8_000
WARM_UP = ("整改前 待编号", "2026-01-01 00:00:00 星期四", "防伪码 〓…")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a limited process is told when it starts; the timeout in seconds."""

    limits: Limits
    font: FontFile
    timeout: float

    def to_text(self) -> str:
        """The settings as one argument of a command line."""
        font = {"path": str(self.font.path), "index": self.font.index}
        return json.dumps({"limits": asdict(self.limits), "font": font, "timeout": self.timeout})

    @classmethod
    def from_text(cls, text: str) -> "Settings":
        """The settings read back; raises as JSON and the classes do."""
        raw = json.loads(text)
        font = FontFile(Path(raw["font"]["path"]), raw["font"]["index"])
        return cls(Limits(**raw["limits"]), font, raw["timeout"])


def main(settings_text: str) -> None:
    """Serve jobs until the other side closes the pipe."""
    settings = Settings.from_text(settings_text)
    warnings.simplefilter("ignore")
    source, out = _streams()
    typeface = Typeface(settings.font)
    try:
        _warm_up(typeface)
        confine.confine()
    except Exception:  # told to the server, whose log is the one that is read
        wire.send(out, {"failed": traceback.format_exc()[-LONGEST_TRACE:]})
        return
    wire.send(out, {"ready": True})
    while (frame := wire.receive(source, settings.limits.max_bytes)) is not None:
        head, blobs = frame
        confine.allow_cpu(settings.timeout * 2)  # HEIC is decoded on two cores
        wire.send(out, *_answer(head, blobs[0], settings.limits, typeface))


def _answer(
    head: dict[str, Any], data: bytes, limits: Limits, typeface: Typeface
) -> tuple[Any, ...]:
    lines, link = tuple(head.get("lines", ())), head.get("link", "")
    try:
        if head["do"] == "inspect":
            inspected = pipeline.inspect_and_thumb(data, limits=limits, sha256=head["sha256"])
            return {"facts": wire.pack(inspected)}, inspected.thumb
        if head["do"] == "mask":
            rectangles = [tuple(each) for each in head["rectangles"]]
            return {}, masking.masked(data, rectangles, limits=limits)
        if head["do"] == "stamp":
            return {}, pipeline.stamp_copy(data, lines, link=link, limits=limits, typeface=typeface)
        done = pipeline.process(
            data,
            lines,
            link=link,
            limits=limits,
            typeface=typeface,
            sha256=head["sha256"],
        )
        return {"facts": wire.pack(done.inspected)}, done.inspected.thumb, done.stamped
    except PhotoRefused as refusal:
        return ({"refused": refusal.code, "with": refusal.facts},)
    except MemoryError:
        return ({"refused": "photo.too_heavy", "with": {}},)


def _streams() -> tuple[BinaryIO, BinaryIO]:
    # A library that prints must not speak into the protocol: it keeps a deaf standard output.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return os.fdopen(0, "rb", closefd=False), out


def _warm_up(typeface: Typeface) -> None:
    """Import and open whatever a job may want: afterwards no file can be opened."""
    typeface.preload()
    exif = Image.Exif()
    exif[0x010F] = "-"
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name in ("JPEG", "PNG", "WEBP"):
        sample = io.BytesIO()
        Image.new("RGB", (96, 96)).save(sample, name, exif=exif, icc_profile=profile)
        pipeline.process(sample.getvalue(), WARM_UP, link="WARM UP", typeface=typeface)


if __name__ == "__main__":
    main(sys.argv[1])
