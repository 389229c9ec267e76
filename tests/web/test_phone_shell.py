"""What makes the site an application on a phone: the outbox, the worker, the manifest."""

from __future__ import annotations

import pytest

OUTDOORS = ("zhanqian", "xinfu", "brigade")


@pytest.mark.parametrize("login", OUTDOORS)
def test_those_who_send_from_a_phone_have_an_outbox(city_client, login):
    city_client.login(login)
    page = city_client.get("/outbox")

    assert page.heading == "待发送"
    assert page.one("[data-behaviour=outbox]").get("data-login") == "/login?next=/outbox"


def test_others_have_none(city_client):
    city_client.login("reader")

    assert city_client.get("/outbox", status=403).status == 403


def test_a_page_says_for_whom_it_is_and_only_to_his_own_browser(city_client, city):
    stranger = city_client.get("/login")
    city_client.login("zhanqian")
    own = city_client.get("/outbox")

    assert stranger.one("html").get("data-user") is None
    assert own.one("html").get("data-user") == str(city.users["zhanqian"])


def test_the_worker_is_served_from_the_root_and_asked_for_at_every_visit(city_client):
    with city_client.raw.get("/sw.js") as answer:
        assert answer.status_code == 200
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Cache-Control"] == "no-cache"
        assert b"import.meta" not in answer.data  # older browsers run no modules there


def test_the_worker_keeps_what_phones_need_and_no_more(city_client):
    with city_client.raw.get("/sw.js") as answer:
        text = answer.get_data(as_text=True)
    unwanted = ("noto-sans", "grid-start", "photoswipe")

    assert "/static/assets/main-" in text
    assert "/static/assets/capture-" in text
    assert [name for name in unwanted if f"assets/{name}" in text] == []


def test_the_manifest_names_icons_that_are_there(city_client):
    told = city_client.raw.get("/app.webmanifest").get_json()
    for icon in told["icons"]:
        with city_client.raw.get(icon["src"]) as answer:
            assert (answer.status_code, answer.mimetype) == (200, "image/png")

    assert told["start_url"] == "/"
    assert {icon["purpose"] for icon in told["icons"]} == {"any", "maskable"}


def test_the_form_of_a_report_is_kept_on_the_phone(city_client):
    city_client.login("zhanqian")
    form = city_client.get("/report").one("form[data-kind]")

    assert form.get("data-kind") == "report"
    assert "phone-form" in (form.get("data-behaviour") or "").split()
    assert form.get("enctype") == "multipart/form-data"  # without a script it is sent as ever
