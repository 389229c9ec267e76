"""Masking: what must be unrecognisable in copies of a photo that leave the house."""

from app.web.masks.views import blueprint

__all__ = ["blueprint"]
