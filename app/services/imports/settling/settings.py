"""What people said in one import, as its run keeps it; a saved import takes it along."""

from collections.abc import Mapping
from typing import Any

from app.models import ImportRun
from app.services.imports.settling.memory import Columns, Words

COLUMNS, WORDS, ARCHIVES = "columns", "words", "archives"


def columns_said(run: ImportRun) -> Columns:
    """Shape -> key of a column -> its field, None for one that is left out."""
    return {shape: dict(columns) for shape, columns in run.settings.get(COLUMNS, {}).items()}


def words_said(run: ImportRun) -> Words:
    """(field, text of a file) -> what it means, "" for nothing."""
    return {(field_id, raw): text for field_id, raw, text in run.settings.get(WORDS, ())}


def archive_column(run: ImportRun, file_id: int) -> str | None:
    """The column by which the pictures of a zip find their rows, where a person chose it."""
    chosen: Mapping[str, str] = run.settings.get(ARCHIVES, {})
    return chosen.get(str(file_id))


def say_columns(run: ImportRun, shape: str, columns: Mapping[str, str | None]) -> None:
    """Keep what columns of a shape are."""
    said = columns_said(run)
    _keep(run, COLUMNS, {**said, shape: {**said.get(shape, {}), **columns}})


def say_word(run: ImportRun, field_id: str, raw: str, text: str) -> None:
    """Keep what a text of a field means."""
    said = {**words_said(run), (field_id, raw): text}
    _keep(run, WORDS, [[*key, meant] for key, meant in said.items()])


def forget_said(run: ImportRun, field_id: str, raw: str) -> None:
    """No longer know what a text of a field means."""
    said = words_said(run)
    if said.pop((field_id, raw), None) is not None:
        _keep(run, WORDS, [[*key, meant] for key, meant in said.items()])


def say_archive_column(run: ImportRun, file_id: int, column: str) -> None:
    """Keep by which column the pictures of a zip find their rows."""
    _keep(run, ARCHIVES, {**run.settings.get(ARCHIVES, {}), str(file_id): column})


def _keep(run: ImportRun, name: str, value: Any) -> None:
    run.settings = {**run.settings, name: value}
