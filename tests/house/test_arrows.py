"""Who may import whom."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT, imported, name_of, python_files

TRADE = ("销号", "挂号", "退件", "整改")  # words of the trade


def test_import_contracts_hold():
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_every_folder_of_code_is_a_package_the_contracts_can_see():
    folders = {path.parent for path in python_files()}

    assert [name_of(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("path", python_files("app/domain"), ids=name_of)
def test_the_domain_needs_the_standard_library_only(path):
    strangers = {
        name
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith("app.domain.")
    }

    assert not strangers


@pytest.mark.parametrize("path", python_files("sheets"), ids=name_of)
def test_the_engine_uses_no_mapper_and_no_word_of_the_trade(path):
    text = path.read_text(encoding="utf-8").lower()

    assert not {name for name in imported(path) if name.startswith("sqlalchemy.orm")}
    assert [word for word in TRADE if word in text] == []


def test_importing_the_domain_loads_no_framework():
    code = (
        "import sys, app.domain.workflow; "
        "sys.exit(' '.join({'flask', 'sqlalchemy'} & sys.modules.keys()) or 0)"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert answer.returncode == 0, answer.stderr


# Who may ask the machine what time it is, each with its reason; rules and services are told.
CLOCKS = {
    "app/clock.py": "the one clock",
    "app/photos/store.py": "compares with the times of files, which are the machine's own",
}


def test_nobody_else_asks_what_time_it_is():
    asking = re.compile(r"\b(?:datetime\.(?:now|today|utcnow)|date\.today|time\.time)\(")
    askers = {
        name_of(path) for path in python_files() if asking.search(path.read_text(encoding="utf-8"))
    }

    assert askers == CLOCKS.keys()
