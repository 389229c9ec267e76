"""The OpenAPI document as plain rows for the page that people read."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.api.document import CUSTOMS, FIRST, address

Schema = Mapping[str, Any]
DEEPEST = 4  # levels of an example
KINDS = {
    "string": "文字", "integer": "整数", "number": "数字", "boolean": "是否", "object": "对象",
    "null": "空",
}  # fmt: skip
FORMATS = {"date-time": "时间", "date": "日期", "binary": "文件"}
SAMPLES: dict[str, Any] = {
    "date-time": "2026-10-12T23:59:59+08:00", "date": "2026-10-12", "integer": 1, "number": 1.5,
    "boolean": False, "string": "…", "null": None,
}  # fmt: skip


def page_of(document: Schema) -> dict[str, Any]:
    """Everything the template draws."""
    schemas = document["components"]["schemas"]
    return {
        "first": FIRST,
        "customs": CUSTOMS,
        "address": address(),
        "version": document["info"]["version"],
        "groups": [
            {"name": tag["name"], "operations": list(_operations(document, tag["name"]))}
            for tag in document["tags"]
        ],
        "schemas": [_schema(name, schemas) for name in sorted(schemas)],
    }


def _operations(document: Schema, tag: str) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if tag in operation["tags"]:
                yield _operation(path, method, operation)


def _operation(path: str, method: str, operation: Schema) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    return {
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path,
        "summary": operation["summary"],
        "description": operation["description"],
        "parameters": [
            {
                "name": each["name"],
                "place": {"path": "地址", "query": "查询", "header": "请求头"}[each["in"]],
                "about": each.get("description") or each["schema"].get("title", ""),
            }
            for each in operation["parameters"]
        ],
        "body": [(kind, _name(content["schema"])) for kind, content in body.items()],
        "answers": [
            (status, each["description"], _answer(each))
            for status, each in operation["responses"].items()
        ],
    }


def _answer(response: Schema) -> str:
    for content in response.get("content", {}).values():
        return _name(content.get("schema", {}))
    return ""


def _name(schema: Schema) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _schema(name: str, schemas: Mapping[str, Schema]) -> dict[str, Any]:
    schema = schemas[name]
    rows = [
        {
            "name": key,
            "kind": _kind(each, schemas),
            "link": _linked(each, schemas),
            "about": "，".join(filter(None, (_titled(key, each), each.get("description", "")))),
            "required": key in schema.get("required", ()),
        }
        for key, each in schema.get("properties", {}).items()
    ]
    example = json.dumps(_example(schema, schemas), ensure_ascii=False, indent=2)
    choices = [str(each) for each in schema.get("enum", ())]
    about = schema.get("description", "") if rows or choices else ""
    return {"name": name, "about": about, "rows": rows, "example": example, "choices": choices}


def _titled(key: str, schema: Schema) -> str:
    """A title that a person wrote; pydantic makes one up from the name otherwise."""
    title = str(schema.get("title", ""))
    return "" if title.isascii() and title.lower().replace(" ", "_") == key else title


def _branches(schema: Schema) -> list[Schema]:
    return list(schema.get("anyOf") or schema.get("allOf") or [schema])


def _kind(schema: Schema, schemas: Mapping[str, Schema]) -> str:
    words = []
    for each in _branches(schema):
        if "$ref" in each:
            words.append(_name(each))
        elif each.get("type") == "array":
            words.append(f"{_kind(each.get('items', {}), schemas)} 的数组")
        else:
            kind = FORMATS.get(each.get("format", "")) or KINDS.get(each.get("type", ""), "任意")
            words.append(kind)
    return " 或 ".join(dict.fromkeys(words))


def _linked(schema: Schema, schemas: Mapping[str, Schema]) -> str:
    """The name of the schema a field is made of."""
    for each in _branches(schema):
        name = _name(each) or _name(each.get("items", {}))
        if name in schemas:
            return name
    return ""


def _example(schema: Schema, schemas: Mapping[str, Schema], depth: int = 0) -> Any:
    if schema.get("examples"):
        return schema["examples"][0]
    first = _branches(schema)[0]
    if "$ref" in first:
        first = schemas[_name(first)]
    if first.get("enum"):
        return first["enum"][0]
    if first.get("type") in {"array", "object"}:
        return _larger(first, schemas, depth + 1)
    return SAMPLES.get(first.get("format", "")) or SAMPLES.get(first.get("type", ""))


def _larger(schema: Schema, schemas: Mapping[str, Schema], depth: int) -> Any:
    if schema["type"] == "array":
        return [_example(schema.get("items", {}), schemas, depth)] if depth < DEEPEST else []
    fields = schema.get("properties", {}) if depth < DEEPEST else {}
    return {key: _example(each, schemas, depth) for key, each in fields.items()}
