"""An HTML page as tests see it: a tree, a few CSS selectors, its text, its forms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from xml.etree.ElementTree import Element

import html5lib

SIMPLE = re.compile(
    r"(?P<tag>^[\w*-]+)|#(?P<id>[\w-]+)|\.(?P<cls>[\w-]+)"
    r"|\[(?P<attr>[\w-]+)(?:(?P<op>[~^$*]?=)[\"']?(?P<value>[^\]\"']*)[\"']?)?\]"
)
Compound = tuple[Mapping[str, str | None], ...]
SILENT = {"script", "style", "template", "noscript"}


class Document:
    """One parsed page; ``errors`` are the parser's complaints, with line and column."""

    def __init__(self, html: str) -> None:
        parser = html5lib.HTMLParser(
            tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False
        )
        self.root: Element = parser.parse(html)
        self.errors = [
            f"line {place[0]}, column {place[1]}: {code} {data or ''}".strip()
            for place, code, data in parser.errors
        ]
        self.parents = {child: parent for parent in self.root.iter() for child in parent}
        self._elements = [each for each in self.root.iter() if isinstance(each.tag, str)]
        self._place = {element: at for at, element in enumerate(self._elements)}
        self._known: dict[tuple[str, str], list[Element]] = {}
        for element in self._elements:
            for name in _names_of(element):
                self._known.setdefault(name, []).append(element)

    def elements(self) -> Iterator[Element]:
        """Every element in order, comments left out."""
        return iter(self._elements)

    def select(self, selector: str) -> list[Element]:
        """Elements by tag, #id, .class, [attribute], [attribute=value] (also ~= ^= $= *=),
        compounds and descendants of these, and lists with commas."""
        found = {
            element
            for steps in understood(selector)
            for element in self._likely(steps[-1])
            if self._matches(element, steps)
        }
        return sorted(found, key=self._place.__getitem__)

    def one(self, selector: str) -> Element:
        """The only element of a selector."""
        found = self.select(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector}, one was wanted"
        return found[0]

    def ancestors(self, element: Element) -> Iterator[Element]:
        """From the parent upwards."""
        while element in self.parents:
            element = self.parents[element]
            yield element

    @cached_property
    def controls(self) -> Mapping[Element, list[Element]]:
        """The controls of each form, in page order."""
        found: dict[Element, list[Element]] = {}
        for control in self.select("input, select, textarea, button"):
            form = self._form_of(control)
            if form is not None:
                found.setdefault(form, []).append(control)
        return found

    def _form_of(self, control: Element) -> Element | None:
        """The form a control belongs to, by its name or by where it stands."""
        owner = control.get("form")
        if owner is None:
            return next((each for each in self.ancestors(control) if each.tag == "form"), None)
        named = self._known.get(("id", owner), ())
        return next((each for each in named if each.tag == "form"), None)

    def _likely(self, compound: Compound) -> Sequence[Element]:
        """The elements that have what the first part of a compound asks for: few of a page."""
        part = compound[0]
        for kind in ("tag", "id", "cls", "attr"):
            wanted = part[kind]
            if wanted:
                every = kind == "tag" and wanted == "*"
                return self._elements if every else self._known.get((kind, wanted), ())
        return self._elements

    def _matches(self, element: Element, steps: Sequence[Compound]) -> bool:
        if not matches_compound(element, steps[-1]):
            return False
        rest = steps[:-1]
        for ancestor in self.ancestors(element) if rest else ():
            if rest and matches_compound(ancestor, rest[-1]):
                rest = rest[:-1]
        return not rest


def _names_of(element: Element) -> Iterator[tuple[str, str]]:
    """What selectors find an element by: pairs of the kind of a part and its word."""
    yield "tag", element.tag
    for name, value in element.items():
        yield "attr", name
        if name == "id":
            yield "id", value
        elif name == "class":
            yield from (("cls", one) for one in set(value.split()))


@cache
def understood(selector: str) -> tuple[tuple[Compound, ...], ...]:
    """The alternatives of a selector, each a line of descendants; few selectors, many elements."""
    alternatives = re.split(r",(?![^\[]*\])", selector)
    return tuple(tuple(parts_of(step) for step in part.split()) for part in alternatives)


def parts_of(compound: str) -> Compound:
    """The parts of ``tag#id.class[attribute=value]``."""
    assert SIMPLE.sub("", compound) == "", f"selector not understood: {compound}"
    return tuple(match.groupdict() for match in SIMPLE.finditer(compound))


def matches_compound(element: Element, compound: Compound) -> bool:
    """True when one element fits all parts."""
    return all(matches_simple(element, part) for part in compound)


def matches_simple(element: Element, match: Mapping[str, str | None]) -> bool:
    """True when one element fits one part of a compound selector."""
    if match["tag"]:
        return match["tag"] in ("*", element.tag)
    if match["id"]:
        return element.get("id") == match["id"]
    if match["cls"]:
        return match["cls"] in (element.get("class") or "").split()
    actual, wanted = element.get(match["attr"]), match["value"]
    if actual is None or match["op"] is None:
        return actual is not None
    return {
        "=": actual == wanted,
        "~=": wanted in actual.split(),
        "^=": actual.startswith(wanted),
        "$=": actual.endswith(wanted),
        "*=": wanted in actual,
    }[match["op"]]


def text_of(element: Element) -> str:
    """What a reader sees of an element: its text, white space folded, scripts left out."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: Element) -> Iterator[str]:
    if element.tag in SILENT or not isinstance(element.tag, str):
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""


@dataclass
class Form:
    """A form as a browser would send it: ``controls`` are name and value in page order."""

    element: Element
    method: str
    action: str
    encoding: str
    controls: list[tuple[str, str]] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    choices: dict[str, set[str]] = field(default_factory=dict)
    buttons: list[Element] = field(default_factory=list)

    def button(self, wanted: str | None) -> Element | None:
        """The button with this text, value or name=value; without a wish, the only button."""
        if wanted is None:
            return self.buttons[0] if len(self.buttons) == 1 else None
        for element in self.buttons:
            named = f"{element.get('name')}={element.get('value')}"
            if wanted in (button_text(element), element.get("value"), named):
                return element
        seen = [button_text(element) for element in self.buttons]
        raise AssertionError(f"no button {wanted!r} in the form, only {seen}")


def button_text(element: Element) -> str:
    """The words on a button."""
    return text_of(element) or element.get("value") or element.get("aria-label") or ""


def read_form(document: Document, element: Element) -> Form:
    """Collect a form's controls, those outside it that name it included."""
    form = Form(
        element=element,
        method=(element.get("method") or "get").lower(),
        action=element.get("action") or "",
        encoding=element.get("enctype") or "application/x-www-form-urlencoded",
    )
    for control in document.controls.get(element, ()):
        if not _disabled(document, control):
            _collect(form, control)
    return form


def _disabled(document: Document, control: Element) -> bool:
    if control.get("disabled") is not None:
        return True
    return any(
        ancestor.tag == "fieldset" and ancestor.get("disabled") is not None
        for ancestor in document.ancestors(control)
    )


def _collect(form: Form, control: Element) -> None:
    kind = control.get("type") or ("submit" if control.tag == "button" else "text")
    name = control.get("name")
    if control.tag in ("button", "input") and kind in ("submit", "image"):
        form.buttons.append(control)
        return
    if not name or kind in ("button", "reset"):
        return
    form.names.add(name)
    if kind == "file":
        form.files.add(name)
    elif control.tag == "select":
        _collect_select(form, name, control)
    elif kind in ("checkbox", "radio"):
        value = control.get("value") or "on"
        form.choices.setdefault(name, set()).add(value)
        if control.get("checked") is not None:
            form.controls.append((name, value))
    elif control.tag == "textarea":
        form.controls.append((name, "".join(control.itertext())))
    else:
        form.controls.append((name, control.get("value") or ""))


def _collect_select(form: Form, name: str, control: Element) -> None:
    options = [option for option in control.iter("option") if option.get("disabled") is None]
    values = [option.get("value", text_of(option)) for option in options]
    form.choices.setdefault(name, set()).update(values)
    chosen = [
        value
        for option, value in zip(options, values, strict=True)
        if option.get("selected") is not None
    ]
    if not chosen and values and control.get("multiple") is None:
        chosen = values[:1]
    form.controls += [(name, value) for value in chosen]
