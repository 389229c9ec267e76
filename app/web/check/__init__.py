"""Checking: before and after side by side, passed or sent back."""

from app.web.check.views import blueprint

__all__ = ["blueprint"]
