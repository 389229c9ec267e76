"""The records of a table: one a data row, what was merged or said to be the same carried down."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

from sheets.reading.book import Value
from sheets.understanding.around import Around
from sheets.understanding.evidence import says_same
from sheets.understanding.grid import Grid, as_text
from sheets.understanding.layout import Table
from sheets.understanding.result import Flag, MatchedColumn, Record
from sheets.understanding.values.cell import read_cell
from sheets.understanding.values.coordinates import (
    datum_in,
    is_latitude,
    is_longitude,
    to_wgs84,
)
from sheets.understanding.values.plain import tidy
from sheets.understanding.vocabulary import Target, Vocabulary
from sheets.understanding.words import is_blank

REMEMBERED = 20_000  # readings kept for a column: ledgers repeat themselves, and need not fit


class Reading(NamedTuple):
    """What a cell gave: typed value or None, its text, a doubt if any; ``same`` for 同上."""

    value: Any
    raw: str
    flag: Flag | None = None
    same: bool = False


class _Column:
    """A matched column with the readings it has given so far."""

    def __init__(self, index: int, target: Target) -> None:
        self.index, self.target, self.id = index, target, target.id
        self.cache: dict[Any, Reading] = {}
        self.above: Reading | None = None
        self.is_shown = True  # whether some cell of it may look otherwise than its value
        self.is_plain = False  # whether a text means the same wherever it stands
        self.block = False  # a place written once and left empty below, without merging


class Records:
    """Reads the data rows of one table from the top to the bottom."""

    def __init__(
        self,
        grid: Grid,
        table: Table,
        columns: list[MatchedColumn],
        vocabulary: Vocabulary,
        around: Around,
    ) -> None:
        self.grid, self.table, self.vocabulary = grid, table, vocabulary
        self.columns = self._ordered(columns)
        self.unmatched = [column.index for column in columns if not column.field_id]
        self.around = around
        self.datum = self._datum(columns, around.stated)
        self.doubts = {(note.row, note.col): note for note in grid.sheet.errors}
        held = {column.id for column in self.columns}
        self.positions = held & {
            one.id
            for one in vocabulary.targets
            if one.kind in {"latitude", "longitude", "position"}
        }

    def _ordered(self, columns: list[MatchedColumn]) -> list[_Column]:
        """The matched columns in the order of the targets: a district before its streets."""
        by_id: dict[str, list[int]] = {}
        for column in columns:
            by_id.setdefault(column.field_id or "", []).append(column.index)
        found = [
            _Column(index, target)
            for target in self.vocabulary.targets
            for index in by_id.get(target.id, ())
        ]
        showing = self.grid.showing(frozenset(self.table.data))
        for one in found:
            one.block = one.target.kind == "place" and self._is_block(one.index)
            one.is_shown = one.index in showing
            one.is_plain = not one.is_shown and one.target.kind != "place"
        return found

    def _is_block(self, col: int) -> bool:
        rows = self.table.data
        filled = sum(self.grid.value(row, col) is not None for row in rows)
        starts = bool(rows) and self.grid.value(rows[0], col) is not None
        return starts and filled * 2 <= len(rows)

    def _datum(self, columns: list[MatchedColumn], around: Mapping[str, str]) -> str:
        at = {column.index: column for column in columns}
        words = [
            word
            for one in self.columns
            if one.target.kind in {"latitude", "longitude", "position"}
            for word in (at[one.index].caption, *at[one.index].parents)
        ]
        noted = " ".join(f"{key}{said}" for key, said in around.items())
        return datum_in(" ".join(words)) or datum_in(noted)

    def read(self) -> list[Record]:
        """All records, in order of their rows."""
        return [self._record(row) for row in self.table.data]

    def _record(self, row: int) -> Record:
        record = Record(row + 1, row in self.grid.sheet.hidden_rows)
        within: dict[str, str] = {}
        cells, merges = self.grid.rows[row], self.grid.merge_at
        for column in self.columns:
            col = column.index
            value = cells[col] if col < len(cells) else None
            if merges and (row, col) in merges:
                value = self._merged(record, row, column)
            if self.doubts and (row, col) in self.doubts:
                value = self._doubted(record, row, column, value)
            # Most cells are texts that their column has had before: a call saved for each.
            reading = column.cache.get(value) if column.is_plain and type(value) is str else None
            if reading is None:
                reading = self._reading(row, column, value, within)
            if reading is not None:
                self._keep(record, column, reading, within)
        for col in self.unmatched:
            text = tidy(self.grid.text(row, col), lines=True)
            if text:
                record.extra[col] = text
        self.around.fill(record, self.table.groups.get(row, ()))
        if self.positions:
            self._mend_position(record)
        return record

    def _merged(self, record: Record, row: int, column: _Column) -> Value:
        """The value of merged cells, which belongs to the first of merged columns."""
        merge = self.grid.merge_at[row, column.index]
        if merge.left < column.index:
            return None
        if merge.top < row:
            record.carried.add(column.id)
        return self.grid.value(row, column.index)

    def _doubted(self, record: Record, row: int, column: _Column, value: Value) -> Value:
        """A cell that the reader could not vouch for: an error value is none."""
        note = self.doubts[row, column.index]
        broken = note.kind == "error"
        guessed = not broken and value is not None
        record.flags.append(Flag(column.id, note.text, note.why, guessed))
        if broken:
            record.raw[column.id] = note.text
        return None if broken else value

    def _reading(
        self, row: int, column: _Column, value: Value, within: Mapping[str, str]
    ) -> Reading | None:
        """The reading of a cell, taken from the column's earlier ones where it is the same."""
        if value is None or value == "":
            return self._blank(column)
        shown = self.grid.shown(row, column.index) if column.is_shown else ""
        key: Any = value if not shown else (value, shown)
        if column.target.kind == "place":
            key = (key, *within.values())
        elif type(value) is float or type(value) is int:
            key = (value, shown, type(value))  # 1, 1.0 and True are one key otherwise
        reading = column.cache.get(key)
        if reading is None:
            reading = self._fresh(column.target, value, shown, within)
            if len(column.cache) < REMEMBERED:
                column.cache[key] = reading
        return reading

    def _fresh(
        self, target: Target, value: Value, shown: str, within: Mapping[str, str]
    ) -> Reading:
        text = tidy(shown or as_text(value), lines=target.kind == "long_text")
        if says_same(text):
            return Reading(None, text, same=True)
        if target.kind == "picture":
            return Reading(None, "" if text.startswith("=") or is_blank(text) else text)
        read = read_cell(target, value, shown or text, self.vocabulary, within)
        if read.value is None and not read.why:
            return Reading(None, "")
        guessed = read.value is not None
        return Reading(
            read.value, text, Flag(target.id, text, read.why, guessed) if read.why else None
        )

    def _blank(self, column: _Column) -> Reading | None:
        if not column.block or column.above is None:
            return None
        why = "本格空白，按上面各行的内容补上，请核对。"
        above = column.above
        return Reading(above.value, above.raw, Flag(column.id, "", why, guessed=True), same=True)

    def _keep(
        self, record: Record, column: _Column, reading: Reading, within: dict[str, str]
    ) -> None:
        if reading.same:
            record.carried.add(column.id)
            if reading.value is None:
                why = f"“{reading.raw}”的上面没有内容，请填写。"
                reading = column.above or Reading(
                    None, reading.raw, Flag(column.id, reading.raw, why)
                )
        elif reading.raw:
            column.above = reading
        if reading.raw:
            record.raw[column.id] = reading.raw
        if reading.flag is not None:
            record.flags.append(reading.flag)
        if reading.value is not None:
            record.fields[column.id] = reading.value
            if column.target.kind == "place":
                within[column.target.level] = reading.value

    def _mend_position(self, record: Record) -> None:
        """Turns round what was written in the wrong columns, and other datums into WGS-84."""
        kinds = {one.target.kind: one.id for one in self.columns}
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
