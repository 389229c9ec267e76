"""Where imports begin: the list of one's own."""

from flask import render_template

from app.door import access
from app.web.imports.blueprint import Page, blueprint, imports_ledgers


@blueprint.get("")
@access.policy(imports_ledgers)
def index() -> Page:
    """One's own imports, the newest first."""
    return render_template("imports/index.html")
