"""Headers that keep a browser strict: what may load, what may be kept, who may frame."""

from flask import Flask, g, request
from flask.wrappers import Response

from app import extensions

POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' blob: data:",
        "style-src 'self'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ONE_YEAR = 31_536_000  # seconds


def add_headers(response: Response) -> Response:
    """Add the headers; a view that says how long its answer may be kept keeps its word."""
    if "csp_nonce" in g:  # the grid writes its columns' widths as a style sheet
        policy = POLICY.replace("style-src 'self'", f"style-src 'self' 'nonce-{g.csp_nonce}'")
        response.headers["Content-Security-Policy"] = policy
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if extensions.settings().secure_cookies:
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    if request.endpoint != "static" and "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store"
    return response


def register(app: Flask) -> None:
    """Put the headers on every answer."""
    app.after_request(add_headers)
