"""What a phone's own store asks and sends: a contact with the server, and finished reports."""

from app.web.phone.views import blueprint

__all__ = ["blueprint"]
