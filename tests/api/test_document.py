"""The OpenAPI document, and the page that people read."""

from __future__ import annotations

import pytest
from openapi_spec_validator import validate

from app.domain.distances import CoordSource
from app.domain.workflow import MOVES
from tests.api.client import V1


@pytest.fixture
def document(program):
    return program("reader").get("/openapi.json")


def operations(document):
    return {
        (path, method): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"].startswith("3.1")
    validate(document)


def test_every_address_is_in_the_document(document, city_app):
    rules = {
        (rule.rule, method.lower())
        for rule in city_app.url_map.iter_rules()
        if rule.rule.startswith(V1) and rule.endpoint not in {"api.openapi", "api.read_me"}
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    described = len(operations(document))

    assert described == len(rules) > 20


def test_every_address_is_described_in_chinese_with_its_failures(document):
    for (path, _method), operation in operations(document).items():
        assert "\u4e00" <= operation["summary"][0] <= "\u9fff", path
        assert operation["description"], path
        for status, response in operation["responses"].items():
            if int(status) >= 400:
                assert list(response["content"]) == ["application/problem+json"]
        assert {"401", "422"} <= operation["responses"].keys()


def test_a_position_may_come_from_wherever_the_house_knows(document):
    told = document["components"]["schemas"]["CoordSource"]["enum"]

    assert told == [source.value for source in CoordSource]
    assert "pin" in told


def test_a_field_of_an_answer_or_a_body_says_what_it_is(document):
    plain = {"Category", "Position", "ProblemPage"}
    silent = [
        f"{name}.{key}"
        for name, schema in document["components"]["schemas"].items()
        for key, field in schema.get("properties", {}).items()
        if name not in plain and key != "items" and field.get("title", "").isascii()
    ]

    assert silent == []


def test_the_page_tells_the_same_to_people(city_client):
    city_client.login("reader")
    page = city_client.get(f"{V1}/")

    assert page.heading == "接口"
    for words in ("上传照片", "办理一个操作", "要一份台账", "Idempotency-Key", "暂定"):
        assert words in page.text


def test_a_stranger_who_opens_the_page_signs_in_first(city_client):
    assert city_client.get(f"{V1}/").path == "/login"


def test_the_table_of_moves_is_the_domains(program):
    items = program("reader").get("/moves")["items"]

    assert [row["code"] for row in items] == [move.code for move in MOVES]
    by_id = {row["id"]: row for row in items}
    assert by_id["save_draft"]["from_states"] == [{"value": "new", "label": "新建"}]
    assert by_id["send_back"]["to_state"]["value"] == "came_from"
    assert by_id["supervise"]["to_state"]["value"] == "same"
    assert [need["field"] for need in by_id["submit"]["needs"]] == [
        "remedy", "photo_ids", "handled_by",
    ]  # fmt: skip
    assert {choice["value"] for choice in by_id["void"]["needs"][0]["choices"]} > {"duplicate"}
