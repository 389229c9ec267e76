"""The brigade's page: the supervision pool, and what waits for its signature."""

from app.web.brigade.views import blueprint

__all__ = ["blueprint"]
