"""What is written about the house says what the house does."""

from __future__ import annotations

import re
from enum import StrEnum

from app.domain import roles, states, workflow, workflow_doc
from tests.house.source import ROOT, name_of, tracked_files

GLOSSARY = ROOT / "docs" / "glossary.md"
# Pieces are joined here so that this file does not carry what it looks for.
REGISTRIES = "|".join(
    ["registry" + r"\.npm", "npm" + "mirror", r"/" + "simple/", "index" + "-url", "_auth" + "Token",
     '"resolved"' + ":", "files.python" + "hosted", "artifact" + "ory"]
)  # fmt: skip
MACHINES = "|".join(
    ["/" + r"root/", "/" + r"work/\w", "/" + r"home/\w+/", "/" + r"Users/\w", r"C:\\" + "Users"]
)
NOT_FOR_GIT = re.compile(f"(?:{REGISTRIES}|{MACHINES})")
BINARY = {".png", ".jpg", ".jpeg", ".webp", ".heic", ".woff2", ".xlsx", ".ico", ".otf", ".ttf"}


def words() -> list[tuple[str, str]]:
    """Identifier and label of every state, role, kind, reason and move."""
    kinds = [
        kind
        for module in (states, roles)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
    ]
    labelled = [kind for kind in kinds if hasattr(next(iter(kind)), "label")]
    return [(item.value, item.label) for kind in labelled for item in kind] + [
        (move.id, move.label) for move in workflow.MOVES
    ]


def test_the_glossary_has_each_word_beside_its_identifier():
    lines = GLOSSARY.read_text(encoding="utf-8").splitlines()
    missing = [
        f"`{identifier}` {label}"
        for identifier, label in words()
        if not any(f"`{identifier}`" in line and label in line for line in lines)
    ]

    assert missing == []


def test_the_printed_workflow_is_the_table_of_moves():
    printed = (ROOT / "docs" / "workflow.md").read_text(encoding="utf-8")

    assert printed == workflow_doc.render()


def test_nothing_of_one_machine_is_in_git():
    found = [
        f"{name_of(path)}:{number}: {line.strip()[:80]}"
        for path in tracked_files()
        if path.suffix.lower() not in BINARY
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if NOT_FOR_GIT.search(line)
    ]

    assert found == []


def test_nothing_built_or_private_is_in_git():
    names = [name_of(path) for path in tracked_files()]
    private = re.compile(
        r"^instance/(?!\.gitkeep$)|^app/static/(?!\.gitkeep$)|node_modules/|\.pyc$|\.sqlite|^\.env"
    )

    assert [name for name in names if private.search(name)] == []
