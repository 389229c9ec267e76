"""Refusals with names: every "no" the house can say, with a code and a sentence."""

from collections.abc import Mapping


class Refusal(Exception):
    """A request that cannot be granted.

    `code` is stable and part of the API; `sentence` says in Chinese what to do;
    `fields` maps a form field to its own sentence; `status` is the HTTP answer.
    """

    status = 422

    def __init__(
        self,
        code: str,
        sentence: str,
        *,
        fields: Mapping[str, str] | None = None,
        details: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.fields = dict(fields or {})
        self.details = dict(details or {})


class NotAllowed(Refusal):
    """The actor may not do this."""

    status = 403


class NotFound(Refusal):
    """There is no such thing, or not for this actor: both sound the same."""

    status = 404


class Conflict(Refusal):
    """Somebody was quicker, or the thing has moved on; the sentence says what it is now."""

    status = 409


class Invalid(Refusal):
    """Something is missing or wrong in what was sent."""


class TooMany(Refusal):
    """Too many tries; wait. `retry_after` is for how many seconds, where that is known."""

    status = 429

    def __init__(self, code: str, sentence: str, *, retry_after: int | None = None) -> None:
        super().__init__(code, sentence)
        self.retry_after = retry_after
