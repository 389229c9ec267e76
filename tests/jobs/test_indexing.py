"""The text index in the application: filled by a command, kept up by the worker, bound by sight."""

from __future__ import annotations

import pytest
from sqlalchemy import inspect, update

from app.domain.states import State
from app.jobs import indexing
from app.models import Problem
from app.services import search_index
from app.services.lists import pages
from app.services.problem_columns import BASE
from app.services.super_table.problem_sheet import problem_sheet
from tests.builders import MONDAY, make_problem


def found(database, city, word, by="reviewer"):
    with database.reading() as session:
        page = pages.list_problems(session, city.actors[by], MONDAY, "all", [("q", word)])
        return {row.id for row in page.rows}


@pytest.fixture
def problems(city, city_database):
    """Two problems in the pool, not indexed yet."""
    with city_database.writing() as session:
        return [make_problem(session, city, State.POOLED).id for _ in range(2)]


def test_a_command_indexes_all_that_waits_and_the_worker_what_changes(
    city, city_app, city_database, problems
):
    said = city_app.test_cli_runner().invoke(args=["index-search", "--all", "--batch", "7"])
    assert said.exit_code == 0, said.output
    assert "索引已是最新，本次处理 2 行。" in said.output
    with city_database.reading() as session:
        assert search_index.waiting(session) == 0
        assert search_index.INDEX.covers(problem_sheet(session, city.actors["reviewer"]))
    assert not indexing.catch_up(city_database)

    with city_database.writing() as session:
        here = Problem.id == problems[0]
        session.execute(update(Problem).where(here).values(address="麒麟路口"))
    assert found(city_database, city, "麒麟") == {problems[0]}
    assert indexing.catch_up(city_database)
    assert found(city_database, city, "麒麟") == {problems[0]}
    assert not indexing.catch_up(city_database)


def test_what_is_searched_by_default_is_in_the_index():
    searched = {each.column.key for each in BASE.fields if each.is_searched}
    assert searched <= set(search_index.INDEX.columns)


def test_a_fill_of_very_many_rows_does_without_the_lookup_and_makes_it_again(
    city, city_database, problems, monkeypatch
):
    monkeypatch.setattr(search_index, "MUCH", 1)
    done = []
    assert search_index.fill(city_database.writing, 10, done.append) == done[-1] > 0
    with city_database.reading() as session:
        assert search_index.waiting(session) == 0
        if not city_database.is_sqlite:
            (lookup,) = inspect(session.connection()).get_indexes("problem_search")
            assert lookup["name"] == "ix_problem_search_grams"
    assert found(city_database, city, "垃圾") == set(problems)
