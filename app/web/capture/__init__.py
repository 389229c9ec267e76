"""What the viewfinder and the map of a form ask for while somebody stands outdoors."""

from app.web.capture.views import blueprint

__all__ = ["blueprint"]
