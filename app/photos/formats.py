"""What kind of picture some bytes are, told by the bytes alone, and how large one may be."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from app.photos.refusal import PhotoRefused

HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
HEIC_BOXES = {b"ftyp", b"meta", b"mdat"}
HEIF_ENVELOPES = {b"mif1", b"msf1"}


class Format(StrEnum):
    """The four formats taken in; the value is also Pillow's name."""

    JPEG = "JPEG"
    PNG = "PNG"
    WEBP = "WEBP"
    HEIC = "HEIF"

    @property
    def content_type(self) -> str:
        """The media type an original of this format is served with."""
        return "image/heic" if self is Format.HEIC else f"image/{self.value.lower()}"


@dataclass(frozen=True, slots=True)
class Limits:
    """The largest and the smallest picture taken in; lengths in bytes and in pixels."""

    max_bytes: int = 25 * 1024 * 1024
    max_pixels: int = 60_000_000
    min_side: int = 64
    max_aspect: int = 20

    def check_size(self, width: int, height: int) -> None:
        """Raise PhotoRefused unless a picture of this many pixels may be decoded."""
        if width * height > self.max_pixels:
            raise PhotoRefused("photo.too_many_pixels", limit_mp=self.max_pixels // 1_000_000)
        shorter, longer = sorted((width, height))
        if shorter < self.min_side:
            raise PhotoRefused("photo.too_small", width=width, height=height)
        if longer > shorter * self.max_aspect:
            raise PhotoRefused("photo.too_narrow", width=width, height=height)


def fingerprint(data: bytes) -> str:
    """The SHA-256 of the original as 64 lower-case hex digits, the name it is kept under."""
    return hashlib.sha256(data).hexdigest()


def sniff(data: bytes) -> Format | None:
    """The format by leading bytes, whatever the file's name or declared type; None if not ours."""
    if data.startswith(b"\xff\xd8\xff"):
        return Format.JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return Format.PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return Format.WEBP
    return Format.HEIC if _is_heic(data) else None


def _is_heic(data: bytes) -> bool:
    if data[4:8] != b"ftyp":
        return False
    length = int.from_bytes(data[:4], "big")
    if not 16 <= length <= 256:  # noqa: PLR2004 - a file type box holds a handful of brands
        return False
    major = data[8:12]
    compatible = {data[at : at + 4] for at in range(16, length, 4)}
    # mif1 is any HEIF, AVIF too: only a brand of HEVC among the rest makes it HEIC.
    return major in HEIC_BRANDS or (
        major in HEIF_ENVELOPES and bool(compatible & HEIC_BRANDS) and b"avif" not in compatible
    )


def is_cut_off(data: bytes) -> bool:
    """Whether an HEIC file ends inside one of its boxes.

    The decoder does not mind: it paints the missing tiles grey and calls it a picture.
    """
    at, kind = 0, b""
    while at + 8 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if length == 0:  # the last box, as long as the file happens to be
            return False
        if length < 8:  # noqa: PLR2004 - no box, but what some phones append
            return False
        at += length
    return at > len(data) and kind in HEIC_BOXES


def judge(data: bytes, limits: Limits) -> Format:
    """The format of an upload worth decoding; raises PhotoRefused before anything is parsed."""
    if not data:
        raise PhotoRefused("photo.empty")
    if len(data) > limits.max_bytes:
        raise PhotoRefused("photo.too_large", limit_mb=limits.max_bytes // (1024 * 1024))
    found = sniff(data)
    if found is None:
        raise PhotoRefused("photo.format")
    return found
