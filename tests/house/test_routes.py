"""Every route says who may come in, and views stay thin."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.house.source import Function, files, functions, imported, name_of, tree_of

if TYPE_CHECKING:
    from app.door.unit_of_work import UnitOfWorkFlask

# What a stranger may open, each with its reason; a new one is a decision, not an accident.
OPEN_TO_ALL = {
    "static": "built scripts, styles and type: the sign-in page needs them",
    "account.sign_in": "the door itself",
    "health": "asked by the machine that watches over the server",
    "phone_shell.worker": "a built file; browsers fetch it without asking who is there",
    "phone_shell.manifest": "names and icons; browsers fetch it without the session",
    "verify.index": "a code on a stamp is there to be checked by anybody",
    "verify.scanned": "where the QR code of a stamp leads: to the page above",
    "verify.show": "answers whether a stamp agrees, and tells nothing that is kept",
}
VIEW_LINES = 15
# Views past the limit, each with its reason.
LONG_VIEWS: dict[str, str] = {}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[UnitOfWorkFlask]:
    """The application; its database is never opened."""
    from app.config import Settings
    from app.factory import create_app

    secret = "routes-are-read-but-never-called-0123456789"
    app = create_app(Settings(f"sqlite:///{tmp_path / 'none.sqlite'}", tmp_path, secret))
    yield app
    app.extensions["database"].dispose()


def test_every_route_says_in_words_who_may_come_in(house):
    from app.door.access import gate_of

    gates = {rule.endpoint: gate_of(house, rule.endpoint) for rule in house.url_map.iter_rules()}

    assert [name for name, gate in gates.items() if gate is None or not gate.__doc__] == []


def test_only_these_doors_are_open_to_strangers(house):
    from app.door.access import anybody, gate_of

    open_doors = {name for name in house.view_functions if gate_of(house, name) is anybody}

    assert open_doors == OPEN_TO_ALL.keys()


def test_a_route_without_a_policy_does_not_start(house):
    from app.door.access import UnguardedRouteError, require_policies

    house.view_functions["forgotten"] = lambda: "?"

    with pytest.raises(UnguardedRouteError, match="forgotten"):
        require_policies(house)


def test_every_feature_is_there():
    from app import factory

    assert [name for name in factory.FEATURES if not factory._is_built(name)] == []


def test_nothing_is_exempt_from_the_form_token(house):
    from app import extensions

    assert not extensions.csrf._exempt_views
    assert not extensions.csrf._exempt_blueprints


def test_views_hold_no_query_and_no_state():
    queries = {
        f"{name_of(path)}: {name}"
        for path in files("app/web", "views.py")
        for name in imported(path)
        if name.startswith(("sqlalchemy", "app.models")) or name == "app.domain.states.State"
    }

    assert queries == set()


def test_views_can_be_read_at_a_glance():
    long = {
        f"{name_of(path)}:{view.name}": body_length(view)
        for path in files("app/web", "views.py")
        for view in functions(path)
        if is_view(view) and body_length(view) > VIEW_LINES
    }

    assert long.keys() - LONG_VIEWS.keys() == set(), long
    assert LONG_VIEWS.keys() - long.keys() == set(), "these need no exception any more"


def body_length(function: Function) -> int:
    """Lines of a function's body, its docstring apart."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body or body[-1].end_lineno is None:
        return 0
    return body[-1].end_lineno - body[0].lineno + 1


def is_view(function: Function) -> bool:
    """True for a function under a route's decorator."""
    routes = {"get", "post", "put", "patch", "delete", "route"}
    return any(
        isinstance(decorator, ast.Call)
        and isinstance(decorator.func, ast.Attribute)
        and decorator.func.attr in routes
        for decorator in function.decorator_list
    )


def test_states_are_assigned_in_one_place():
    writers = [
        name_of(path)
        for path in files("app", ".py")
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "state"
    ]

    assert writers == []
