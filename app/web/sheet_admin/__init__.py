"""Sheets and fields in the hands of those who administer them, and the phone form."""

from app.web.sheet_admin import convert_views, field_views, form_views  # noqa: F401  their routes
from app.web.sheet_admin.views import blueprint

__all__ = ["blueprint"]
