"""The sections' own cells of imported rows: read as their fields now are, written with the rest."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.domain.facts import Facts
from app.domain.roles import Actor
from app.models import ImportFile, ImportSheet
from app.services.cells import writing
from app.services.cells.naming import References, kind_of
from app.services.imports.reading.own_fields import may_be_imported
from app.services.names import Names
from app.services.super_table.section_fields import all_fields, allowed_fields
from sheets.catalogue import Field
from sheets.editing import UNKNOWN, CellChange, CellEdit, compare_edits
from sheets.fields import FieldError
from sheets.showing import NameCache
from sheets.storage import FIELD_ID, hold_fields

ORIGIN = "import"


class OwnCells:
    """The own fields that one import may write, held as they are until the transaction ends."""

    def __init__(self, session: Session, actor: Actor, run_id: int) -> None:
        self._session, self._actor = session, actor
        named = _fields_named(session, run_id)
        held = hold_fields(session, named).keys() if named else ()
        self._fields = {
            field.id: field
            for field in (allowed_fields(actor, all_fields(session)) if held else ())
            if field.id in held and may_be_imported(field)
        }
        self._references = References(session, actor)
        self._names = NameCache(Names(session))
        self._batch = f"import-{run_id}"

    def __bool__(self) -> bool:
        """Whether there are any."""
        return bool(self._fields)

    def prepare(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Ask at once for all units and people that some rows name."""
        named = [field for field in self._fields.values() if kind_of(field)]
        if named:
            self._references.prepare(
                (field, told["f"][field.id])
                for told in records
                for field in named
                if field.id in told["f"]
            )

    def values(
        self, record: Mapping[str, Any], only: Collection[str] | None = None
    ) -> dict[str, Any]:
        """The values of a row's own cells, by field; what does not fit any more is left out."""
        found = {}
        for key in self._fields.keys() & record["f"].keys():
            if only is not None and key not in only:
                continue
            value = self._read(self._fields[key], record["f"][key])
            if value is not None:
                found[key] = value
        return found

    def _read(self, field: Field, text: Any) -> Any:
        try:
            if kind_of(field):
                return self._references.read(field, text)
            unit = str(field.options.get("unit") or "")
            plain = text.removesuffix(unit) if isinstance(text, str) else text
            return field.kind.parse(plain, field.options)
        except FieldError:
            return None

    def change(
        self,
        now: datetime,
        cells: Mapping[int, Mapping[str, Any]],
        rows: Mapping[int, Facts],
        *,
        blanks_only: bool = False,
    ) -> tuple[dict[int, int], dict[int, dict[str, list[Any]]]]:
        """Change the cells of rows nobody else is at, with an event each.

        Gives the rows' new versions, and per row what an undo puts back: [before, after] by field.
        """
        was = None if blanks_only else UNKNOWN
        wishes = [
            CellEdit(problem_id, self._fields[key], value, was)
            for problem_id, values in cells.items()
            for key, value in values.items()
        ]
        if not wishes:
            return {}, {}
        connection = self._session.connection()
        changes = compare_edits(connection, writing.TABLE, writing.KEY, wishes, self._names).changed
        if not changes:
            return {}, {}
        versions = writing.write_cells(
            self._session, self._actor, now, self._batch, ORIGIN, changes, rows, self._names
        )
        return versions, told(changes)

    def put_back(
        self, now: datetime, wishes: Sequence[CellEdit], rows: Mapping[int, Facts]
    ) -> dict[int, int]:
        """Give locked cells that hold what was imported their values of before; new versions."""
        connection = self._session.connection()
        changes = compare_edits(connection, writing.TABLE, writing.KEY, wishes, self._names).changed
        if not changes:
            return {}
        return writing.write_cells(
            self._session, self._actor, now, f"{self._batch}-undo", "undo", changes, rows,
            self._names,
        )  # fmt: skip


def told(changes: Iterable[CellChange]) -> dict[int, dict[str, list[Any]]]:
    """Problem id -> field id -> [before, after], as JSON keeps them."""
    found: dict[int, dict[str, list[Any]]] = {}
    for change in changes:
        kind = change.field.kind
        pair = [kind.to_json(change.old), kind.to_json(change.new)]
        found.setdefault(change.key, {})[change.field.id] = pair
    return found


def _fields_named(session: Session, run_id: int) -> set[str]:
    """The own fields that columns of a run's sheets are taken for."""
    layouts = session.scalars(
        select(ImportSheet.layout)
        .join(ImportFile, ImportFile.id == ImportSheet.file_id)
        .where(ImportFile.run_id == run_id)
    )
    named = (
        str(column.get("field") or "") for layout in layouts for column in layout.get("columns", ())
    )
    return {each for each in named if FIELD_ID.fullmatch(each)}
