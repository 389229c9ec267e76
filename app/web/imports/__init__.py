"""Imports of the sections' workbooks: handed in, looked at, corrected, written."""

from app.web.imports import views  # noqa: F401  its routes
from app.web.imports.blueprint import blueprint

__all__ = ["blueprint"]
