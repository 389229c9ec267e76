"""What every page of the house must be, as a list of findings; an empty list is a good page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from tests.web.html import SILENT, Document, read_form, text_of

UNLABELLED = {"hidden", "submit", "button", "reset", "image"}
LEAKS = re.compile(
    r"(?<![A-Za-z0-9_])(None|Undefined|undefined|NaN|\[object Object\])(?![A-Za-z0-9_])"
    r"|\{\{|\{%|<[\w.]+ object at 0x|Traceback \(most recent"
)
DATA_BLOCKS = {"application/json", "application/ld+json"}  # never executed, so CSP has no say


def findings(page: str | Document, headers: Mapping[str, str]) -> list[str]:
    """Everything wrong with one page, which may have been parsed before, and its headers."""
    document = Document(page) if isinstance(page, str) else page
    checks = (head, headings, labels, forms, inline_code, ids, leaks, names)
    found = [f"not valid HTML5: {error}" for error in document.errors]
    for check in checks:
        found += check(document)
    return found + list(policy(headers))


def head(document: Document) -> Iterator[str]:
    """Language, title, viewport."""
    root = document.root
    if root.get("lang") != "zh-CN":
        yield f"<html lang={root.get('lang')!r}>, zh-CN was wanted"
    if not any(text_of(title) for title in document.select("head title")):
        yield "the title is empty"
    if not document.select("meta[name=viewport]"):
        yield "no <meta name=viewport>: a phone would show it tiny"


def headings(document: Document) -> Iterator[str]:
    """One h1, and it says something."""
    found = [text_of(heading) for heading in document.select("h1")]
    if len(found) != 1:
        yield f"{len(found)} h1 headings, one was wanted: {found}"
    elif not found[0]:
        yield "the h1 is empty"


def labels(document: Document) -> Iterator[str]:
    """Each control has a label that says something."""
    named = {label.get("for") for label in document.select("label") if text_of(label)}
    known = {element.get("id") for element in document.elements()}
    for control in document.select("input, select, textarea"):
        if control.tag == "input" and control.get("type") in UNLABELLED:
            continue
        wrapped = any(
            ancestor.tag == "label" and text_of(ancestor)
            for ancestor in document.ancestors(control)
        )
        by_id = (control.get("aria-labelledby") or "").split()
        if not (
            wrapped
            or (control.get("id") and control.get("id") in named)
            or (control.get("aria-label") or "").strip()
            or (by_id and set(by_id) <= known)
        ):
            yield f"no label for {described(control)}"


def forms(document: Document) -> Iterator[str]:
    """POST forms carry a CSRF token; files need their encoding; no dialog leaves the house."""
    for element in document.select("form"):
        form = read_form(document, element)
        if form.method not in ("get", "post", "dialog"):
            yield f"a form with method {form.method}"
        if form.method == "post" and not dict(form.controls).get("csrf_token"):
            yield f"a POST form without a CSRF token: {described(element)}"
        if form.files and form.encoding != "multipart/form-data":
            yield f"a file field in a form that is not multipart: {described(element)}"
        if re.match(r"(?:[a-z]+:)?//", form.action):
            yield f"a form that posts to another host: {form.action}"


def inline_code(document: Document) -> Iterator[str]:
    """No inline script, style or handler: the policy would refuse them anyway, in silence."""
    for element in document.elements():
        is_inline = element.tag == "script" and element.get("src") is None
        if is_inline and element.get("type") not in DATA_BLOCKS:
            yield "an inline <script>"
        if element.tag == "style":
            yield "an inline <style>"
        for name, value in element.items():
            if name == "style" or name.startswith("on"):
                yield f"an inline {name}={value!r} on {described(element)}"
            if name in ("href", "src", "action") and value.strip().lower().startswith(
                "javascript:"
            ):
                yield f"a javascript: address on {described(element)}"


def ids(document: Document) -> Iterator[str]:
    """No id twice, and every reference finds its element."""
    counted = Counter(element.get("id") for element in document.elements())
    for name, times in counted.items():
        if name is not None and times > 1:
            yield f"id {name!r} is there {times} times"
        if name == "":
            yield "an empty id"
    for attribute in ("for", "aria-describedby", "aria-controls", "list"):
        for element in document.select(f"[{attribute}]"):
            for name in (element.get(attribute) or "").split():
                if name not in counted:
                    yield f"{attribute}={name!r} on {described(element)} points to nothing"


def leaks(document: Document) -> Iterator[str]:
    """No word of the machine's in what people read."""
    for element in document.elements():
        if element.tag in SILENT:
            continue
        parts = [element.text or "", *(child.tail or "" for child in element)]
        for part in parts:
            if match := LEAKS.search(part):
                yield f"{match[0]!r} in the text of {described(element)}: {part.strip()[:80]}"
        for name, value in element.items():
            if value in ("None", "Undefined", "undefined") or (
                name in ("href", "src", "action") and re.search(r"(?<=[/=])None(?=[/&?]|$)", value)
            ):
                yield f"{name}={value!r} on {described(element)}"


def names(document: Document) -> Iterator[str]:
    """Pictures have an alt, links and buttons say what they do."""
    for image in document.select("img"):
        if image.get("alt") is None:
            yield f"a picture without alt: {image.get('src')}"
    for element in document.select("a[href], button"):
        said = text_of(element) or (element.get("aria-label") or element.get("title") or "")
        pictured = any(image.get("alt") for image in element.iter("img"))
        if not said.strip() and not pictured and not element.get("aria-labelledby"):
            yield f"nothing says what {described(element)} does"


def policy(headers: Mapping[str, str]) -> Iterator[str]:
    """The headers that keep a browser strict."""
    directives = {}
    for part in (headers.get("Content-Security-Policy") or "").split(";"):
        name, _, value = part.strip().partition(" ")
        directives[name] = value
    if not (directives.keys() & {"default-src", "script-src"}):
        yield "no Content-Security-Policy"
        return
    for name in ("script-src", "default-src"):
        if re.search(r"'unsafe-|(?<!\S)(\*|https?:|data:)(?!\S)", directives.get(name, "")):
            yield f"a lax policy: {name} {directives[name]}"
    for name in ("base-uri", "form-action", "frame-ancestors"):  # default-src does not cover these
        if name not in directives:
            yield f"the Content-Security-Policy says nothing of {name}"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "no X-Content-Type-Options: nosniff"


def described(element: Element) -> str:
    """An element's opening tag, near enough to find it."""
    shown = ("id", "name", "class", "type", "href", "action")
    attributes = "".join(f' {name}="{element.get(name)}"' for name in shown if element.get(name))
    return f"<{element.tag}{attributes}>"
