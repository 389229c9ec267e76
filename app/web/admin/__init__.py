"""The city's administration: settings, working calendar, accounts."""

from app.web.admin.views import blueprint

__all__ = ["blueprint"]
