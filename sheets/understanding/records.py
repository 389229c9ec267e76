"""The records of a table: one a data row, what was merged or said to be the same carried down."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sheets.understanding.evidence import says_same
from sheets.understanding.given import Value
from sheets.understanding.grid import Grid
from sheets.understanding.layout import Table
from sheets.understanding.result import Flag, MatchedColumn, Record
from sheets.understanding.values.base import Read
from sheets.understanding.values.cell import read_cell, read_choice, read_place
from sheets.understanding.values.coordinates import (
    datum_in,
    is_latitude,
    is_longitude,
    to_wgs84,
)
from sheets.understanding.values.plain import tidy
from sheets.understanding.vocabulary import Target, Vocabulary
from sheets.understanding.words import is_blank

REMEMBERED = 5_000  # readings of texts kept for a column, as ledgers repeat themselves


class Records:
    """Reads the data rows of one table from the top to the bottom."""

    def __init__(
        self,
        grid: Grid,
        table: Table,
        columns: list[MatchedColumn],
        vocabulary: Vocabulary,
        around: Mapping[str, str],
    ) -> None:
        self.grid, self.table, self.vocabulary = grid, table, vocabulary
        order = {target.id: place for place, target in enumerate(vocabulary.targets)}
        matched = [column for column in columns if column.field_id]
        self.matched = [
            (column, target)
            for column in sorted(matched, key=lambda one: order[one.field_id or ""])
            if (target := vocabulary.target(column.field_id or "")) is not None
        ]
        self.unmatched = [column.index for column in columns if not column.field_id]
        self.datum = self._datum(around)
        self.above: dict[int, tuple[Value, str]] = {}
        self.cache: dict[tuple[str, str, tuple[str, ...]], Read] = {}
        self.doubts = {(note.row, note.col): note for note in getattr(grid.sheet, "errors", ())}
        held = {target.id for _, target in self.matched}
        self.missing = [one for one in vocabulary.targets if one.id not in held]
        self.blocks = self._blocks()

    def _datum(self, around: Mapping[str, str]) -> str:
        words = [
            word
            for column, target in self.matched
            if target.kind in {"latitude", "longitude", "position"}
            for word in (column.caption, *column.parents)
        ]
        return datum_in(" ".join(words)) or datum_in(
            " ".join(f"{key}{said}" for key, said in around.items())
        )

    def _blocks(self) -> set[int]:
        """Columns of places written once and left empty below, without merging."""
        found = set()
        for column, target in self.matched:
            if target.kind != "place" or not self.table.data:
                continue
            cells = [self.grid.value(row, column.index) for row in self.table.data]
            filled = sum(cell is not None for cell in cells)
            if cells[0] is not None and filled * 2 <= len(cells) and filled > 0:
                found.add(column.index)
        return found

    def read(self) -> list[Record]:
        """All records, in order of their rows."""
        return [self._record(row) for row in self.table.data]

    def _record(self, row: int) -> Record:
        record = Record(row + 1, row in self.grid.sheet.hidden_rows)
        within: dict[str, str] = {}
        for column, target in self.matched:
            self._cell(record, row, column, target, within)
        for col in self.unmatched:
            text = tidy(self.grid.text(row, col), lines=True)
            if text:
                record.extra[col] = text
        self._from_groups(record, row, within)
        self._mend_position(record)
        return record

    def _cell(
        self,
        record: Record,
        row: int,
        column: MatchedColumn,
        target: Target,
        within: dict[str, str],
    ) -> None:
        col = column.index
        value, text, doubt = self._seen(record, row, col, target)
        note = self.doubts.get((row, col))
        if note is not None:
            guessed = note.kind != "error" and value is not None
            record.flags.append(Flag(target.id, text or note.text, note.why, guessed))
            if note.kind == "error":
                record.raw[target.id] = text or note.text
                return
        if value is None:
            return
        if target.kind == "picture":
            if not text.startswith("=") and not is_blank(text):
                record.raw[target.id] = text
            return
        read = self._read(target, value, text, within)
        why = read.why or doubt
        if read.value is not None or why:
            record.raw[target.id] = tidy(text, lines=target.kind == "long_text")
        if why:
            flag = Flag(target.id, tidy(text), why, guessed=read.value is not None)
            record.flags.append(flag)
        if read.value is not None:
            record.fields[target.id] = read.value
            if target.kind == "place":
                within[target.level] = read.value

    def _seen(self, record: Record, row: int, col: int, target: Target) -> tuple[Value, str, str]:
        """The value, its text and a doubt, after merges, 同上 and blocks were followed."""
        merge = self.grid.merge_at.get((row, col))
        if merge and merge.left < col:
            return None, "", ""  # the value belongs to the first of the merged columns
        value, text = self.grid.value(row, col), self.grid.text(row, col)
        if merge and merge.top < row and value is not None:
            record.carried.add(target.id)
        if isinstance(value, str) and says_same(value):
            if col not in self.above:
                return None, text, ""
            record.carried.add(target.id)
            return (*self.above[col], "")
        if value is not None:
            self.above[col] = (value, text)
        elif col in self.blocks and col in self.above:
            record.carried.add(target.id)
            return (*self.above[col], "本格空白，按上面各行的内容补上，请核对。")
        return value, text, ""

    def _read(self, target: Target, value: Value, text: str, within: Mapping[str, str]) -> Read:
        if not isinstance(value, str):
            return read_cell(target, value, text, self.vocabulary, within)
        held = tuple(within.values()) if target.kind == "place" else ()
        key = (target.id, value, held)
        read = self.cache.get(key)
        if read is None:
            read = read_cell(target, value, text, self.vocabulary, within)
            if len(self.cache) < REMEMBERED * len(self.matched):
                self.cache[key] = read
        return read

    def _from_groups(self, record: Record, row: int, within: dict[str, str]) -> None:
        """What the group rows above say of places and choices that the row itself leaves open."""
        for title in self.table.groups.get(row, ()):
            for target in self.vocabulary.targets:
                if target.id in record.fields or target.kind not in {"place", "choice"}:
                    continue
                if target.kind == "choice" and target not in self.missing:
                    continue
                read = self._said(target, title, within)
                if read is not None:
                    record.fields[target.id], record.raw[target.id] = read, title
                    record.carried.add(target.id)
                    if target.kind == "place":
                        within[target.level] = read

    def _said(self, target: Target, title: str, within: Mapping[str, str]) -> Any:
        if target.kind == "choice":
            read = read_choice(target, title, self.vocabulary)
        elif self.vocabulary.places.knows(target.level):
            read = read_place(target, title, self.vocabulary, within)
        else:
            return None
        return read.value if not read.why else None

    def _mend_position(self, record: Record) -> None:
        """Turns round what was written in the wrong columns, and other datums into WGS-84."""
        kinds = {target.kind: target.id for _, target in self.matched}
        both = kinds.get("position", "")
        lat_id, lng_id = kinds.get("latitude", ""), kinds.get("longitude", "")
        fields = record.fields
        if both in fields and self.datum in {"GCJ02", "BD09"}:
            lat, lng = fields[both]
            fields[both] = to_wgs84(lat, lng, self.datum)
        if lat_id not in fields or lng_id not in fields:
            return
        lat, lng = fields[lat_id], fields[lng_id]
        if is_longitude(lat) and is_latitude(lng):
            lat, lng = lng, lat
            record.flags = [
                replace(flag, why="经度和纬度写反了，已对调，请核对。", guessed=True)
                if flag.field_id in {lat_id, lng_id}
                else flag
                for flag in record.flags
            ]
        if not (is_latitude(lat) and is_longitude(lng)):
            for wrong in (lat_id, lng_id):
                fields.pop(wrong, None)
            return
        if self.datum in {"GCJ02", "BD09"}:
            lat, lng = to_wgs84(lat, lng, self.datum)
        fields[lat_id], fields[lng_id] = lat, lng
