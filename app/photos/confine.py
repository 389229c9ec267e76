"""The walls of the limited process: memory, time, and no file or connection opened any more."""

import os
import sys
import time

MEMORY = 432 * 1024 * 1024
"""Bytes of private memory: with the shared code and font pages it stays under 512 MB resident."""

ADDRESS_SPACE = 2 * 1024 * 1024 * 1024
"""Bytes of addresses: mostly the font file, mapped once for each size and shared by everybody."""

OPEN_FILES = 0
"""What is open stays so; the next open() or socket() fails, also after one of them was closed."""


def confine() -> bool:
    """Raise the walls around this process, for good; False where the system has none to offer.

    Everything a job needs must be imported and opened before. On Linux a wall that cannot be
    raised is an error: a process that only looks limited is worse than none.
    """
    if not sys.platform.startswith("linux"):
        return False
    import resource

    walls = {
        resource.RLIMIT_DATA: MEMORY,
        resource.RLIMIT_AS: ADDRESS_SPACE,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NOFILE: OPEN_FILES,
    }
    for wall, height in walls.items():
        resource.setrlimit(wall, (height, height))
    os.umask(0o077)
    return True


def allow_cpu(seconds: float) -> None:
    """Let this process run `seconds` more of processor time; then the kernel ends it."""
    if sys.platform.startswith("linux"):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 1, hard))
