"""Lines that went dead without a farewell: a phone in a tunnel must not hold a thread for ever."""

import os
import socket
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

SILENT = 30  # seconds before a quiet line is asked whether anybody is there
ASK_EVERY = 10  # seconds
ASK_TIMES = 4
OPEN_FILES = Path("/proc/self/fd")


@lru_cache(maxsize=1)
def watch() -> int:
    """Let the system ask quiet lines, from the next connection on; how many doors listen here.

    The server leaves this to the operating system, whose own patience is two hours. What is
    set on a listening socket holds for every connection that comes through it. Elsewhere than on
    Linux it is left to the proxy in front.
    """
    doors = 0
    for number in _open_sockets():
        with suppress(OSError), socket.socket(fileno=os.dup(number)) as door:
            if _listens(door):
                _ask_quiet_ones(door)
                doors += 1
    return doors


def _open_sockets() -> list[int]:
    """Sockets alone: closing a second handle on a database's file would drop its locks."""
    if not OPEN_FILES.is_dir():
        return []
    found = []
    for each in OPEN_FILES.iterdir():
        with suppress(OSError):
            if str(each.readlink()).startswith("socket:"):
                found.append(int(each.name))
    return found


def _listens(door: socket.socket) -> bool:
    over_ip = door.family in {socket.AF_INET, socket.AF_INET6}
    return over_ip and door.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN) == 1


def _ask_quiet_ones(door: socket.socket) -> None:
    door.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, SILENT)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, ASK_EVERY)
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, ASK_TIMES)
