"""Personal access tokens."""

from pydantic import Field

from app.api.shapes.base import Answer, Instant, Line100, Sent


class TokenBody(Sent):
    """新建一个令牌。"""

    name: Line100 = Field(title="用途", examples=["办公室电脑上的汇总表"])
    days: int = Field(90, ge=1, le=365, title="有效天数")


class Token(Answer):
    """一个令牌；明文只在新建时给一次。"""

    id: int = Field(title="编号")
    name: str = Field(title="用途")
    hint: str = Field(title="开头几个字符", examples=["xh_3fQ7"])
    created_at: Instant = Field(title="新建时间")
    expires_at: Instant = Field(title="到期时间")
    last_used_at: Instant | None = Field(title="最近使用")
    revoked_at: Instant | None = Field(title="停用时间")
    valid: bool = Field(title="有效")


class NewToken(Token):
    """新建的令牌，token 只在这里出现一次。"""

    token: str = Field(title="令牌", examples=["xh_3fQ7…"])


class Tokens(Answer):
    """本人的令牌，新的在前。"""

    items: list[Token]
