"""Imports of the sections' workbooks: handed in, looked at, corrected, written."""

from app.web.imports import column_views, saving_views, views  # noqa: F401  their routes
from app.web.imports.blueprint import blueprint

__all__ = ["blueprint"]
