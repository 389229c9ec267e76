"""The pictures of an XLSX sheet, floating or in cells, told with the cell each belongs to."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

from sheets.reading import drawings
from sheets.reading.anchors import Geometry
from sheets.reading.cell_pictures import name_in, named_pictures, placed_pictures
from sheets.reading.out import Out
from sheets.reading.package import BROKEN, Package
from sheets.reading.xlsx_cells import SheetScan

NOT_THERE = "这格应有一张图片，文件里却没有它的内容。请在导入后补上照片。"


@dataclass(frozen=True, slots=True)
class CellPictures:
    """The pictures cells may name, from id or number to the part with the bytes."""

    named: Mapping[str, str] = field(default_factory=dict)
    placed: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, package: Package, workbook: str) -> CellPictures:
        """Those of a workbook; raises as parsing does."""
        return cls(named_pictures(package, workbook), placed_pictures(package, workbook))


def tell(package: Package, out: Out, part: str, scan: SheetScan, cells: CellPictures) -> None:
    """Tell all pictures of one sheet; raises Refused, and what parsing raises."""
    geometry = Geometry(scan)
    for row, col, way, name in scan.found.in_cell:
        target = cells.named.get(name_in(name)) if way == "name" else cells.placed.get(name)
        _one(package, out, (row, col), target)
    relations = package.relations(part)
    for drawing_id in scan.drawings:
        drawing = relations.get(drawing_id, ("", ""))[1]
        if drawing not in package:
            continue
        links = package.relations(drawing)
        for anchor, picture_id in drawings.pictures_of(package, drawing):
            target = links.get(picture_id, ("", ""))[1]
            _one(package, out, geometry.cell_of(anchor), target)


def _one(package: Package, out: Out, cell: tuple[int, int], target: str | None) -> None:
    name = posixpath.basename(target or "")

    def load() -> bytes:
        return package.bytes_of(target or "", out.limits.picture_bytes)

    try:
        out.picture(*cell, target or "", load, name)
    except (KeyError, *BROKEN):
        out.cell_note(*cell, "no_picture", name, NOT_THERE)
