"""Cells as a plain dictionary, with what people, undoing and conversions do to them in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Cell = tuple[int, str]


def shown(value: Any) -> str:
    """A value as people read it."""
    return "" if value is None else str(value)


def as_number(text: str) -> Any:
    """What a number field makes of a text; raises ValueError."""
    number = float(text)
    return int(number) if number.is_integer() else number


READ: dict[str, Callable[[str], Any]] = {"text": str, "number": as_number}


def read(kind: str, text: str) -> Any:
    """What a field of this type makes of a text; raises ValueError."""
    return READ[kind](text) if text else None


@dataclass
class Write:
    """A cell of a batch, as its event keeps it."""

    cell: Cell
    kind: str
    old: Any
    new: Any


@dataclass
class Batch:
    """What one person did at once."""

    id: str
    writes: list[Write]
    is_undo: bool = False
    is_redo: bool = False
    undone: bool = False


@dataclass
class Model:
    """The whole table, who did what, and which columns were turned into another type."""

    kinds: dict[str, str]
    cells: dict[Cell, Any] = field(default_factory=dict)
    batches: dict[str, list[Batch]] = field(default_factory=dict)
    turned: dict[str, list[tuple[str, dict[Cell, Any]]]] = field(default_factory=dict)
    told: dict[Cell, list[Write]] = field(default_factory=dict)

    def edit(self, who: str, batch: str, wishes: list[tuple[Cell, str, str | None]], skip: bool):
        """Cells with a text each and what was seen; gives what changed, conflicted, was refused."""
        changed, conflicts, refused = [], [], []
        for cell, text, was in wishes:
            try:
                value = read(self.kinds[cell[1]], text)
            except ValueError:
                refused.append(cell)
                continue
            now = self.cells.get(cell)
            if now == value:
                continue
            if was is not None and shown(now) != was:
                conflicts.append(cell)
            else:
                changed.append(Write(cell, self.kinds[cell[1]], now, value))
        if skip or not (conflicts or refused):
            self._keep(who, Batch(batch, changed))
            return [write.cell for write in changed], conflicts, refused
        return None, conflicts, refused

    def undo(self, who: str, batch: Batch, new: str) -> None:
        """Each cell that still holds what the batch wrote goes back to what it held before."""
        writes = []
        for write in batch.writes:
            kind, now = self.kinds[write.cell[1]], self.cells.get(write.cell)
            old, is_there = write.old, now == write.new
            if kind != write.kind:
                is_there = shown(now) == shown(write.new)
                try:
                    old = read(kind, shown(write.old))
                except ValueError:
                    continue
            if is_there and now != old:
                writes.append(Write(write.cell, kind, now, old))
        batch.undone = True
        self._keep(who, Batch(new, writes, is_undo=not batch.is_undo, is_redo=batch.is_undo))

    def restore(self, who: str, batch: str, cell: Cell, version: Write) -> None:
        """The value a cell had after an earlier write."""
        kind, now, value = self.kinds[cell[1]], self.cells.get(cell), version.new
        if kind != version.kind:
            try:
                value = read(kind, shown(value))
            except ValueError:
                return
        writes = [] if now == value else [Write(cell, kind, now, value)]
        self._keep(who, Batch(batch, writes))

    def convert(self, name: str, rows: list[int]) -> None:
        """Texts become numbers or numbers texts; what cannot becomes blank."""
        kind = self.kinds[name]
        other = "number" if kind == "text" else "text"
        before = {(row, name): self.cells.get((row, name)) for row in rows}
        self.turned.setdefault(name, []).append((kind, before))
        self.kinds[name] = other
        self.cells |= {cell: self._turned(other, value) for cell, value in before.items()}

    def convert_back(self, name: str) -> None:
        """Every cell as it was, but for those somebody has changed since."""
        kind, before = self.turned[name].pop()
        now_kind, self.kinds[name] = self.kinds[name], kind
        for cell, old in before.items():
            now = self.cells.get(cell)
            if now == self._turned(now_kind, old):
                self.cells[cell] = old
            elif now is None or self._turned(kind, now) is not None:
                self.cells[cell] = self._turned(kind, now)
            else:
                self.cells[cell] = old

    def undoable(self, who: str) -> list[Batch]:
        """What can be taken back, newest first."""
        mine = [each for each in self.batches.get(who, []) if each.writes]
        return [each for each in reversed(mine) if not (each.undone or each.is_undo)]

    def redoable(self, who: str) -> list[Batch]:
        """What can be done again, newest first: nothing from before the last new change."""
        found = []
        for each in reversed([each for each in self.batches.get(who, []) if each.writes]):
            if not (each.is_undo or each.is_redo):
                break
            if each.is_undo and not each.undone:
                found.append(each)
        return found

    def _keep(self, who: str, batch: Batch) -> None:
        self.batches.setdefault(who, []).append(batch)
        for write in batch.writes:
            self.cells[write.cell] = write.new
            self.told.setdefault(write.cell, []).append(write)

    def _turned(self, kind: str, value: Any) -> Any:
        try:
            return read(kind, shown(value))
        except ValueError:
            return None
