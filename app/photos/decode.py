"""Bytes decoded once into an upright RGB picture no larger than its stamped copy needs."""

import io
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

import pi_heif
from PIL import Image, ImageFile, JpegImagePlugin, PngImagePlugin, WebPImagePlugin

from app.photos import colour, exif
from app.photos.exif import ExifHints
from app.photos.formats import Format, Limits, is_cut_off, judge
from app.photos.refusal import PhotoRefused

WANTED_SIDE = 2560
WANTED_SHORT = 640
LARGEST_SIDE = 4096
FACTORS = (1, 2, 4, 8)
"""Halvings only: a JPEG decodes at these scales for less than its full price."""

pi_heif.options.DECODE_THREADS = 2
pi_heif.options.THUMBNAILS = pi_heif.options.DEPTH_IMAGES = pi_heif.options.AUX_IMAGES = False

# The plugin classes themselves, not Image.open: what was sniffed is the only parser that runs,
# and a panorama's or a portrait's extra pictures inside a JPEG are left alone.
PLUGINS: dict[Format, Callable[[BinaryIO], ImageFile.ImageFile]] = {
    Format.JPEG: JpegImagePlugin.JpegImageFile,
    Format.PNG: PngImagePlugin.PngImageFile,
    Format.WEBP: WebPImagePlugin.WebPImageFile,
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """An upright RGB picture; `width` and `height` are the original's, turned upright too."""

    image: Image.Image
    format: Format
    width: int
    height: int
    hints: ExifHints


def decode(data: bytes, limits: Limits) -> Decoded:
    """The picture, reduced by `reduction`; raises PhotoRefused for whatever cannot be one.

    An animation is refused. Of a file that holds several pictures (HEIC bursts, JPEG with a gain
    map) the primary one is taken.
    """
    kind = judge(data, limits)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return _heic(data, limits) if kind is Format.HEIC else _plain(data, kind, limits)
        except PhotoRefused:
            raise
        except MemoryError as error:
            raise PhotoRefused("photo.too_heavy") from error
        except Exception as error:  # decoders raise nearly every kind; each means the same here
            raise PhotoRefused("photo.unreadable") from error


def reduction(width: int, height: int) -> int:
    """By how much to divide both sides: 1, 2, 4 or 8.

    The result is at most 2560 long (a phone's 12 megapixels become 2000 by 1500), unless halving
    once more would leave its shorter side under 640, where a stamp is hard to read.
    """
    shorter, longer = sorted((width, height))
    for factor in FACTORS[:-1]:
        room = shorter // (2 * factor) < WANTED_SHORT and longer <= LARGEST_SIDE * factor
        if longer <= WANTED_SIDE * factor or room:
            return factor
    return FACTORS[-1]


def _plain(data: bytes, kind: Format, limits: Limits) -> Decoded:
    image = PLUGINS[kind](io.BytesIO(data))
    width, height = image.size
    limits.check_size(width, height)
    if getattr(image, "is_animated", False):
        raise PhotoRefused("photo.animated")
    factor = reduction(width, height)
    image.draft("RGB", (width // factor, height // factor))
    done = round(width / image.width)
    image.load()
    hints, orientation = exif.read(image)
    picture = colour.reduced_rgb(image, factor // done)
    if image.mode in {"RGB", "RGBA", "P"}:
        picture = colour.to_srgb(picture, image.info.get("icc_profile"))
    if orientation in exif.ORIENTATIONS:
        picture = picture.transpose(exif.ORIENTATIONS[orientation])
        if orientation >= 5:  # noqa: PLR2004 - these four also lie on their side
            width, height = height, width
    return Decoded(picture, kind, width, height, hints)


def _heic(data: bytes, limits: Limits) -> Decoded:
    # The container's own rotation is applied by the decoder; its EXIF orientation does not count.
    if is_cut_off(data):
        raise PhotoRefused("photo.unreadable")
    container = pi_heif.open_heif(io.BytesIO(data), convert_hdr_to_8bit=True)
    frame = container[container.primary_index]
    limits.check_size(*frame.size)
    pixels = memoryview(frame.data)
    width, height = frame.size
    factor = reduction(width, height)
    # In strips, since the decoder already holds the whole picture twice.
    picture = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, colour.STRIP_ROWS * factor):
        rows = min(height - top, colour.STRIP_ROWS * factor)
        part = bytes(pixels[top * frame.stride : (top + rows) * frame.stride])
        strip = Image.frombytes(frame.mode, (width, rows), part, "raw", frame.mode, frame.stride)
        picture.paste(colour.reduced_rgb(strip, factor), (0, top // factor))
    picture = colour.to_srgb(picture, frame.info.get("icc_profile"))
    return Decoded(picture, Format.HEIC, width, height, exif.read_block(frame.info.get("exif")))
