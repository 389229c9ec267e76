"""Photos as they are served: thumbnail, stamped copy, original."""

from app.web.photos.views import blueprint

__all__ = ["blueprint"]
