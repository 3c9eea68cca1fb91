"""The tokens that people and programs carry. Each kind has a key or a salt of its own."""

import hashlib
from base64 import urlsafe_b64encode
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.utils.crypto import constant_time_compare, salted_hmac
from rest_framework_simplejwt.backends import TokenBackend
from rest_framework_simplejwt.tokens import AccessToken, Token

from .models import Session, User

INVITATION = "accounts.invitation"
VERIFICATION = "accounts.verification"
CODE_DIGITS = 6


class RefreshToken(Token):
    """A signed refresh token; its ``jti`` must be the one its session still expects."""

    token_type = "refresh"  # noqa: S105
    lifetime = settings.REFRESH_TOKEN_LIFETIME
    _token_backend = TokenBackend(
        "HS256",
        settings.REFRESH_TOKEN_SECRET,
        audience=settings.SIMPLE_JWT["AUDIENCE"],
        issuer=settings.SIMPLE_JWT["ISSUER"],
        leeway=settings.SIMPLE_JWT["LEEWAY"],
    )


def access_token(session: Session) -> str:
    """Return a signed access token of a session: who, where, until when, and nothing else."""
    return _signed(AccessToken(), session)


def lasting_token(session: Session) -> str:
    """Return an access token as old as its session may get, for clients that never refresh."""
    token = AccessToken()
    token["exp"] = int(session.expires_at.timestamp())
    return _signed(token, session)


def refresh_token(session: Session) -> str:
    """Return the session's present refresh token, good until the session expires."""
    token = RefreshToken()
    token["jti"] = session.refresh_id
    token["exp"] = int(session.expires_at.timestamp())
    return _signed(token, session)


def read_refresh(text: str) -> Token:
    """Return a refresh token's claims. Raises ``TokenError`` where it is none of ours."""
    return RefreshToken(text)  # type: ignore[arg-type]  # the stubs want a token for a token


def read_access(text: str) -> Token:
    """Return an access token's claims. Raises ``TokenError`` where it is none of ours."""
    return AccessToken(text)  # type: ignore[arg-type]


def _signed(token: Token, session: Session) -> str:
    token["sub"] = str(session.user_id)
    token["sid"] = str(session.pk)
    return str(token)


def invitation_secret(invitation_id: UUID, *, known_by: str = "") -> str | None:
    """Return the secret that takes an offered place, made anew whenever its mail is written.

    It is a signature, so it need not be kept: the row holds its fingerprint alone. With
    ``known_by``, that fingerprint, it is the secret that the row was made with, under a former
    key too, or None where that key is gone.
    """
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        signature = salted_hmac(INVITATION, invitation_id.hex, secret=key, algorithm="sha256")
        secret = urlsafe_b64encode(signature.digest()).rstrip(b"=").decode()
        if not known_by or constant_time_compare(fingerprint(secret), known_by):
            return secret
    return None


def verification_codes(row_id: UUID) -> list[str]:
    """Return the digits that prove an address; those under former keys come after the present."""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    signatures = [
        salted_hmac(VERIFICATION, row_id.hex, secret=key, algorithm="sha256") for key in keys
    ]
    numbers = [int.from_bytes(signature.digest()) for signature in signatures]
    return [f"{number % 10**CODE_DIGITS:0{CODE_DIGITS}d}" for number in numbers]


def fingerprint(secret: str) -> str:
    """Return what is stored of a secret: enough to recognise it, too little to use it."""
    return hashlib.sha256(secret.encode()).hexdigest()


_reset_tokens = PasswordResetTokenGenerator()


def reset_token(user: User) -> str:
    """Return a token for one reset within an hour; it dies with the next sign-in or password."""
    return f"{user.pk.hex}.{_reset_tokens.make_token(user)}"


def user_id_of_reset(token: str) -> UUID | None:
    """Return whose reset a token claims to be, or None where it is not one."""
    try:
        return UUID(hex=token.partition(".")[0])
    except ValueError:
        return None


def is_good_reset(token: str, user: User) -> bool:
    """Whether the token was made for this user as they are now."""
    return _reset_tokens.check_token(user, token.partition(".")[2])
