"""Pictures that are a cell's content: WPS writes a formula with an id, Excel a rich value."""

from __future__ import annotations

import re

from sheets.reading.package import Package, attribute, local, parse

_NAMED = re.compile(r'DISPIMG\(\s*"([^"]{1,200})"', re.IGNORECASE)
WPS_PART = "xl/cellimages.xml"
PICTURE_KEY = "_rvRel:LocalImageIdentifier"


def name_in(formula: str) -> str:
    """The id in =DISPIMG("ID_…",1); empty where there is none."""
    found = _NAMED.search(formula)
    return found[1] if found else ""


def named_pictures(package: Package, workbook: str) -> dict[str, str]:
    """The pictures WPS keeps for cells: id to the part with the bytes."""
    part = _related(package, workbook, "cellimage") or WPS_PART
    if part not in package:
        return {}
    relations = package.relations(part)
    found: dict[str, str] = {}
    names: list[str] = []

    def start(tag: str, attrs: dict[str, str]) -> None:
        name = local(tag)
        if name == "cNvPr":
            names.append(attrs.get("name", ""))
        elif name == "blip" and names:
            target = relations.get(attribute(attrs, "embed") or "")
            if target is not None:
                found[names[-1]] = target[1]

    parse(package.chunks(part), start)
    return found


def placed_pictures(package: Package, workbook: str) -> dict[str, str]:
    """The pictures Excel has placed in cells: number of the value's metadata to the part."""
    parts = {
        kind: _related(package, workbook, kind)
        for kind in ("sheetmetadata", "rdrichvalue", "rdrichvaluestructure", "richvaluerel")
    }
    if any(part is None or part not in package for part in parts.values()):
        return {}
    metadata, values, structures, links = (part or "" for part in parts.values())
    pictures = _pictures(package, links)
    found: dict[str, str] = {}
    shapes = _structures(package, structures)
    rich = _rich_values(package, values)
    for number, index in enumerate(_metadata(package, metadata), start=1):
        if not 0 <= index < len(rich):
            continue
        shape, fields = rich[index]
        key = shapes[shape] if 0 <= shape < len(shapes) else -1
        if 0 <= key < len(fields) and fields[key].isdigit():
            at = int(fields[key])
            if at < len(pictures) and pictures[at]:
                found[str(number)] = pictures[at]
    return found


def _related(package: Package, workbook: str, kind: str) -> str | None:
    targets = package.relations(workbook).values()
    return next((target for found, target in targets if found.lower() == kind), None)


def _metadata(package: Package, part: str) -> list[int]:
    """For each value's metadata, in order, the rich value it names; -1 for none."""
    types: list[str] = []
    future: list[int] = []
    values: list[int] = []
    within: list[str] = []
    types_of_future: list[str] = []

    def start(tag: str, attrs: dict[str, str]) -> None:
        name = local(tag)
        if name == "metadataType":
            types.append(attrs.get("name", ""))
        elif name == "futureMetadata":
            types_of_future.append(attrs.get("name", ""))
        elif name == "rvb" and types_of_future[-1:] == ["XLRICHVALUE"]:
            future.append(int(attrs.get("i", "-1")))
        elif name == "bk" and "valueMetadata" in within:
            values.append(-1)
        elif name == "rc" and "valueMetadata" in within and values:
            kind, at = int(attrs.get("t", "0")) - 1, int(attrs.get("v", "-1"))
            if 0 <= kind < len(types) and types[kind] == "XLRICHVALUE":
                values[-1] = future[at] if 0 <= at < len(future) else -1
        within.append(name)

    parse(package.chunks(part), start, lambda _: within.pop())
    return values


def _structures(package: Package, part: str) -> list[int]:
    """For each structure, which of its fields is the picture; -1 for none."""
    found: list[int] = []
    count = [0]

    def start(tag: str, attrs: dict[str, str]) -> None:
        name = local(tag)
        if name == "s":
            found.append(-1)
            count[0] = 0
        elif name == "k" and found:
            if attrs.get("n") == PICTURE_KEY:
                found[-1] = count[0]
            count[0] += 1

    parse(package.chunks(part), start)
    return found


def _rich_values(package: Package, part: str) -> list[tuple[int, list[str]]]:
    found: list[tuple[int, list[str]]] = []
    bits: list[str] = []

    def start(tag: str, attrs: dict[str, str]) -> None:
        if local(tag) == "rv":
            found.append((int(attrs.get("s", "-1")), []))
        bits.clear()

    def end(tag: str) -> None:
        if local(tag) == "v" and found:
            found[-1][1].append("".join(bits).strip())

    parse(package.chunks(part), start, end, bits.append)
    return found


def _pictures(package: Package, part: str) -> list[str]:
    relations = package.relations(part)
    found: list[str] = []

    def start(tag: str, attrs: dict[str, str]) -> None:
        if local(tag) == "rel":
            found.append(relations.get(attribute(attrs, "id") or "", ("", ""))[1])

    parse(package.chunks(part), start)
    return found
