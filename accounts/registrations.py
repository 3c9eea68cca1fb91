"""Registering by a code that is mailed: nobody is let in before they have shown their address.

Every answer is the same for an address that is known and for one that isn't, and takes the same
work. Whoever waits is inactive and has a :class:`VerificationCode`.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.errors import Conflict, TooManyAttempts
from crm.core.fields import normal_email
from crm.core.limits import count

from . import sessions, tokens
from .codemodels import CODE_LIFETIME, MOST_ATTEMPTS, VerificationCode
from .models import User
from .operations import RegistrationClosed, create_user, remove_user
from .sessions import SignIn

MAILS_PER_HOUR = 5
#: so long somebody may wait whose code was never typed
LONGEST_WAIT = timedelta(days=7)
TRIES_PER_HOUR = 20
MOST_GIVEN_UP = 500  # a run
WAITS, REFUSED = "verification_requested", "verification_refused"


def ask_to_join(email: str, password: str, *, full_name: str = "") -> None:
    """Make an inactive account, always a sales_rep, and have a code mailed that opens it.

    A second time while the code is good, and with another password, takes the password away:
    of two who claim an address nobody knows whose it is. Its owner sets one by a reset link.
    Raises :class:`RegistrationClosed` unless ``REGISTRATION=open``, and ``ValidationError`` for
    a weak password.
    """
    if settings.REGISTRATION != "open":
        raise RegistrationClosed(_("Registration is closed. Ask an administrator to invite you."))
    email = normal_email(email)
    person = User(
        email=email,
        full_name=full_name.strip() or email.partition("@")[0],
        role=User.Role.SALES_REP,
        status=User.Status.INACTIVE,
    )
    try:
        validate_password(password, person)
    except ValidationError as error:
        raise ValidationError({"password": error.messages}) from error
    if _is_too_often(email):
        return
    if User.objects.filter(email=email).exists():
        _ask_again(email, password)
        return
    try:
        with transaction.atomic():
            create_user(person, by=None, password=password)
            _mail_code(person)
    except Conflict:  # somebody else was faster by a moment
        _ask_again(email, password)


def resend(email: str) -> None:
    """Mail a new code to somebody who waits; the one before is good no more."""
    email = normal_email(email)
    if _is_too_often(email):
        return
    with transaction.atomic():
        person = _waiting(email)
        if person is None:
            events.record(REFUSED, User(), by=None)
        else:
            _mail_code(person)


def verify(email: str, code: str, *, request: Any) -> SignIn:
    """Let somebody in who typed their code, and sign them in.

    A code is good once, for ten minutes and five attempts. Raises ``ValidationError``, and
    :class:`TooManyAttempts` where an address was tried too often.
    """
    email = normal_email(email)
    tried = count("verify", tokens.fingerprint(email), limit=TRIES_PER_HOUR, window=3600)
    if tried.remaining < 0:
        raise TooManyAttempts(_("Too many attempts. Wait, then try again."), seconds=tried.reset)
    mine = VerificationCode.objects.filter(
        user__email=email, user__deleted_at=None, created_at__gt=timezone.now() - CODE_LIFETIME
    )
    row = mine.first()
    # Counted before it is compared: many at once get no more attempts than one after the other.
    taken = row and mine.filter(pk=row.pk, attempts__lt=MOST_ATTEMPTS).update(
        attempts=F("attempts") + 1
    )
    known = tokens.verification_codes(row.pk) if row and taken else []
    if row is None or not any(constant_time_compare(code, good) for good in known):
        raise bad_code()
    with transaction.atomic():
        person = records.lock(User(pk=row.user_id))
        used, _rows = VerificationCode.objects.filter(pk=row.pk).delete()
        if not used or person.status != User.Status.INACTIVE:
            raise bad_code()
        values = {"status": User.Status.ACTIVE, "email_verified": True}
        person = records.change(person, values, by=None)
        return sessions.open_session(person, request=request)


def is_waiting(email: str, password: str) -> bool:
    """Whether these are the right words of somebody who has not typed their code yet."""
    person = _waiting(normal_email(email), lock=False)
    if person is None:
        make_password(password)
        return False
    return person.check_password(password)


def give_up(now: datetime | None = None) -> int:
    """Delete the accounts that nobody opened within a week; return how many there were."""
    before = (now or timezone.now()) - LONGEST_WAIT
    given_up = 0
    late = VerificationCode.objects.filter(created_at__lt=before)
    for row in late.select_related("user").order_by("created_at")[:MOST_GIVEN_UP]:
        with suppress(Conflict):  # somebody gave them work, and will have to decide
            remove_user(row.user, by=None)
            given_up += 1
    return given_up


def bad_code() -> ValidationError:
    """Return the one refusal of a code, whatever is wrong with it."""
    return ValidationError(_("This code is wrong or has expired. Ask for a new one."))


def _is_too_often(email: str) -> bool:
    asked = count("code", tokens.fingerprint(email), limit=MAILS_PER_HOUR, window=3600)
    return asked.remaining < 0


def _waiting(email: str, *, lock: bool = True) -> User | None:
    people = User.objects.filter(
        email=email, status=User.Status.INACTIVE, verification_code__isnull=False
    )
    if lock:
        people = people.select_for_update(of=("self",), no_key=True)
    return people.first()


@transaction.atomic
def _ask_again(email: str, password: str) -> None:
    hashed = make_password(password)  # for everybody, so that all take the same time
    person = _waiting(email)
    if person is None:
        events.record(REFUSED, User(), by=None)
        return
    if not person.verification_code.is_good(timezone.now()):
        person.password = hashed
    elif not person.check_password(password):
        person.set_unusable_password()
    records.write(person, {"password": person.password})
    _mail_code(person)


def _mail_code(person: User) -> None:
    """The row is made anew, and with it the code."""
    VerificationCode.objects.filter(user=person).delete()
    VerificationCode.objects.create(user=person)
    events.record(WAITS, person, by=None)
