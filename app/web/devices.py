"""What can be told of the device that asks."""

from flask import has_request_context, request

PHONE = "Mobi"  # every phone's browser says so; tablets and "desktop site" do not


def on_phone() -> bool:
    """Whether the page is for a phone's screen."""
    return has_request_context() and PHONE in request.user_agent.string
