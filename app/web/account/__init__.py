"""One's own account: signing in and out, the password, access tokens."""

from app.web.account.views import blueprint

__all__ = ["blueprint"]
