"""Who may what: the city's own rules, a sheet for paper, the question why, and looking on."""

from app.web.rights.views import blueprint

__all__ = ["blueprint"]
