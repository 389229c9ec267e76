"""The checking client itself: it goes the way people go, and it sees what is wrong with a page."""

from __future__ import annotations

import io

import pytest
from flask import Flask, redirect, request

from tests.web.checks import findings
from tests.web.client import CheckingClient
from tests.web.html import Document, text_of

POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
    "object-src 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
PAGE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>问题</title>'
    '<meta name="viewport" content="width=device-width"></head>'
    "<body><h1>问题</h1>{}</body></html>"
)
FORM = (
    '<form id="report" method="post" enctype="multipart/form-data">'
    '<input type="hidden" name="csrf_token" value="t">'
    '<label>说明 <textarea name="text">\n原来的话</textarea></label>'
    '<label>类别 <select name="kind"><option value="1">垃圾</option><option>乱贴</option></select>'
    "</label>"
    '<label><input type="radio" name="level" value="a" checked> 一般</label>'
    '<label><input type="radio" name="level" value="b"> 紧急</label>'
    '<label for="p">照片</label><input type="file" id="p" name="photo" multiple>'
    '<button name="do" value="save">存草稿</button><button name="do" value="send">上报</button>'
    "</form>"
)


@pytest.fixture
def client() -> CheckingClient:
    app = Flask(__name__)

    @app.after_request
    def strict(response):
        response.headers.update(HEADERS)
        return response

    @app.route("/report", methods=["GET", "POST"])
    def report():
        if request.method == "GET":
            return PAGE.format(FORM)
        app.config["SENT"] = request.form.to_dict(flat=False)
        app.config["FILES"] = [file.filename for file in request.files.getlist("photo")]
        return redirect("/done", 303)

    @app.route("/done")
    def done():
        return PAGE.format('<p>已上报</p><a href="report">再报一件</a>')

    @app.route("/bad")
    def bad():
        return PAGE.format("<p>到期 None</p>")

    return CheckingClient(app)


def test_a_form_is_sent_with_what_the_page_holds_and_what_was_filled_in(client):
    client.get("/report")
    photos = [(io.BytesIO(b"a"), "a.jpg"), (io.BytesIO(b"b"), "b.jpg")]
    page = client.post_form("#report", {"kind": "乱贴", "photo": photos}, button="上报")

    assert page.path == "/done"
    assert client.app.config["SENT"] == {
        "csrf_token": ["t"],
        "text": ["原来的话"],
        "kind": ["乱贴"],
        "level": ["a"],
        "do": ["send"],
    }
    assert client.app.config["FILES"] == ["a.jpg", "b.jpg"]
    assert client.follow("再报一件").heading == "问题"


def test_what_the_form_does_not_offer_cannot_be_sent(client):
    client.get("/report")

    with pytest.raises(AssertionError, match=r"the form has no \['state'\]"):
        client.post_form("#report", {"state": "signed_off"}, button="上报")
    with pytest.raises(AssertionError, match="kind does not offer '3'"):
        client.post_form("#report", {"kind": "3"}, button="上报")
    with pytest.raises(AssertionError, match="no button '销号'"):
        client.post_form("#report", button="销号")


def test_a_page_that_leaks_a_none_fails_the_test(client):
    with pytest.raises(AssertionError, match="'None' in the text of <p>"):
        client.get("/bad")


def test_a_good_page_has_no_findings():
    assert findings(PAGE.format(FORM), HEADERS) == []


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("<div><p>不完</div></p>", "not valid HTML5"),
        ("<h1>又一个</h1>", "2 h1 headings"),
        ('<input name="q">', 'no label for <input name="q">'),
        ('<label for="q"></label><input id="q">', 'no label for <input id="q">'),
        ('<form method="post"></form>', "without a CSRF token"),
        ('<form method="post"><input type="hidden" name="csrf_token" value=""></form>',
         "without a CSRF token"),
        ('<form><label>图<input type="file" name="p"></label></form>', "not multipart"),
        ('<form action="//elsewhere.example/"></form>', "another host"),
        ("<script>1</script>", "an inline <script>"),
        ("<style></style>", "an inline <style>"),
        ('<p style="color:red">红</p>', "an inline style="),
        ('<p onclick="x()">点</p>', "an inline onclick="),
        ('<a href="JavaScript:x()">去</a>', "a javascript: address"),
        ('<p id="a">一</p><p id="a">二</p>', "id 'a' is there 2 times"),
        ('<label for="nowhere">空</label>', "points to nothing"),
        ("<p>负责人：None</p>", "'None' in the text"),
        ("<p>{{ problem }}</p>", "'{{' in the text"),
        ("<p>&lt;app.models.Problem object at 0x7f&gt;</p>", "object at 0x"),
        ('<a href="/problems/None">看</a>', "href='/problems/None'"),
        ('<img src="/p.jpg">', "without alt"),
        ('<button type="button"></button>', "nothing says what <button"),
    ],
)  # fmt: skip
def test_a_bad_page_is_found_out(body, finding):
    assert any(finding in found for found in findings(PAGE.format(body), HEADERS))


@pytest.mark.parametrize(
    ("policy", "finding"),
    [
        ("", "no Content-Security-Policy"),
        (POLICY.replace("'self';", "'self' 'unsafe-inline';", 1), "a lax policy"),
        (POLICY.replace("'self';", "'self' https:;", 1), "a lax policy"),
        (POLICY.replace("base-uri 'none'; ", ""), "says nothing of base-uri"),
    ],
)
def test_a_lax_policy_is_found_out(policy, finding):
    headers = {**HEADERS, "Content-Security-Policy": policy}

    assert any(finding in found for found in findings(PAGE.format(""), headers))


def test_selectors_find_by_tag_id_class_attribute_and_descent():
    document = Document(
        PAGE.format('<ul id="list"><li class="late urgent"><a href="/p/1">甲</a></li></ul>')
    )

    assert text_of(document.one("#list li.late a[href^=/p/]")) == "甲"
    assert document.select("ul.late, p a") == []
    assert len(document.select("h1, li")) == 2
