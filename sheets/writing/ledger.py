"""A ledger as one workbook, or as a zip of numbered ones when it has many pictures."""

import hashlib
import itertools
import tempfile
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from pathlib import Path

from sheets.moments import to_local
from sheets.text import one_line
from sheets.writing.layout import Layout, Picture, Values, Written
from sheets.writing.workbook import Progress, write_workbook

PHOTO_ROWS, MOST_ROWS = 300, 1_000_000  # Excel ends at 1,048,576 rows
LONGEST_NAME = 120  # bytes for the unit: names of files end at 255, on encrypted disks at 143
FORBIDDEN = frozenset('\\/:*?"<>|')


def write_ledger(
    target: Path,
    layout: Layout,
    rows: Iterable[Values],
    *,
    progress: Progress | None = None,
    photo_rows: int = PHOTO_ROWS,
    most_rows: int = MOST_ROWS,
) -> Written:
    """Write ``target`` (named .xlsx), or beside it a .zip of numbered parts; raises OSError.

    A part ends after ``photo_rows`` rows with pictures or ``most_rows`` in all; serial numbers
    go on from part to part.  Pictures are read and decoded one at a time.
    """
    source = _Rows(layout, rows)
    parts: list[Written] = []
    with tempfile.TemporaryDirectory(prefix=".ledger-", dir=target.parent) as folder:
        while not parts or not source.is_empty():
            done = sum(part.rows for part in parts)
            name = f"{target.stem}_{len(parts) + 1:02}.xlsx"
            parts.append(
                write_workbook(
                    Path(folder) / name,
                    layout,
                    source.part(photo_rows, most_rows),
                    progress=_adding(progress, done),
                    first_serial=done + 1,
                    last_notes=_part_note(source, len(parts) + 1, done),
                )
            )
        if len(parts) == 1:
            (only,) = parts
            only.path.replace(target)
            return Written(target, only.rows, only.sha256, only.checksum)
        return _zipped(target.with_suffix(".zip"), Path(folder), parts)


def ledger_file_name(
    org: str, first: date, last: date, now: datetime, *, kind: str = "整治台账"
) -> str:
    """A name like 整治台账_站前街道_2026-11-01_2026-11-30_202612010730.xlsx, safe anywhere."""
    made = to_local(now).strftime("%Y%m%d%H%M")
    unit = safe_name(org) or "全部"
    return f"{safe_name(kind)}_{unit}_{first.isoformat()}_{last.isoformat()}_{made}.xlsx"


def safe_name(text: str) -> str:
    """A part of a file name: no separators, controls or invisible letters, not too long."""
    normal = unicodedata.normalize("NFC", one_line(text))
    kept = "".join(
        "_" if letter in FORBIDDEN else letter
        for letter in normal
        if unicodedata.category(letter) not in {"Cc", "Cf", "Co", "Cn"}
    )
    cut = kept.encode()[:LONGEST_NAME].decode(errors="ignore")
    return cut.strip(" .")


class _Rows:
    """Rows handed out in parts; knows whether more follow."""

    def __init__(self, layout: Layout, rows: Iterable[Values]) -> None:
        self._columns = [column for column in layout.columns if column.kind == "photos"]
        self._rows = iter(rows)
        self._ahead: list[Values] = []

    def is_empty(self) -> bool:
        if not self._ahead:
            self._ahead = list(itertools.islice(self._rows, 1))
        return not self._ahead

    def part(self, photo_rows: int, most_rows: int) -> Iterator[Values]:
        with_photos = 0
        for _ in range(most_rows):
            if with_photos == photo_rows or self.is_empty():
                return
            row = self._ahead.pop()
            with_photos += any(self._has_picture(column.value(row)) for column in self._columns)
            yield row

    @staticmethod
    def _has_picture(value: object) -> bool:
        return isinstance(value, Picture) or (isinstance(value, list | tuple) and bool(value))


def _adding(progress: Progress | None, done: int) -> Progress | None:
    return None if progress is None else lambda number: progress(done + number)


def _part_note(source: _Rows, number: int, done: int) -> Callable[[], Iterable[tuple[str, str]]]:
    def note() -> Iterable[tuple[str, str]]:
        if number == 1 and source.is_empty():
            return ()
        follows = "，后面还有" if not source.is_empty() else "，最后一册"
        return (("分册", f"第 {number} 册，从序号 {done + 1} 起{follows}"),)

    return note


def _zipped(target: Path, folder: Path, parts: list[Written]) -> Written:
    draft = folder / target.name
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_STORED) as archive:  # parts are deflated already
        for part in parts:
            archive.write(part.path, part.path.name)
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    draft.replace(target)
    checksum = hashlib.sha256("".join(part.checksum for part in parts).encode()).hexdigest()
    rows = sum(part.rows for part in parts)
    return Written(target, rows, digest, checksum[:16].upper(), files=len(parts))
