"""How an address of the interface is declared: what it takes, what it answers, in one line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import Request, current_app, request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from werkzeug.exceptions import BadRequest

from app.api import sentences
from app.api.shapes.base import Failure
from app.domain.refusals import Refusal

Handler = Callable[..., ResponseReturnValue]
KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
FORM = "multipart/form-data"


class Malformed(Refusal):
    """A body that is no JSON."""

    status = 400


class WrongKind(Refusal):
    """A body of another content type than the address takes."""

    status = 415


@dataclass(frozen=True, slots=True)
class Extra:
    """What the OpenAPI document says of an operation beside its models."""

    content_type: str = "application/json"
    takes_key: bool = False
    refuses: tuple[int, ...] = ()


extras: dict[str, Extra] = {}


def _before(
    sent: Request, _response: Any, error: Exception | None, _instance: Any, _adapter: Any
) -> None:
    """Say no before the view runs; spectree itself takes a broken body for an empty one."""
    wants = spec.get_function_metadata(current_app.view_functions[sent.endpoint or ""])
    if wants is not None and wants.json is not None:
        _is_json(sent)
    if wants is not None and wants.form is not None and sent.mimetype != FORM:
        raise WrongKind("request.not_a_form", "请以 multipart/form-data 发送照片。")
    if isinstance(error, ValidationError):
        raise sentences.refusal_of(error)


def _is_json(sent: Request) -> None:
    if not sent.get_data(cache=True) and not sent.form and not sent.files:
        return
    if not sent.is_json:
        raise WrongKind("request.not_json", "请以 application/json 发送内容。")
    try:
        sent.get_json()
    except (BadRequest, RecursionError):
        raise Malformed("request.not_json", "请求内容不是有效的 JSON，请检查后再发送。") from None


spec = SpecTree(
    "flask",
    mode="strict",
    annotations=True,
    title="销号台接口",
    version="1.0.0",
    validation_error_model=Failure,
    before=_before,
    naming_strategy=lambda model: model.__name__,
    nested_naming_strategy=lambda _parent, child: child,
    security_schemes=[
        SecurityScheme(
            name="token",
            data=SecuritySchemeData(
                type=SecureType.HTTP,
                scheme="bearer",
                description="个人访问令牌，在“访问令牌”页面新建，以 xh_ 开头。",
            ),
        )
    ],
    security={"token": []},
)


def operation(
    tag: str,
    answer: type[BaseModel] | str,
    *,
    status: int = 200,
    key: bool = False,
    refuses: Sequence[int] = (),
) -> Callable[[Callable[..., Any]], Handler]:
    """Declare a view: its group, the model of its answer (or the content type of a file).

    `key` marks what may be repeated under an Idempotency-Key; `refuses` are statuses worth
    knowing beside 401 and 422. The view's docstring is its Chinese description.
    """

    def declare(view: Callable[..., Any]) -> Handler:
        if isinstance(answer, str):
            response, kind = Response(f"HTTP_{status}"), answer
        else:
            response, kind = Response(**{f"HTTP_{status}": answer}), "application/json"
        extras[view.__name__] = Extra(kind, key, tuple(refuses))
        checked = spec.validate(resp=response, tags=[tag], operation_id=view.__name__)(view)
        return cast("Handler", checked)

    return declare


def key_of_request() -> str | None:
    """The Idempotency-Key of this request, if it has one."""
    return request.headers.get(KEY, "").strip() or None
