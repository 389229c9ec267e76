"""What a picture's bytes say they are; whether they are sound is for who takes them in."""

from __future__ import annotations

UNKNOWN = "application/octet-stream"
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\xd7\xcd\xc6\x9a", "image/wmf"),
    (b"\x01\0\0\0", "image/emf"),
)


def media_type(data: bytes) -> str:
    """The media type by the leading bytes; UNKNOWN for what is none of the usual."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp":
        return "image/heic"
    if b"<svg" in data[:512]:
        return "image/svg+xml"
    return next((name for magic, name in _MAGIC if data.startswith(magic)), UNKNOWN)
