"""The walls of the limited process: memory, time, and no file or connection opened any more."""

from __future__ import annotations

import os
import sys

OPEN_FILES = 4
"""Exactly the streams already open: the next open() or socket() fails, whoever asks."""


def confine(memory: int, cpu_seconds: int) -> bool:
    """Raise the walls around this process, for good; False where the system has none to offer.

    Bytes of addresses, seconds of processor time. Everything needed must be imported before.
    """
    if not sys.platform.startswith("linux"):
        return False
    import resource

    walls = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    for wall, height in walls.items():
        resource.setrlimit(wall, (height, height))
    # Where both are equal the end looks like any other; so the kernel says first what it is for.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 1))
    os.umask(0o077)
    return True
