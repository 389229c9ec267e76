"""The tabs of the settings, whichever feature a page of theirs belongs to."""

from typing import Any

from flask import url_for


def tabs(current: str) -> list[dict[str, Any]]:
    """The pages of the administration."""
    pages = (
        ("admin.settings", "业务设置"),
        ("admin.work_calendar", "工作日历"),
        ("admin.people", "账号"),
        ("rights.index", "权限"),
        ("admin.looks", "查看记录"),
    )
    return [
        {"label": label, "href": url_for(endpoint), "current": endpoint == current, "count": ""}
        for endpoint, label in pages
    ]
