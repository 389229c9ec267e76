"""Cells of the super table: changed from the grid or by a form, with their history and files."""

from app.web.table_edit.views import blueprint

__all__ = ["blueprint"]
