"""The house's own files, for tests that look at the building."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
IGNORED = {"node_modules", ".venv", ".git", "__pycache__", "instance", "static", "dist", "build"}


def files(folder: str, *endings: str) -> list[Path]:
    """Files of a folder with one of these endings, generated and installed ones left out."""
    found = (path for ending in endings for path in (ROOT / folder).rglob(f"*{ending}"))
    return sorted(
        path for path in found if not IGNORED.intersection(path.relative_to(ROOT).parts[:-1])
    )


def python_files(*folders: str) -> list[Path]:
    """The Python files of some folders; by default of everything that is shipped."""
    return [path for folder in folders or ("app", "sheets") for path in files(folder, ".py")]


def name_of(path: Path) -> str:
    """A file's name from the root of the checkout, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree_of(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions(path: Path) -> Iterator[Function]:
    """Every function of a file, nested ones included."""
    for node in ast.walk(tree_of(path)):
        if isinstance(node, Function):
            yield node


def imported(path: Path) -> set[str]:
    """The full names of what a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def strings(path: Path) -> set[str]:
    """Every string constant of a Python file."""
    return {
        node.value
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def tracked_files() -> list[Path]:
    """What git knows; without git, everything that is not plainly built or installed."""
    answer = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607
        cwd=ROOT, capture_output=True, check=False,
    )  # fmt: skip
    if answer.returncode != 0:
        return files(".", "")
    names = answer.stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file()]
