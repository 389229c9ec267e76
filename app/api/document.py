"""The OpenAPI document: spectree's, with our failures, files and keys put in their places."""

import re
from functools import lru_cache
from typing import Any

from app.api.blueprint import PREFIX
from app.api.operations import KEY, REPLAYED, extras, spec

FIRST = "网页能办的，接口都能办，规则和权限完全相同。"
CUSTOMS: tuple[tuple[str, str], ...] = (
    ("身份", "在网页的“访问令牌”新建令牌，每次请求带上 Authorization: Bearer xh_…。"
     "网页登录只能读接口，不能写。"),
    ("时间", "带时区的 ISO 8601。时限的 provisional 为真，"
     "表示涉及尚未公布放假安排的日期，是暂定的。"),
    ("出错", "一律是 application/problem+json：code 供程序判断，detail 是可以直接显示的中文，"
     "fields 逐个字段说明，details 是冲突时双方的值。"),
    ("重复发送", f"写操作可以带 {KEY}，最多 100 个字符。同一个人用同一个编号重复发送，只办一次，"
     f"得到同样的答复，并标有 {REPLAYED}。"),
    ("同时办理", "办理时带上您看到的 version。别人先办了，答 409 并说明现在的情况。"),
    ("翻页", "把答复里的 next 作为 after 再请求一次，直到 next 为空。"),
    ("没有变化", "GET 的答复带 ETag，按 HTTP 的条件请求再问一次，没有变化就答 304，不再传内容。"),
)  # fmt: skip
REFUSALS = {
    400: "请求无法识别",
    401: "没有令牌，或令牌已失效",
    403: "没有权限",
    404: "没有，或者不在您的查看范围内",
    409: "情况已有变化：已被他人办理、照片已用过，或请求编号已用于别的内容",
    410: "已经过期",
    412: "协议版本不对",
    413: "内容太大",
    415: "内容的格式不对",
    422: "有内容缺失或不对，逐个字段说明",
    429: "次数太多",
    460: "收到的内容与校验值不一致，没有保存",
    503: "暂时无法使用，请稍后原样再发",
    507: "服务器磁盘已满，请稍后再传",
}
ALWAYS = (401, 422)
FAILURE = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Failure"}}}
KEY_PARAMETER = {
    "name": KEY,
    "in": "header",
    "required": False,
    "description": "请求编号：同一个人用同一个编号重复发送，只办一次",
    "schema": {"type": "string", "maxLength": 100},
    "example": "b7e1c2d0-3f4a-4a53-9d6e-0c1f5a2b7e91",
}
PLACES = {
    "problem_id": "问题的编号",
    "photo_id": "照片的编号",
    "move_id": "操作的名称",
    "ledger_id": "台账的编号",
    "token_id": "令牌的编号",
    "section_id": "科室的编号",
    "upload_id": "分段上传的编号",
}


@lru_cache(maxsize=1)
def document() -> dict[str, Any]:
    """OpenAPI 3.1, made once a process; ask for it inside a request."""
    made: dict[str, Any] = spec.spec
    made["info"]["description"] = "\n\n".join(
        (FIRST, *(f"**{heading}**：{text}" for heading, text in CUSTOMS))
    )
    for operations in made["paths"].values():
        for operation in operations.values():
            _complete(operation)
    made["tags"] = sorted(made["tags"], key=lambda tag: ORDER.index(tag["name"]))
    return made


BETWEEN_LINES = re.compile("(?<=[\u3000-\u9fff，。；：]) (?=[\u4e00-\u9fff])")  # of a docstring
ORDER = ["基础资料", "照片", "问题", "成果库", "整治台账", "科室字段", "访问令牌"]


def _complete(operation: dict[str, Any]) -> None:
    extra = extras[operation["operationId"]]
    operation["description"] = BETWEEN_LINES.sub("", operation["description"])
    for place in operation["parameters"]:
        if place["in"] == "path":
            place["description"] = PLACES[place["name"]]
    for status, response in operation["responses"].items():
        if int(status) < 400:  # noqa: PLR2004
            _say_what_comes(response, extra.content_type, key=extra.takes_key)
    for status in sorted({*ALWAYS, *extra.refuses}):
        said = {"description": REFUSALS[status], "content": FAILURE}
        operation["responses"][str(status)] = said
    operation["responses"] = dict(sorted(operation["responses"].items()))
    if extra.takes_key:
        operation["parameters"].append(KEY_PARAMETER)


def _say_what_comes(response: dict[str, Any], content_type: str, *, key: bool) -> None:
    response["description"] = "办成" if key else "答复"
    if not content_type:
        response["description"] = "办成，答复没有内容，情况在响应头里"
    elif content_type != "application/json":
        response["content"] = {content_type: {}}
    if key:
        seen = {"description": "为 true 表示以前已经办过", "schema": {"type": "string"}}
        response["headers"] = {REPLAYED: seen}


def address() -> str:
    """Where the document lies."""
    return f"{PREFIX}/openapi.json"
