"""The one place where a try to sign in is counted: committed before the password is looked at."""

from app import clock, extensions
from app.models import User
from app.services.people import accounts


def prove(login: str, password: str) -> User:
    """The account that this password opens.

    Three short steps instead of the request's one commit: a failed try must stay counted although
    the answer is a refusal, and the slow hash must hold no lock. Raises Invalid or TooMany.
    """
    database, now = extensions.database(), clock.now()
    with database.writing() as session:
        attempt = accounts.begin_attempt(session, login, now)
    if not accounts.passes(attempt, password, extensions.sign_in_rules().passwords):
        raise accounts.refusal_of(attempt, now)
    with database.writing() as session:
        return accounts.complete_attempt(session, attempt, password)
