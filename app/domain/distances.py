"""How far two places are apart."""

from math import asin, cos, radians, sin, sqrt

Place = tuple[float, float]
"""Latitude and longitude, degrees WGS-84."""

EARTH_RADIUS_M = 6_371_000


def metres_between(a: Place, b: Place) -> float:
    """Great-circle distance of two WGS-84 positions (lat, lng) in metres (haversine)."""
    lat_a, lng_a, lat_b, lng_b = (radians(value) for value in (*a, *b))
    half = sin((lat_b - lat_a) / 2) ** 2
    half += cos(lat_a) * cos(lat_b) * sin((lng_b - lng_a) / 2) ** 2
    return 2 * EARTH_RADIUS_M * asin(sqrt(half))
