"""The grid page's own code as a browser receives it: compressed JavaScript and styles."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

from app.db import ROOT
from bench.figure import Figure

STATIC = ROOT / "app" / "static"
KIB = 1024
IMPORTED = re.compile(r"""(?:from|import)\s*["'`]\./([\w.-]+\.js)["'`]""")
LATER = re.compile(r"""import\(\s*["'`]\./([\w.-]+\.js)["'`]""")  # the grid, on a wide screen
BARE_GRID = 51  # KiB of SlickGrid alone, as measured when it was chosen


def run() -> Iterator[Figure]:
    """Of the grid's own files, and of everything the page loads."""
    own = {path: _packed(path) for path in _files("grid", later=True)}
    others = _files("main", later=False) | {_built("office.css")}
    every = own | {path: _packed(path) for path in others}
    for name, sizes in (("page_weight", own), ("page_weight_whole", every)):
        value = round(sum(sizes.values()) / KIB, 1)
        reference = f"SlickGrid alone, {BARE_GRID} KiB gzip"
        yield Figure(name, value, "KiB gzip", reference, round(value / BARE_GRID, 2))


def _files(name: str, *, later: bool) -> set[Path]:
    """The built script and style of this name, and the scripts they import, at once or later."""
    found: set[Path] = set()
    ahead = [_built(f"{name}.js"), _built(f"{name}.css")]
    while ahead:
        path = ahead.pop()
        if path in found:
            continue
        found.add(path)
        if path.suffix == ".js":
            text = path.read_text("utf-8")
            others = IMPORTED.findall(text) + (LATER.findall(text) if later else [])
            ahead += [path.parent / other for other in others]
    return found


def _built(name: str) -> Path:
    return STATIC / json.loads((STATIC / "manifest.json").read_text("utf-8"))[name]


def _packed(path: Path) -> int:
    return len(gzip.compress(path.read_bytes(), 9))
