"""Addresses of the built front-end files, by their plain names."""

import json
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from flask import Flask, Response, g, request, url_for

STATIC = Path(__file__).resolve().parent.parent / "static"
ONE_YEAR_SECONDS = 365 * 24 * 3600


class AssetMissingError(RuntimeError):
    """The front end has not been built, or a template names a file that it does not build."""


@lru_cache(maxsize=4)
def _names(manifest: Path, _changed_ns: int) -> dict[str, str]:
    """Plain name -> path below static; read again when the manifest's time changes."""
    names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))
    return names


def asset_path(name: str, folder: Path = STATIC) -> str:
    """Path below static of the built file `name`, such as `main.css` or `icons.svg`.

    Raises AssetMissingError when the front end is not built or has no such file.
    """
    manifest = folder / "manifest.json"
    try:
        changed = manifest.stat().st_mtime_ns
    except FileNotFoundError as error:
        raise AssetMissingError("The front end is not built: run `make build` once.") from error
    try:
        return _names(manifest, changed)[name]
    except KeyError as error:
        raise AssetMissingError(f"The front end builds no file named {name}.") from error


def asset(name: str) -> str:
    """Address of the built file `name` in this application; worked out once a request.

    A page names the icons' file some hundred times.
    """
    known: dict[str, str] = g.setdefault("assets", {})
    if name not in known:
        known[name] = url_for("static", filename=asset_path(name))
    return known[name]


def _keep(response: Response) -> Response:
    """A file whose name holds its hash never changes: the phone fetches it once."""
    path = (request.view_args or {}).get("filename", "")
    served = response.status_code in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}
    if request.endpoint == "static" and path.startswith("assets/") and served:
        response.cache_control.no_cache = None
        response.cache_control.public = True
        response.cache_control.max_age = ONE_YEAR_SECONDS
        response.cache_control.immutable = True
    return response


def register(app: Flask) -> None:
    """Give every template, macros included, `asset('main.js')`; let browsers keep built files."""
    app.add_template_global(asset, "asset")
    app.after_request(_keep)
