"""Ledgers: asked for, watched, taken away."""

from app.web.ledger.views import blueprint

__all__ = ["blueprint"]
