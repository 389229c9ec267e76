"""The interface explained: the OpenAPI document, and the same as a page for people."""

from flask import Response, jsonify, render_template

from app.api.blueprint import blueprint
from app.api.document import document
from app.api.page import page_of
from app.door import access


@blueprint.get("/openapi.json")
@access.policy(access.signed_in)
def openapi() -> Response:
    """The document for programs."""
    return jsonify(document())


@blueprint.get("/")
@access.policy(access.signed_in)
def read_me() -> str:
    """The document for people."""
    return render_template("api/read_me.html", **page_of(document()))
