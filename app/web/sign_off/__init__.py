"""Signing off, and deciding on 挂号."""

from app.web.sign_off.views import blueprint

__all__ = ["blueprint"]
