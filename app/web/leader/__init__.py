"""A leader's pages: urgent cards between two meetings, and who stands in."""

from app.web.leader.views import blueprint

__all__ = ["blueprint"]
