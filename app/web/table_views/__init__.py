"""Views of a sheet: the toolbar that makes and keeps them, and the kinds beside the grid."""

from app.web.table_views.views import blueprint

__all__ = ["blueprint"]
