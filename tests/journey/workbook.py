"""The ledger read back with openpyxl: rows by caption, pictures by cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

SHEET, KEY = "整治台账", "问题编号"
PHOTO_COLUMNS = {"整改前照片": "before", "整改后照片": "after"}


@dataclass(frozen=True)
class Row:
    """A line of the ledger: values by caption, the bytes of the picture in each photo cell."""

    values: dict[str, Any]
    pictures: dict[str, bytes]

    def day(self, caption: str) -> date | None:
        """A cell as a date, whether it counts days or minutes."""
        value = self.values[caption]
        return value.date() if isinstance(value, datetime) else value


def read_ledger(path: Path) -> list[Row]:
    """Every row of a workbook, or of all the workbooks of a zip, in order."""
    return [row for data in _workbooks(path) for row in _rows(data)]


def _workbooks(path: Path) -> Iterator[bytes]:
    if path.suffix != ".zip":
        yield path.read_bytes()
        return
    with zipfile.ZipFile(path) as parts:
        for name in sorted(parts.namelist()):
            yield parts.read(name)


def _rows(data: bytes) -> Iterator[Row]:
    sheet = load_workbook(io.BytesIO(data))[SHEET]
    cells = list(sheet.iter_rows(values_only=True))
    head = next(index for index, row in enumerate(cells) if KEY in row)
    captions = [str(caption or "") for caption in cells[head]]
    pictures: dict[int, dict[str, bytes]] = {}
    for image in sheet._images:
        anchor = image.anchor._from
        kind = PHOTO_COLUMNS.get(captions[anchor.col], captions[anchor.col])
        pictures.setdefault(anchor.row, {})[kind] = image._data()
    for index, row in enumerate(cells[head + 1 :], head + 1):
        values = dict(zip(captions, row, strict=True))
        if values[KEY]:
            yield Row(values, pictures.get(index, {}))
