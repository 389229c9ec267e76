"""Run every figure, or those named: `python -m bench [NAME ...]`; JSON lines on standard output."""

import sys
from importlib import import_module
from pathlib import Path


def names() -> list[str]:
    """The figures there are: every file of this folder that has a `run`."""
    files = Path(__file__).parent.glob("*.py")
    return sorted(path.stem for path in files if "\ndef run(" in path.read_text("utf-8"))


def main(wanted: list[str]) -> int:
    """Print each figure as it is known; 2 when a name is not one."""
    known = names()
    unknown = [name for name in wanted if name not in known]
    if unknown:
        message = f"no such figure: {', '.join(unknown)}; there are {', '.join(known)}"
        print(message, file=sys.stderr)
        return 2
    for name in wanted or known:
        for figure in import_module(f"bench.{name}").run():
            print(figure.line(), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
