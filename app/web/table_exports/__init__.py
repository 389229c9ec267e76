"""Large exports of a table: watched, stopped, made again, taken away."""

from app.web.table_exports.views import blueprint

__all__ = ["blueprint"]
