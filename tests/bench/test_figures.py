"""Every figure of the grid still runs, at 2,000 rows and without a word about time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from importlib import import_module

import pytest

from bench import chromium, grid, million, peer, serving
from tests.browser.find_browser import NoBrowserError, find_browser
from tests.conftest import absent

SQL = ("grid_page_indexed", "grid_page_scan", "grid_search_zh", "grid_group", "grid_edit",
       "grid_paste_5000", "field_add")  # fmt: skip
SCREEN = ("grid_first_row", "grid_scroll_fps", "grid_jump_900k")


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """One small city and one server for all figures."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DATABASE_URL", raising=False)
        patch.setenv("XIAOHAO_BENCH_ROWS", "2000")
        patch.setenv("XIAOHAO_BENCH_CACHE", str(tmp_path_factory.mktemp("prepared")))
        million.standing.cache_clear()
        city = million.standing()
        with serving.serving("wsgi:app", city.settings) as port:

            @contextmanager
            def already(_application: str, _settings: object) -> Iterator[int]:
                yield port

            for module in (grid, chromium):
                patch.setattr(module, "serving", already)
            patch.setattr(peer, "is_installed", lambda: False)
            yield
        city.database.dispose()
        million.standing.cache_clear()


def figures_of(name: str, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    module = import_module(f"bench.{name}")
    for setting, few in {"ROUNDS": 2, "SECONDS": 1}.items():
        if hasattr(module, setting):
            monkeypatch.setattr(module, setting, few)
    return [json.loads(figure.line()) for figure in module.run()]


@pytest.mark.parametrize("name", [*SQL, "page_weight", "import_50k"])
def test_a_figure_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XIAOHAO_BENCH_IMPORT_ROWS", "60")
    found = figures_of(name, monkeypatch)

    assert found[0]["name"].startswith(name)
    assert all(figure["value"] > 0 for figure in found)


@pytest.fixture(scope="module")
def one_desk(small: None) -> Iterator[chromium.Desk]:
    """One Chromium for all figures."""
    try:
        find_browser()
    except NoBrowserError as problem:
        absent(str(problem))
    with chromium.desk() as at:
        yield at


@pytest.mark.parametrize("name", SCREEN)
def test_a_figure_runs_in_a_browser(
    name: str, one_desk: chromium.Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"bench.{name}.desk", lambda: nullcontext(one_desk))

    (figure, *_) = figures_of(name, monkeypatch)

    assert figure["name"] == name


def test_the_rows_keep_what_the_workflow_keeps() -> None:
    city = million.standing()
    with city.database.engine.connect() as connection:
        count = connection.exec_driver_sql(
            "SELECT count(*), count(DISTINCT state), count(number), sum(due_at < listed_at)"
            " FROM problem"
        ).one()
        last = connection.exec_driver_sql("SELECT sum(last) FROM number_counter").scalar()
        lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()

    assert count[0] == 2000
    assert count[1] >= 6
    assert count[2] == last, "the next number follows the last one given"
    assert not count[3]
    assert lost == []
