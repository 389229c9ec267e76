"""What makes the site an application on a phone: its outbox, its worker, its manifest."""

from app.web.phone_shell.views import blueprint

__all__ = ["blueprint"]
