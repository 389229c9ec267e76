"""A sheet of cards, each a problem with labels beside its values, laid out anew as a table."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sheets.reading.book import RawPicture, RawSheet, Row, Value
from sheets.understanding.grid import as_text
from sheets.understanding.words import squeezed

LEAST_LABELS = 4  # a card says at least this much
LEAST_ROWS = 3
ANSWERED = 0.5  # of the labels that have a value beside them
SEARCHED = 40  # rows in which the first card must be found


@dataclass
class _Card:
    """Where each label of a card stands, by its words, and the cell of its value."""

    top: int
    labels: dict[str, tuple[int, int]] = field(default_factory=dict)
    values: dict[str, tuple[int, int]] = field(default_factory=dict)
    rows: int = 0

    def holds(self, row: int, col: int) -> str | None:
        """The label whose value a picture in this cell is: left of it, else above."""
        beside = [(at[1], word) for word, at in self.labels.items() if at[0] == row and at[1] < col]
        above = [(at[0], word) for word, at in self.labels.items() if at[1] == col and at[0] < row]
        nearest = max(beside, default=None) or max(above, default=None)
        return nearest[1] if nearest else None


def cards_as_table(sheet: RawSheet, known: frozenset[str]) -> RawSheet:
    """The sheet as a table with a row for each of its cards; itself where it has none.

    The row of a card is the first of its rows that can stand below the captions.
    """
    explains = "说明" in sheet.name  # captions with how to fill them are no card
    begins = not explains and any(_pairs(row, known) for row in sheet.rows[:SEARCHED])
    cards = _cards(sheet.rows, known) if begins else []
    if not cards or not all(map(_is_card, cards)):
        return sheet
    top, step = (cards[0].top - 1, 0) if cards[0].top else (0, 1)
    captions = list(dict.fromkeys(word for card in cards for word in card.labels))
    rows: list[Row] = [*sheet.rows[:top], *[()] * (len(sheet.rows) - top)]
    rows[top] = tuple(as_text(sheet.cell(*_place(cards, word))) for word in captions)
    shown: dict[tuple[int, int], str] = {}
    moved: dict[tuple[int, int], tuple[int, int]] = {}
    for card in cards:
        at = card.top + step
        said: list[Value] = [None] * len(captions)
        for word, (row, col) in card.values.items():
            place = (at, captions.index(word))
            moved[row, col] = place
            said[place[1]] = sheet.cell(row, col)
            if sheet.shown.get((row, col)):
                shown[place] = sheet.shown[row, col]
        rows[at] = tuple(said)
    pictures = [_moved(picture, cards, captions, step) for picture in sheet.pictures]
    errors = [
        replace(note, row=moved[note.row, note.col][0], col=moved[note.row, note.col][1])
        for note in sheet.errors
        if (note.row, note.col) in moved
    ]
    return replace(
        sheet, rows=rows, merges=[], pictures=pictures, shown=shown, errors=errors,
        hidden_rows=frozenset(), hidden_columns=frozenset(),
    )  # fmt: skip


def _moved(
    picture: RawPicture, cards: Sequence[_Card], captions: Sequence[str], step: int
) -> RawPicture:
    """The picture in the row of its card, under the caption of its label."""
    owner = next((card for card in reversed(cards) if card.top <= picture.row), None)
    word = owner.holds(picture.row, picture.col) if owner else None
    if owner is None or word is None:
        return picture
    return replace(picture, row=owner.top + step, col=captions.index(word))


def _place(cards: Sequence[_Card], word: str) -> tuple[int, int]:
    return next(card.labels[word] for card in cards if word in card.labels)


def _is_card(card: _Card) -> bool:
    answered = len(card.values) >= ANSWERED * len(card.labels)
    return card.rows >= LEAST_ROWS and len(card.labels) >= LEAST_LABELS and answered


def _cards(rows: Sequence[Row], known: frozenset[str]) -> list[_Card]:
    """The cards from the top to the bottom: a label that comes again begins the next one."""
    cards: list[_Card] = []
    for row, cells in enumerate(rows):
        pairs = _pairs(cells, known)
        if not pairs:
            if len(_filled(cells)) > 2:  # noqa: PLR2004 - neither a title nor a remark
                return []
            continue
        if not cards or any(word in cards[-1].labels for word, _, _ in pairs):
            cards.append(_Card(row))
        card = cards[-1]
        card.rows += 1
        for word, label, value in pairs:
            card.labels[word] = (row, label)
            if value is not None:
                card.values[word] = (row, value)
    return cards


def _filled(row: Row) -> list[tuple[int, Value]]:
    return [
        (col, value)
        for col, value in enumerate(row)
        if value is not None and not (isinstance(value, str) and not value.strip())
    ]


def _pairs(row: Row, known: frozenset[str]) -> list[tuple[str, int, int | None]]:
    """The labels of a row with the columns of their values; none unless all of it is pairs."""
    found: list[tuple[str, int, int | None]] = []
    for col, value in _filled(row):
        word = squeezed(as_text(value)) if isinstance(value, str) else ""
        if word in known and (not found or found[-1][2] is not None or found[-1][1] < col - 1):
            found.append((word, col, None))
        elif found and found[-1][2] is None:
            found[-1] = (found[-1][0], found[-1][1], col)
        else:
            return []
    return found
