"""How an address of the interface is declared: what it takes, what it answers, in one line."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from pydantic import BaseModel, ValidationError
from spectree import Response, SecurityScheme, SpecTree
from spectree.models import SecureType, SecuritySchemeData
from spectree.plugins.flask_plugin import FlaskPlugin
from werkzeug.exceptions import BadRequest

from app.api import sentences
from app.api.shapes.base import Failure
from app.domain.refusals import Refusal

Handler = Callable[..., ResponseReturnValue]
KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
JSON = "application/json"
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

    content_type: str = JSON
    takes_key: bool = False
    refuses: tuple[int, ...] = ()


extras: dict[str, Extra] = {}


class Plugin(FlaskPlugin):
    """Checks as spectree does, and says in Chinese what is wrong."""

    def request_validation(self, *sent: Any) -> None:
        """Read and check the parts of a request; raises Invalid.

        Spectree's own answer repeats what was sent, which need not be text.
        """
        try:
            super().request_validation(*sent)  # type: ignore[no-untyped-call]
        except ValidationError as error:
            raise sentences.refusal_of(error) from None


spec = SpecTree(
    backend=Plugin,
    mode="strict",
    annotations=True,
    title="销号台接口",
    version="1.0.0",
    validation_error_model=Failure,
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
        is_file = isinstance(answer, str)
        extras[view.__name__] = Extra(
            answer if isinstance(answer, str) else JSON, key, tuple(refuses)
        )
        response = Response(**{f"HTTP_{status}": None if is_file else answer})
        checked = spec.validate(resp=response, tags=[tag], operation_id=view.__name__)(view)
        wants = spec.get_function_metadata(checked)

        @wraps(checked)
        def handle(*args: Any, **values: Any) -> Any:
            if wants is not None:
                _check_body(json=wants.json is not None, form=wants.form is not None)
            # spectree would read a file into memory to look at it
            return view(*args, **values) if is_file else checked(*args, **values)

        return handle

    return declare


def _check_body(*, json: bool, form: bool) -> None:
    """Refuse a broken or misplaced body: spectree takes it for an empty one."""
    if form and request.mimetype != FORM:
        raise WrongKind("request.not_a_form", "请以 multipart/form-data 发送照片。")
    if not json or not (request.get_data(cache=True) or request.form or request.files):
        return
    if not request.is_json:
        raise WrongKind("request.not_json", "请以 application/json 发送内容。")
    try:
        request.get_json()
    except (BadRequest, RecursionError):
        raise Malformed("request.not_json", "请求内容不是有效的 JSON，请检查后再发送。") from None


def key_of_request() -> str | None:
    """The Idempotency-Key of this request, if it has one."""
    return request.headers.get(KEY, "").strip() or None
