"""Which record and which phase a picture in a sheet belongs to."""

from collections import defaultdict

from sheets.reading.book import RawPicture
from sheets.understanding.grid import Grid
from sheets.understanding.result import Flag, MatchedColumn, Placed, Record
from sheets.understanding.vocabulary import Target, Vocabulary

NEAR = 1  # columns that a picture may have slipped


class Album:
    """Puts the pictures of a sheet into the records of a table; keeps those that fit nowhere."""

    def __init__(self, grid: Grid, columns: list[MatchedColumn], vocabulary: Vocabulary) -> None:
        self.grid = grid
        self.columns = {
            column.index: target
            for column in columns
            if column.field_id
            and (target := vocabulary.target(column.field_id)) is not None
            and target.kind == "picture"
        }
        self.phases = [one for one in vocabulary.targets if one.kind == "picture" and one.phase]
        self.span = (columns[0].index, columns[-1].index) if columns else (0, -1)

    def place(self, records: list[Record]) -> set[int]:
        """Gives each record its pictures; the ids (``id()``) of the pictures that were placed."""
        by_row = {record.row - 1: record for record in records}
        found: dict[int, list[tuple[RawPicture, bool]]] = defaultdict(list)
        for row, pictures in self.grid.pictures.items():
            for picture in pictures:
                owner, sure = self._owner(row, picture, by_row)
                inside = self.span[0] - NEAR <= picture.col <= self.span[1] + NEAR
                if owner is not None and inside:
                    found[owner].append((picture, sure))
        placed: set[int] = set()
        for row, own in found.items():
            self._into(by_row[row], own)
            placed.update(id(picture) for picture, _ in own)
        return placed

    def _owner(
        self, row: int, picture: RawPicture, by_row: dict[int, Record]
    ) -> tuple[int | None, bool]:
        """The data row of a picture; a row of pictures alone belongs to the one above it."""
        if row in by_row:
            return row, True
        for col in (picture.col, *range(self.span[0], self.span[1] + 1)):
            merge = self.grid.merge_at.get((row, col))
            if merge and merge.top in by_row:
                return merge.top, True
        alone = row >= self.grid.height or not self.grid.filled(row)
        return (row - 1, False) if alone and row - 1 in by_row else (None, False)

    def _into(self, record: Record, own: list[tuple[RawPicture, bool]]) -> None:
        """Pictures under a phase's caption have that phase, the others theirs by their order."""
        own.sort(key=lambda one: (one[0].row, one[0].col))
        loose: list[RawPicture] = []
        for picture, sure in own:
            target, exact = self._column(picture.col)
            if target is None or not target.phase:
                loose.append(picture)
                continue
            record.pictures.append(Placed(target.phase, picture))
            if not (sure and exact):
                why = "图片不在照片那一格里，按最近的位置归入，请核对。"
                record.flags.append(Flag(target.id, picture.name, why, guessed=True))
        self._by_order(record, loose)

    def _column(self, col: int) -> tuple[Target | None, bool]:
        if col in self.columns:
            return self.columns[col], True
        near = [at for at in self.columns if abs(at - col) <= NEAR]
        return (self.columns[near[0]], False) if len(near) == 1 else (None, False)

    def _by_order(self, record: Record, loose: list[RawPicture]) -> None:
        """The first half before, the second half after: so they are laid into one column."""
        for place, picture in enumerate(loose):
            if not self.phases:
                record.pictures.append(Placed("", picture))
                continue
            at = min(place * len(self.phases) // max(len(loose), 2), len(self.phases) - 1)
            target = self.phases[at]
            record.pictures.append(Placed(target.phase, picture))
            why = f"没有写明是哪个阶段的照片，按先后顺序当作“{target.caption}”，请核对。"
            record.flags.append(Flag(target.id, picture.name, why, guessed=True))
