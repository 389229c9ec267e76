"""Street scenes drawn from a seed: a problem, and the same corner once it is put right."""

from app.demo.scenes.studio import KINDS, draw

__all__ = ["KINDS", "draw"]
