"""Sheets and fields in the hands of those who administer them, and the phone form."""

from app.web.sheet_admin import field_views  # noqa: F401  its routes
from app.web.sheet_admin.views import blueprint

__all__ = ["blueprint"]
