"""The blueprint that the pages of imports share, who may come in, and the run of an address."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.domain import policy
from app.domain.roles import Actor
from app.door import access
from app.door.unit_of_work import unit_of_work
from app.models import ImportRun
from app.services.imports.work import runs as import_runs

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
Page = ResponseReturnValue


def imports_ledgers(actor: Actor) -> bool:
    """科室管理员、审核员和系统管理员"""
    return policy.may_import(actor)


def loaded(run_id: int) -> ImportRun:
    """The run, if it is one of the actor's; raises NotFound."""
    return import_runs.load_own(unit_of_work(), access.current_actor(), run_id)
