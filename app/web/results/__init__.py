"""The results library: what was put right, before and after."""

from app.web.results.views import blueprint

__all__ = ["blueprint"]
