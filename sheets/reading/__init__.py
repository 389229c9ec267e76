"""Workbooks, CSV and pasted blocks in; plain typed cells, merges and pictures out."""

from sheets.reading.archive import Archive, ArchiveFile, read_archive
from sheets.reading.book import (
    Book,
    CellNote,
    Limits,
    Merge,
    RawPicture,
    RawSheet,
    Refused,
    Row,
    Value,
    address,
)
from sheets.reading.limited import read_block, read_book, reading_book

__all__ = [
    "Archive",
    "ArchiveFile",
    "Book",
    "CellNote",
    "Limits",
    "Merge",
    "RawPicture",
    "RawSheet",
    "Refused",
    "Row",
    "Value",
    "address",
    "read_archive",
    "read_block",
    "read_book",
    "reading_book",
]
