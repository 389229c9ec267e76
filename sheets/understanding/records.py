"""The records of a table: one a data row, what was merged or said to be the same carried down."""

from collections.abc import Mapping, Sequence
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
TRIED = 2_000  # readings after which a column that does not repeat itself is known for it
_WORDED = frozenset({"text", "long_text", "person", "code"})


class Reading(NamedTuple):
    """What a cell gave: typed value or None, its text, a doubt if any; ``same`` for 同上."""

    value: Any
    raw: str
    flag: Flag | None = None
    same: bool = False


_NOTHING = Reading(None, "")


class _Column:
    """A matched column with the readings it has given so far."""

    def __init__(self, index: int, target: Target) -> None:
        self.index, self.target, self.id = index, target, target.id
        self.cache: dict[Any, Reading] = {}
        self.asked = self.known = 0  # how often for a reading, and how often there was one
        self.above: Reading | None = None
        self.is_place = target.kind == "place"
        self.is_shown = True  # whether some cell of it may look otherwise than its value
        self.is_plain = False  # whether a text means the same wherever it stands
        self.formats: Sequence[int] | None = None  # of its cells by row, where that is known
        self.block = False  # a place written once and left empty below, without merging

    def remember(self, key: Any, reading: Reading) -> None:
        """Keep a reading for the next cell that says the same; where none does, keep no more."""
        if len(self.cache) < REMEMBERED and (self.asked < TRIED or self.known * 10 > self.asked):
            self.cache[key] = reading


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
        data = frozenset(table.data)
        self.merged = {cell for cell in grid.merge_at if cell[0] in data}
        self.columns = self._ordered(columns)
        self.unmatched = [column.index for column in columns if not column.field_id]
        self.around = around
        self.datum = self._datum(columns, around.stated)
        self.doubts = {(note.row, note.col): note for note in grid.sheet.errors}
        self.odd = {row for row, _ in (*self.merged, *self.doubts)}
        kinds = {one.target.kind: one.id for one in self.columns}
        self.axes = [kinds.get(kind, "") for kind in ("position", "latitude", "longitude")]
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
        merged = {col for _, col in self.merged}
        showing = self.grid.showing | merged
        for one in found:
            one.block = one.target.kind == "place" and self._is_block(one.index)
            one.is_shown = one.index in showing
            one.is_plain = not one.is_shown and not one.is_place
            if one.is_shown and one.index not in merged:
                one.formats = self.grid.formats(one.index)
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
        self._read_cells(record, row)
        for col in self.unmatched:
            text = tidy(self.grid.text(row, col), lines=True)
            if text:
                record.extra[col] = text
        self.around.fill(record, self.table.groups.get(row, ()))
        if self.positions:
            self._mend_position(record)
        return record

    def _read_cells(self, record: Record, row: int) -> None:
        fields, raws = record.fields, record.raw
        within: dict[str, str] = {}
        cells, is_odd = self.grid.rows[row], row in self.odd
        width = len(cells)
        for column in self.columns:
            value = cells[column.index] if column.index < width else None
            if is_odd:
                value = self._odd(record, row, column, value)
            if value is None and not column.block:
                continue
            # Most cells are texts that their column has had before: a call saved for each.
            reading = column.cache.get(value) if column.is_plain and type(value) is str else None
            if reading is None:
                reading = self._reading(row, column, value, within)
            if reading is None:
                continue
            meant, raw, flag, same = reading
            if same or flag is not None or column.is_place:
                self._keep(record, column, reading, within)
                continue
            if raw:
                column.above = reading
                raws[column.id] = raw
            if meant is not None:
                fields[column.id] = meant

    def _odd(self, record: Record, row: int, column: _Column, value: Value) -> Value:
        """The value of a cell that may be merged, or that the reader could not vouch for."""
        cell = (row, column.index)
        if cell in self.merged:
            value = self._merged(record, row, column)
        return self._doubted(record, row, column, value) if cell in self.doubts else value

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
        formats, look = column.formats, ""
        mark: str | int = ""
        if formats is not None:  # two values of one format look alike, however that may be
            mark = formats[row]
        elif column.is_shown:
            mark = look = self.grid.shown(row, column.index)
        key: Any = (value, mark) if mark else value
        if column.is_place:
            key = (key, *within.values())
        elif type(value) is not str:
            key = (value, mark, type(value))  # 1, 1.0 and True are one key otherwise
        column.asked += 1
        reading = column.cache.get(key)
        if reading is None:
            if formats is not None:
                look = self.grid.shown(row, column.index)
            reading = self._fresh(column.target, value, look, within)
            column.remember(key, reading)
        else:
            column.known += 1
        return reading

    def _fresh(
        self, target: Target, value: Value, shown: str, within: Mapping[str, str]
    ) -> Reading:
        text = shown or as_text(value)
        if shown or type(value) is str:  # a number or a date as we write it is tidy
            text = tidy(text, lines=target.kind == "long_text")
            if says_same(text):
                return Reading(None, text, same=True)
            if target.kind in _WORDED and not shown:
                return _NOTHING if is_blank(text) else Reading(text, text)
        if target.kind == "picture":
            return Reading(None, "" if text.startswith("=") or is_blank(text) else text)
        read = read_cell(target, value, shown or text, self.vocabulary, within)
        meant, why = read
        if not why:
            return _NOTHING if meant is None else Reading(meant, text)
        return Reading(meant, text, Flag(target.id, text, why, meant is not None))

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
            if column.is_place:
                within[column.target.level] = reading.value

    def _mend_position(self, record: Record) -> None:
        """Turns round what was written in the wrong columns, and other datums into WGS-84."""
        both, lat_id, lng_id = self.axes
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
