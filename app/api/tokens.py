"""One's own tokens: list, make, stop."""

from datetime import datetime
from typing import Any

from app import clock
from app.api.blueprint import blueprint
from app.api.operations import operation
from app.api.shapes import tokens as shapes
from app.api.shapes.base import LARGEST_ID
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.models import ApiToken
from app.services.people import tokens

TAG = "访问令牌"


@blueprint.get("/tokens")
@access.policy(access.signed_in)
@operation(TAG, shapes.Tokens)
def list_tokens() -> shapes.Tokens:
    """我的令牌

    新的在前，含已停用和已到期的。
    """
    now = clock.now()
    rows = tokens.tokens_of(unit_of_work(), access.current_actor())
    return shapes.Tokens(items=[shapes.Token(**_facts(row, now)) for row in rows])


@blueprint.post("/tokens")
@access.policy(access.signed_in)
@operation(TAG, shapes.NewToken, status=201, refuses=(415,))
def create_token(json: shapes.TokenBody) -> tuple[shapes.NewToken, int]:
    """新建令牌

    明文只在这次答复里出现，请妥善保管。第一个令牌在网页的“访问令牌”新建。
    """
    now = clock.now()
    row, plain = tokens.create_token(
        unit_of_work(), access.current_actor(), json.name, json.days, now
    )
    return shapes.NewToken(**_facts(row, now), token=plain), 201


@blueprint.post(f"/tokens/<int(max={LARGEST_ID}):token_id>/revoke")
@access.policy(access.signed_in)
@operation(TAG, shapes.Token, refuses=(404,))
def revoke_token(token_id: int) -> shapes.Token:
    """停用令牌

    立即失效；重复停用没有影响。
    """
    now = clock.now()
    row = tokens.revoke_token(unit_of_work(), access.current_actor(), token_id, now)
    return shapes.Token(**_facts(row, now))


def _facts(row: ApiToken, now: datetime) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "hint": row.hint,
        "created_at": row.created_at,
        "expires_at": row.expires_at,
        "last_used_at": row.last_used_at,
        "revoked_at": row.revoked_at,
        "valid": tokens.is_valid(row, now),
    }
