"""The limited process: a file on standard input, what it holds on standard output, then the end."""

from __future__ import annotations

import codecs
import json
import os
import sys
from collections.abc import Callable, Mapping
from typing import BinaryIO

from sheets.reading import confine, delimited, kinds, markup, unpacking, xls, xlsx
from sheets.reading.book import Limits, Refused
from sheets.reading.out import Out
from sheets.reading.package import DAMAGED
from sheets.reading.wire import Sender

TOO_HEAVY = "文件太大或太复杂，内存不够，没有读取。请把它拆成几个文件，或删去多余的工作表后再上传。"

CODECS = (
    "cp437", "cp1252", "latin-1", "ascii", "mac-roman", "gb18030", "gb2312", "gbk", "big5",
    "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be",
)  # fmt: skip


def main(settings: str, task: str) -> None:
    """Read or unpack the file; whatever goes wrong is told as a sentence."""
    limits = Limits(**json.loads(settings))
    source, answer = _streams()
    out = Out(Sender(answer), limits)
    for name in CODECS:
        codecs.lookup(name)  # afterwards no file can be opened, not even the library's own
    try:
        confine.confine(limits.memory, limits.cpu_seconds)
        TASKS[task](source, out)
        out.done()
    except Refused as refusal:
        out.refuse(refusal.sentence)
    except MemoryError:
        out.refuse(TOO_HEAVY)
    except BrokenPipeError:
        os._exit(1)  # nobody listens any more, and nothing is to be flushed
    except BaseException:  # a panic is no Exception; a person wants a sentence either way
        out.refuse(DAMAGED)


def _read(source: BinaryIO, out: Out) -> None:
    head = source.read(4096)
    source.seek(0)
    sentence = markup.refusal(head)
    if sentence is not None:
        raise Refused(sentence)
    if head.startswith((kinds.ZIP, kinds.EMPTY_ZIP)):
        xlsx.read(source, out)
    elif head.startswith(kinds.OLE):
        xls.read(source, out)
    elif markup.looks_like(head):
        markup.read(source.read(), out)
    else:
        delimited.read(source.read(), out)


TASKS: Mapping[str, Callable[[BinaryIO, Out], None]] = {"read": _read, "unpack": unpacking.read}


def _streams() -> tuple[BinaryIO, BinaryIO]:
    # A library that prints must not speak into the conversation: it keeps a deaf standard output.
    answer = os.fdopen(os.dup(1), "wb", buffering=256 * 1024)
    os.dup2(2, 1)
    return os.fdopen(0, "rb", closefd=False), answer


if __name__ == "__main__":
    main(*sys.argv[1:3])
