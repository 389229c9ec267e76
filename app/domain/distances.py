"""Places: where they come from, and how far two of them are apart."""

from enum import StrEnum
from math import asin, cos, radians, sin, sqrt

Place = tuple[float, float]
"""Latitude and longitude, degrees WGS-84."""


class CoordSource(StrEnum):
    """Where a position comes from."""

    BROWSER = "browser"  # found by the device
    WECHAT = "wechat"
    PIN = "pin"  # put on the map by hand
    MANUAL = "manual"  # typed as numbers
    IMPORT = "import"
    EXIF = "exif"


EARTH_RADIUS_M = 6_371_000
DEGREE_M = 111_320  # metres of one degree of latitude
WALK = 1.3  # a way on foot is so much longer than the straight line


def metres_between(a: Place, b: Place) -> float:
    """Great-circle distance of two WGS-84 positions (lat, lng) in metres (haversine)."""
    lat_a, lng_a, lat_b, lng_b = (radians(value) for value in (*a, *b))
    half = sin((lat_b - lat_a) / 2) ** 2
    half += cos(lat_a) * cos(lat_b) * sin((lng_b - lng_a) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(half))


def square_around(here: Place, metres: float) -> tuple[float, float, float, float]:
    """South, west, north and east of the square in which everything within `metres` lies."""
    high = metres / DEGREE_M
    wide = high / max(cos(radians(here[0])), 0.01)
    return here[0] - high, here[1] - wide, here[0] + high, here[1] + wide


def metres_on_foot(a: Place, b: Place) -> float:
    """About how far one walks: the straight line, lengthened by `WALK`."""
    return metres_between(a, b) * WALK
