"""Colours of every kind of picture brought to plain RGB as screens show it (sRGB)."""

import io
from functools import lru_cache

from PIL import Image, ImageCms

STRIP_ROWS = 256
"""Rows of the result made at a time: a picture with transparency or 16 bits is never held twice."""


def reduced_rgb(image: Image.Image, factor: int) -> Image.Image:
    """The picture in RGB at 1/factor of its sides (rounded up), transparency laid on white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image if factor == 1 else image.reduce(factor)
    width, height = image.size
    result = Image.new("RGB", (-(-width // factor), -(-height // factor)))
    for top in range(0, height, STRIP_ROWS * factor):
        bottom = min(height, top + STRIP_ROWS * factor)
        strip = flat_rgb(image.crop((0, top, width, bottom)))
        result.paste(strip if factor == 1 else strip.reduce(factor), (0, top // factor))
    return result


def flat_rgb(image: Image.Image) -> Image.Image:
    """One picture or strip of any mode in RGB, transparency laid on white."""
    if image.mode.startswith("I"):
        # Grey of 16 bits: the upper eight are what a screen shows.
        return image.point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    see_through = image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info
    if not see_through:
        return image.convert("RGB")
    layer = image.convert("RGBA")
    ground = Image.new("RGB", image.size, "white")
    ground.paste(layer, mask=layer.getchannel("A"))
    return ground


def to_srgb(image: Image.Image, profile: object) -> Image.Image:
    """An RGB picture converted from its embedded profile; unchanged where that is sRGB or broken.

    Derived pictures carry no profile, so the numbers themselves have to be sRGB: an iPhone's
    Display P3 would look pale otherwise.
    """
    if not isinstance(profile, bytes) or not profile:
        return image
    transform = _transform(profile)
    return ImageCms.applyTransform(image, transform) or image if transform else image


@lru_cache(maxsize=8)
def _transform(profile: bytes) -> ImageCms.ImageCmsTransform | None:
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != "RGB" or "srgb" in _name(source):
            return None
        return ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


def _name(profile: ImageCms.ImageCmsProfile) -> str:
    return ImageCms.getProfileDescription(profile).lower()
