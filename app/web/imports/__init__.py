"""Imports of the sections' workbooks: handed in, looked at, corrected, written."""

from app.web.imports import (  # noqa: F401  their routes
    applying,
    column_views,
    diff,
    saving_views,
    twins,
    undoing,
    values,
    views,
)
from app.web.imports.blueprint import blueprint

__all__ = ["blueprint"]
