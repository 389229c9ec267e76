"""A web client that goes the way people go, and checks every page it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.test import TestResponse

from tests.cities import PASSWORD
from tests.coming_in import COOKIE, cookie_of
from tests.web.checks import findings
from tests.web.html import Document, Form, button_text, read_form, text_of

Upload = tuple[BinaryIO, str]
Value = str | int | Upload | Iterable[str] | Iterable[Upload] | None


class Page(Document):
    """An answer: its status, where one ended up, and the parsed HTML when it is HTML."""

    def __init__(self, response: TestResponse) -> None:
        self.response = response
        self.status = response.status_code
        self.path = response.request.path
        self.url = response.request.full_path.rstrip("?")
        self.is_html = response.mimetype == "text/html"
        super().__init__(response.get_data(as_text=True) if self.is_html else "<!doctype html>")

    @property
    def heading(self) -> str:
        """The words of the h1."""
        return text_of(self.one("h1"))

    @property
    def text(self) -> str:
        """Everything a reader sees, white space folded."""
        return text_of(self.one("body"))

    def texts(self, selector: str) -> list[str]:
        """The text of each element of a selector."""
        return [text_of(element) for element in self.select(selector)]

    @property
    def buttons(self) -> list[str]:
        """The words on every button of the page."""
        found = self.select("button, input[type=submit], a[role=button]")
        return [button_text(element) for element in found]

    @property
    def links(self) -> dict[str, str]:
        """Addresses of links by their words; of two with the same words the first."""
        found: dict[str, str] = {}
        for element in self.select("a[href]"):
            found.setdefault(
                text_of(element) or element.get("aria-label") or "", element.get("href") or ""
            )
        return found

    def form(self, where: str | Element) -> Form:
        """The only form of a selector, or the form of an element."""
        element = self.one(where) if isinstance(where, str) else where
        assert element.tag == "form", f"{where} is a <{element.tag}>, not a form"
        return read_form(self, element)


class CheckingClient:
    """Flask's test client behind checks."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.raw = app.test_client()
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        """The last page seen; before the first, the one a person comes to."""
        return self._page or self.get("/")

    @page.setter
    def page(self, page: Page) -> None:
        self._page = page

    def get(self, path: str, *, status: int = 200, check: bool = True) -> Page:
        """Open an address, follow redirects, want the status, check the page."""
        return self._arrive(self.raw.get(path, follow_redirects=True), status, check)

    def follow(self, words: str, *, status: int = 200) -> Page:
        """Go along the link with these words on the last page."""
        links = self.page.links
        assert words in links, f"no link {words!r}, only {list(links)}"
        return self.get(urljoin(self.page.url, links[words]), status=status)

    def post_form(
        self,
        where: str | Element,
        values: Mapping[str, Value] | None = None,
        *,
        button: str | None = None,
        status: int = 200,
        check: bool = True,
    ) -> Page:
        """Fill in a form of the last page and press its button.

        Fields left out keep what the page shows, hidden ones included; a value of None leaves a
        field out, a list sends several.  A name the form does not have, or a choice it does not
        offer, is an error of the test: forge those with ``raw``.
        """
        form = self.page.form(where)
        pressed = form.button(button)
        data = filled_in(form, values or {})
        action, method = form.action, form.method
        if pressed is not None:
            action = pressed.get("formaction") or action
            method = (pressed.get("formmethod") or method).lower()
            if pressed.get("name"):
                data.add(pressed.get("name"), pressed.get("value") or "")
        target = urljoin(self.page.url, action) if action else self.page.url
        self._same_host(target)
        sent: dict[str, Any] = {"query_string" if method == "get" else "data": data}
        if method == "post":
            sent["content_type"] = form.encoding
        response = self.raw.open(target, method=method.upper(), follow_redirects=True, **sent)
        return self._arrive(response, status, check)

    def login(self, name: str) -> None:
        """Come in as somebody without a look at the pages of the door."""
        self.raw.set_cookie(COOKIE, cookie_of(self.app, name))
        self._page = None

    def sign_in(self, name: str, password: str = PASSWORD) -> Page:
        """Sign in by the form at /login, as a person would."""
        self.get("/login")
        form = self.page.select("form[method=post]")[0]
        values = {
            input_named(form, "username"): name,
            input_named(form, "current-password"): password,
        }
        page = self.post_form(form, values)
        assert page.path != "/login", f"{name} was not let in: {page.text[:200]}"
        return page

    def _arrive(self, response: TestResponse, status: int, check: bool) -> Page:
        self._page = page = Page(response)
        where = f"{response.request.method} {page.url}"
        assert page.status == status, f"{where} answered {page.status}, not {status}: {said(page)}"
        if check and page.is_html:
            found = findings(page, response.headers)
            assert not found, f"{where}:\n  " + "\n  ".join(found)
        return page

    def _same_host(self, target: str) -> None:
        assert not urlsplit(target).netloc, f"the form leaves the house: {target}"


def said(page: Page) -> str:
    """How an answer that was not wanted begins."""
    return (page.text if page.is_html else page.response.text)[:400]


def input_named(form: Element, autocomplete: str) -> str:
    """The name of the input with this autocomplete word."""
    for element in form.iter("input"):
        if element.get("autocomplete") == autocomplete:
            return element.get("name") or ""
    raise AssertionError(f"the form has no input with autocomplete={autocomplete}")


def filled_in(form: Form, values: Mapping[str, Value]) -> MultiDict[str, Any]:
    """What the form would send with these values."""
    unknown = values.keys() - form.names
    assert not unknown, f"the form has no {sorted(unknown)}, only {sorted(form.names)}"
    data: MultiDict[str, Any] = MultiDict()
    for name, value in form.controls:
        if name not in values:
            data.add(name, value)
    for name, value in values.items():
        for item in as_items(value):
            choices = form.choices.get(name)
            assert choices is None or item in choices, (
                f"{name} does not offer {item!r}, only {sorted(choices)}"
            )
            data.add(name, item)
    return data


def as_items(value: Value) -> list[Any]:
    """One value or several, as a list of what is sent."""
    if value is None:
        return []
    if isinstance(value, (str, int)):
        return [str(value)]
    if isinstance(value, tuple):
        return [value]
    return [item if isinstance(item, tuple) else str(item) for item in value]
