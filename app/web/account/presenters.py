"""Accounts as their pages show them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import request

from app import extensions
from app.domain.calendars import LOCAL
from app.models import ApiToken
from app.services.people.tokens import is_valid


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token in the list."""

    id: int
    name: str
    hint: str
    created: str
    last_used: str
    standing: str
    valid: bool


def token(row: ApiToken, now: datetime) -> TokenRow:
    """A token with its dates as one reads them."""
    valid = is_valid(row, now)
    until = _day(row.expires_at)
    return TokenRow(
        id=row.id,
        name=row.name,
        hint=f"{row.hint}…",
        created=_day(row.created_at),
        last_used=_day(row.last_used_at) if row.last_used_at else "还没有用过",
        standing=f"有效，到 {until}"
        if valid
        else "已停用"
        if row.revoked_at
        else f"{until} 已到期",
        valid=valid,
    )


def _day(at: datetime) -> str:
    local = at.astimezone(LOCAL)
    return f"{local.year}年{local.month}月{local.day}日"


def _time(length: timedelta) -> str:
    """Whole hours as hours, anything else in minutes."""
    minutes = int(length.total_seconds() // 60)
    return f"{minutes} 分钟" if minutes % 60 else f"{minutes // 60} 小时"


def sign_in(form: Any) -> dict[str, Any]:
    """What the sign-in page shows."""
    rules, settings = extensions.sign_in_rules(), extensions.settings()
    return {
        "form": form,
        "outdoors_idle": _time(settings.field_idle),
        "office_idle": _time(settings.office_idle),
        "expired": request.args.get("over") == "1",
        "demo_accounts": rules.demo_accounts,
        "demo_password": rules.demo_password,
    }
