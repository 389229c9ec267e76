"""Each role walks every link of the house: each page is there, and passes the client's checks."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest

from app.db import Database
from app.domain.states import State
from tests.builders import PEOPLE, City, make_problem
from tests.web.client import CheckingClient

LOGINS = sorted({roles: login for login, _, _, roles in reversed(PEOPLE)}.values())
MOST = 120  # pages a person visits; past it lists only go on
# The builders' photos have rows and no files: the photo rooms' own tests open these.
COLUMN = re.compile(r"(?<=/cells)/\w+|/f_\d+")
FILES = ("/static/", "/photos/", "/media/", "/v/")


def shape_of(address: str) -> str:
    """An address without the values of its query and with ids as one: pages of one kind."""
    parts = urlsplit(address)
    path = "/".join("1" if piece.isdecimal() else piece for piece in parts.path.split("/"))
    path = COLUMN.sub("/column", path)
    if path.startswith("/table/"):
        # The address is the state of the view: each filter leads on to all others with it.
        return f"{path}?{dict(parse_qsl(parts.query)).get('as', '')}"
    return f"{path}?{'&'.join(sorted({name for name, _ in parse_qsl(parts.query)}))}"


@pytest.fixture
def lived_in(city_database: Database, city: City) -> None:
    """A problem in every state."""
    with city_database.writing() as session:
        for state in State:
            make_problem(session, city, state)


@pytest.mark.usefixtures("lived_in")
@pytest.mark.parametrize("login", LOGINS)
def test_every_link_a_role_is_shown_leads_to_a_good_page(
    city_client: CheckingClient, city_database: Database, login: str
) -> None:
    # The pages are the same on both databases, only their queries differ: one of a kind shows that.
    each = 2 if city_database.is_sqlite else 1
    city_client.login(login)
    ahead, seen = ["/"], {}
    while ahead and len(seen) < MOST:
        address = ahead.pop(0)
        if seen.get(shape_of(address), 0) >= each:
            continue
        seen[shape_of(address)] = seen.get(shape_of(address), 0) + 1
        page = city_client.get(address)
        for link in page.select("a[href]"):
            target = urljoin(page.url, link.get("href") or "")
            is_file = urlsplit(target).path.startswith(FILES) or link.get("download") is not None
            if not urlsplit(target).netloc and not is_file:
                ahead.append(target.partition("#")[0])

    assert len(seen) > 1
