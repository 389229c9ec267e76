"""Reviewing: the pool, and one report at a time with what lies near it."""

from app.web.review.views import blueprint

__all__ = ["blueprint"]
