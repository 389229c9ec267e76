"""Positions as they are written, and the Chinese datums turned into WGS-84."""

import math
import re
from collections.abc import Callable

from sheets.reading.book import Value
from sheets.understanding.values.base import BLANK, Read
from sheets.understanding.words import is_blank, plain

LATITUDES, LONGITUDES = (3.0, 54.0), (73.0, 136.0)  # China
_AXIS = 6_378_245.0  # Krasovsky 1940, which the offset of GCJ-02 is reckoned on
_ECCENTRICITY = 0.006_693_421_622_965_943
_BAIDU = math.pi * 3000 / 180
_DEGREES = re.compile(
    r"(\d{1,3}(?:\.\d+)?)\s*[°度º]\s*(?:(\d{1,2}(?:\.\d+)?)\s*['’′分]\s*)?"
    r"(?:(\d{1,2}(?:\.\d+)?)\s*(?:[\"”″秒]|''|′′)?)?"
)
# A minus counts where a number begins; after a word or a number it only parts them.
_DECIMAL = re.compile(r"(?:(?<![^\s,;(\[])-)?(?:\d{1,3}\.\d+|\d{2,3})")


def is_latitude(degrees: float) -> bool:
    """Whether it may be a latitude in China."""
    return LATITUDES[0] <= degrees <= LATITUDES[1]


def is_longitude(degrees: float) -> bool:
    """Whether it may be a longitude in China."""
    return LONGITUDES[0] <= degrees <= LONGITUDES[1]


def degrees_in(text: str) -> list[float]:
    """The angles in a text in decimal degrees, in order: 123.9, 123°54′20″, 北纬41度."""
    bare = plain(text)
    if "°" in bare or "度" in bare or "º" in bare:
        found = _DEGREES.findall(bare)
        return [float(a) + float(b or 0) / 60 + float(c or 0) / 3600 for a, b, c in found]
    return [float(one) for one in _DECIMAL.findall(bare)]


def read_degrees(value: Value, latitude: bool) -> Read:
    """One angle; outside China it is not taken, unless it is plainly the other of the two."""
    if value is None or (isinstance(value, str) and is_blank(value)):
        return BLANK
    angles = degrees_in(value) if isinstance(value, str) else []
    if isinstance(value, int | float) and not isinstance(value, bool):
        angles = [float(value)]
    name = "纬度" if latitude else "经度"
    if len(angles) != 1:
        return Read(None, f"“{value}”看不出是{name}，请填写十进制的度。")
    fits = is_latitude if latitude else is_longitude
    if fits(angles[0]):
        return Read(round(angles[0], 7))
    if is_latitude(angles[0]) or is_longitude(angles[0]):
        return Read(round(angles[0], 7), f"{angles[0]:g} 不像{name}，经度和纬度可能写反了。")
    return Read(None, f"{angles[0]:g} 不在我国的{name}范围内，请核对。")


def read_position(value: Value) -> Read:
    """(latitude, longitude) of two angles in one cell, whichever stands first."""
    if value is None or (isinstance(value, str) and is_blank(value)):
        return BLANK
    angles = degrees_in(value) if isinstance(value, str) else []
    pair = len(angles) == 2  # noqa: PLR2004
    if pair and is_longitude(angles[0]) and is_latitude(angles[1]):
        return Read((round(angles[1], 7), round(angles[0], 7)))
    if pair and is_latitude(angles[0]) and is_longitude(angles[1]):
        return Read((round(angles[0], 7), round(angles[1], 7)))
    return Read(None, f"“{value}”看不出经度和纬度，请写成“123.905663,41.863283”的样子。")


def datum_in(text: str) -> str:
    """The datum that a caption or a note names: GCJ02, BD09, WGS84, or "" when none."""
    bare = plain(text).upper().replace("-", "").replace(" ", "")
    if "BD09" in bare or "百度" in bare:
        return "BD09"
    if "GCJ02" in bare or any(word in bare for word in ("火星坐标", "高德", "腾讯地图", "国测局")):
        return "GCJ02"
    return "WGS84" if "WGS84" in bare or "GPS" in bare or "CGCS2000" in bare else ""


def to_wgs84(lat: float, lng: float, datum: str) -> tuple[float, float]:
    """The point in WGS-84, 7 places; points of other datums than the two come back as they are."""
    if datum == "BD09":
        lat, lng = _bd_to_gcj(lat, lng)
    if datum in {"BD09", "GCJ02"}:
        lat, lng = _inverse(gcj02, lat, lng)
    return round(lat, 7), round(lng, 7)


def gcj02(lat: float, lng: float) -> tuple[float, float]:
    """A WGS-84 point as GCJ-02 shows it; the published series of the offset."""
    x, y = lng - 105.0, lat - 35.0
    root = math.sqrt(abs(x))
    wave = (20 * math.sin(6 * x * math.pi) + 20 * math.sin(2 * x * math.pi)) * 2 / 3
    d_lat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + wave
    d_lat += (20 * math.sin(y * math.pi) + 40 * math.sin(y / 3 * math.pi)) * 2 / 3
    d_lat += (160 * math.sin(y / 12 * math.pi) + 320 * math.sin(y * math.pi / 30)) * 2 / 3
    d_lng = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + wave
    d_lng += (20 * math.sin(x * math.pi) + 40 * math.sin(x / 3 * math.pi)) * 2 / 3
    d_lng += (150 * math.sin(x / 12 * math.pi) + 300 * math.sin(x / 30 * math.pi)) * 2 / 3
    angle = math.radians(lat)
    magic = 1 - _ECCENTRICITY * math.sin(angle) ** 2
    meridian = _AXIS * (1 - _ECCENTRICITY) / (magic * math.sqrt(magic))
    parallel = _AXIS / math.sqrt(magic) * math.cos(angle)
    return lat + math.degrees(d_lat / meridian), lng + math.degrees(d_lng / parallel)


def _bd_to_gcj(lat: float, lng: float) -> tuple[float, float]:
    x, y = lng - 0.0065, lat - 0.006
    radius = math.hypot(x, y) - 0.00002 * math.sin(y * _BAIDU)
    angle = math.atan2(y, x) - 0.000003 * math.cos(x * _BAIDU)
    return radius * math.sin(angle), radius * math.cos(angle)


def _inverse(
    forward: Callable[[float, float], tuple[float, float]], lat: float, lng: float
) -> tuple[float, float]:
    """The point that ``forward`` sends to the given one, closing in on it step by step."""
    near_lat, near_lng = lat, lng
    for _ in range(6):
        there_lat, there_lng = forward(near_lat, near_lng)
        near_lat, near_lng = near_lat + lat - there_lat, near_lng + lng - there_lng
    return near_lat, near_lng
