"""The blueprint that the pages of imports share, and who may come in."""

from flask import Blueprint
from flask.typing import ResponseReturnValue

from app.domain.roles import SECTION_TYPES, Actor, Role

blueprint = Blueprint("imports", __name__, url_prefix="/imports")
Page = ResponseReturnValue


def imports_ledgers(actor: Actor) -> bool:
    """牵头科室管理员、审核员和系统管理员"""
    at_section = actor.has(Role.LEAD_ADMIN) and actor.org_type in SECTION_TYPES
    return at_section or actor.has(Role.REVIEWER, Role.SYSADMIN)
