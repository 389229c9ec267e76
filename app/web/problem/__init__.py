"""A problem's own page, and a form for every move of the table."""

from app.web.problem.views import blueprint

__all__ = ["blueprint"]
