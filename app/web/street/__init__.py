"""A street's day: today's list, reporting, rectifying, and what became of the reports."""

from app.web.street.views import blueprint

__all__ = ["blueprint"]
