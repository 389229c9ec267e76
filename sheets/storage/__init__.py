"""Fields as real database columns: added, changed, loaded, filled, named by their id alone."""

from sheets.storage.adding import FieldSpec, add_field
from sheets.storage.changing import (
    FieldChange,
    FieldMovedOn,
    change_field,
    move_field,
    restore_field,
    retire_field,
    users_of,
)
from sheets.storage.loading import (
    FieldRecord,
    field_record,
    field_records,
    load_fields,
    retired_fields,
)
from sheets.storage.tables import (
    COLUMN_NAME,
    FIELD_ID,
    Executor,
    metadata,
    sheet_conversion,
    sheet_field,
)
from sheets.storage.values import hold_fields, set_values

__all__ = [
    "COLUMN_NAME",
    "FIELD_ID",
    "Executor",
    "FieldChange",
    "FieldMovedOn",
    "FieldRecord",
    "FieldSpec",
    "add_field",
    "change_field",
    "field_record",
    "field_records",
    "hold_fields",
    "load_fields",
    "metadata",
    "move_field",
    "restore_field",
    "retire_field",
    "retired_fields",
    "set_values",
    "sheet_conversion",
    "sheet_field",
    "users_of",
]
