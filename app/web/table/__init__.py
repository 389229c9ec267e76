"""The super table: a sheet as a grid, its rows as JSON, one row beside it."""

from app.web.table.views import blueprint

__all__ = ["blueprint"]
