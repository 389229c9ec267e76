"""The manifest of the application on a phone's home screen."""

from typing import Any

from flask import url_for

from app.web.assets import asset

BLUE = "#1b4f8f"
PAPER = "#ffffff"
ICONS = (
    ("icon-192.png", "192x192", "any"),
    ("icon-512.png", "512x512", "any"),
    ("icon-maskable-512.png", "512x512", "maskable"),
)


def manifest(city: str) -> dict[str, Any]:
    """Name, first page, colours, icons and the two shortcuts under a long press."""
    return {
        "id": "/",
        "name": f"销号台 · {city}" if city else "销号台",
        "short_name": "销号台",
        "description": "上报问题、提交整改；没有网络也能填，有了网络自动发送。",
        "lang": "zh-CN",
        "start_url": url_for("home"),
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": BLUE,
        "icons": [
            {"src": asset(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
        "shortcuts": [
            {"name": "上报问题", "url": url_for("street.report")},
            {"name": "待发送", "url": url_for("phone_shell.outbox")},
        ],
    }
