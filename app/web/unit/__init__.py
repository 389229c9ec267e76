"""A responsible unit's own list."""

from app.web.unit.views import blueprint

__all__ = ["blueprint"]
