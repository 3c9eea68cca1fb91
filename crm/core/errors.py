"""What the business can say no with. Each message is fit for the person who asked.

Wrong values are Django's ``ValidationError``, missing rights its ``PermissionDenied``;
the refusals below are the ones that Django has no name for.
"""

from typing import Any

from django.utils.functional import Promise

#: a sentence, or one that is translated where it is shown
Sentence = str | Promise


class DomainError(Exception):
    """A rule of the business said no. ``code`` is stable, for programs."""

    code = "refused"

    def __init__(self, message: Sentence, *, code: str | None = None):
        super().__init__(message)
        if code:
            self.code = code


class Conflict(DomainError):
    """The request is sound but clashes with what is stored: a taken value, an illegal move.

    ``current`` is what is stored, where the caller may see it and goes on from there.
    """

    code = "conflict"

    def __init__(
        self, message: Sentence, *, code: str | None = None, current: dict[str, Any] | None = None
    ):
        super().__init__(message, code=code)
        self.current = current


class StaleRevision(DomainError):
    """Somebody else changed the record since the caller last read it."""

    code = "precondition_failed"


class TooManyAttempts(DomainError):
    """The caller has to wait ``seconds`` before trying again."""

    code = "throttled"

    def __init__(self, message: Sentence, *, seconds: int):
        super().__init__(message)
        self.seconds = seconds


class TooLarge(DomainError):
    """What was sent is more than the limit allows."""

    code = "too_large"


class Unavailable(DomainError):
    """A service that this needs doesn't answer, or has no room; later it may."""

    code = "unavailable"


class Missing(DomainError):
    """Something that the record should lead to is not there."""

    code = "not_found"


class NotSignedIn(DomainError):
    """The credentials or the token don't prove who is asking."""

    code = "not_authenticated"
