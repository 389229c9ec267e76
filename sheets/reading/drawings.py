"""The drawing of a sheet: its pictures and how each is anchored."""

from __future__ import annotations

from sheets.reading.anchors import Anchor, Corner
from sheets.reading.package import Package, attribute, local, parse

ANCHORS = frozenset({"oneCellAnchor", "twoCellAnchor", "absoluteAnchor"})
_NUMBERS = frozenset({"col", "colOff", "row", "rowOff"})
Box = tuple[int, int, int, int]


def pictures_of(package: Package, part: str) -> list[tuple[Anchor, str]]:
    """Each picture's anchor, and the id of the relation that leads to its bytes."""
    reader = _Drawing()
    parse(package.chunks(part), reader.start, reader.end, reader.text)
    return reader.found


class _Drawing:
    def __init__(self) -> None:
        self.found: list[tuple[Anchor, str]] = []
        self._path: list[str] = []
        self._anchor = Anchor()
        self._blip = ""
        self._frame: dict[str, tuple[int, int]] = {}
        self._group: Box | None = None
        self._text: list[str] = []

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        name = local(tag)
        parent = self._path[-1] if self._path else ""
        self._path.append(name)
        if name in ANCHORS:
            self._anchor, self._group = Anchor(), None
        elif name in _NUMBERS:
            self._text = []
        elif parent in ANCHORS:
            self._place(name, attrs)
        elif name == "blip" and "Fallback" not in self._path:
            self._blip = attribute(attrs, "embed") or ""
        elif parent == "xfrm" and name in {"off", "ext", "chOff", "chExt"}:
            self._frame[name] = _pair(attrs)
        if name == "pic":
            self._blip, self._frame = "", {}

    def _place(self, name: str, attrs: dict[str, str]) -> None:
        if name == "from":
            self._anchor.start = Corner()
        elif name == "to":
            self._anchor.end = Corner()
        elif name == "ext":
            self._anchor.size = _pair(attrs)
        elif name == "pos":
            self._anchor.at = _pair(attrs)

    def text(self, data: str) -> None:
        if self._path and self._path[-1] in _NUMBERS:
            self._text.append(data)

    def end(self, _: str) -> None:
        name = self._path.pop()
        if name in _NUMBERS:
            self._number(name)
        elif name == "grpSpPr" and self._path.count("grpSp") == 1:
            off, ext = self._frame.get("chOff"), self._frame.get("chExt")
            self._group = (*off, *ext) if off and ext and all(ext) else None
        elif name == "pic" and self._blip:
            anchor = self._anchor
            part = self._part() if "grpSp" in self._path else anchor.part
            self.found.append(
                (Anchor(anchor.start, anchor.end, anchor.size, anchor.at, part), self._blip)
            )

    def _number(self, name: str) -> None:
        corner = self._anchor.end if self._path[-1] == "to" else self._anchor.start
        value = int("".join(self._text).strip() or 0)
        if corner is None:
            return
        if name == "col":
            corner.col = value
        elif name == "colOff":
            corner.col_off = max(value, 0)
        elif name == "row":
            corner.row = value
        else:
            corner.row_off = max(value, 0)

    def _part(self) -> tuple[float, float, float, float]:
        off, ext = self._frame.get("off"), self._frame.get("ext")
        if self._group is None or off is None or ext is None:
            return (0.0, 0.0, 1.0, 1.0)
        left, top, width, height = self._group
        return (
            (off[0] - left) / width,
            (off[1] - top) / height,
            ext[0] / width,
            ext[1] / height,
        )


def _pair(attrs: dict[str, str]) -> tuple[int, int]:
    first = attrs.get("x") or attrs.get("cx") or "0"
    second = attrs.get("y") or attrs.get("cy") or "0"
    return int(first), int(second)
