"""Position: a point on the map, in WGS-84."""

import math
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from sqlalchemy import String
from sqlalchemy.types import TypeEngine

from sheets.fields.base import NO_OPTIONS, FieldError, FieldType, Options
from sheets.fields.text import BLANK, FILLED

DECIMALS, WIDTH = 6, 40
HIGHEST_LATITUDE, HIGHEST_LONGITUDE = 90, 180
ADVICE = "请填写纬度和经度，例如 41.880000,123.950000。"
_PAIR = re.compile(r"([+-]?\d{1,3}(?:\.\d+)?)[\s,;、]+([+-]?\d{1,3}(?:\.\d+)?)", re.ASCII)
PARTS = 2


class PositionType(FieldType):
    """Latitude and longitude with six decimals, as 41.880000,123.950000."""

    key = "position"
    label = "位置"
    control = "position"
    sortable = False
    groupable = False
    operators = (BLANK, FILLED)

    def parse(self, raw: object, options: Options = NO_OPTIONS) -> str | None:
        """From a text, a pair, or a mapping with ``lat`` and ``lng``."""
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            return None
        lat, lng = _read(raw)
        if abs(lat) > HIGHEST_LATITUDE >= abs(lng):
            raise FieldError(f"请先写纬度，再写经度：{lng:.{DECIMALS}f},{lat:.{DECIMALS}f}。")
        if abs(lat) > HIGHEST_LATITUDE or abs(lng) > HIGHEST_LONGITUDE:
            raise FieldError("纬度在 -90 到 90 之间，经度在 -180 到 180 之间，请核对。")
        return f"{lat + 0.0:.{DECIMALS}f},{lng + 0.0:.{DECIMALS}f}"

    def sql_type(self) -> TypeEngine[Any]:
        """A short text."""
        return String(WIDTH)


def _read(raw: object) -> tuple[float, float]:
    if isinstance(raw, Mapping):
        raw = (raw.get("lat"), raw.get("lng"))
    if isinstance(raw, list | tuple) and len(raw) == PARTS:
        raw = f"{raw[0]},{raw[1]}"
    text = unicodedata.normalize("NFKC", str(raw)[:80]).replace("−", "-").strip("() ")
    found = _PAIR.fullmatch(text)
    if found is None:
        raise FieldError(ADVICE)
    pair = float(found[1]), float(found[2])
    if not all(math.isfinite(each) for each in pair):
        raise FieldError(ADVICE)
    return pair
