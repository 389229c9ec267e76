"""One move on many problems: chosen, asked for, watched, reported."""

from app.web.bulk_moves.views import blueprint

__all__ = ["blueprint"]
