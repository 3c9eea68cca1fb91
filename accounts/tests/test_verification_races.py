"""Codes that are typed, asked for and decided about at the same moment."""

from functools import partial

import pytest
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection

from accounts import registrations, tokens
from accounts.codemodels import VerificationCode
from accounts.models import Session, User
from conftest import PASSWORD, Request
from crm.core import records
from crm.tests.threads import at_once, times

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="row locks need PostgreSQL"),
]

IDA = "ida@example.com"


@pytest.fixture(autouse=True)
def open_registration(settings):
    settings.REGISTRATION = "open"
    cache.clear()


def present_code():
    return tokens.verification_codes(VerificationCode.objects.get().pk)[0]


def typed(code):
    """Say whether a code let somebody in."""
    try:
        registrations.verify(IDA, code, request=Request())
    except ValidationError:
        return False
    return True


def test_many_who_register_one_address_make_one_account():
    times(5, partial(registrations.ask_to_join, IDA, PASSWORD))
    ida = User.objects.get()
    assert ida.status == "inactive"
    assert ida.check_password(PASSWORD)
    assert VerificationCode.objects.count() == 1
    assert typed(present_code())


def test_a_code_that_is_typed_many_times_at_once_lets_in_once():
    registrations.ask_to_join(IDA, PASSWORD)
    code = present_code()
    assert sum(times(5, partial(typed, code))) == 1
    assert Session.objects.count() == 1


def test_many_guesses_at_once_are_five_attempts():
    registrations.ask_to_join(IDA, PASSWORD)
    good = int(present_code())
    guesses = [f"{(good + step) % 1_000_000:06d}" for step in range(1, 11)]
    assert not any(at_once(*(partial(typed, guess) for guess in guesses)))
    assert VerificationCode.objects.get().attempts == 5
    assert not typed(present_code())


def test_a_decision_and_a_code_take_turns(max):
    for turn in range(5):
        cache.clear()
        User.all_objects.filter(email=IDA).delete()
        registrations.ask_to_join(IDA, PASSWORD)
        ida, code = User.objects.get(email=IDA), present_code()

        at_once(
            partial(typed, code),
            partial(records.change, ida, {"status": "suspended"}, by=max),
        )

        ida.refresh_from_db()
        assert ida.status == "suspended", turn
        assert not [s for s in ida.sessions.all() if s.is_open(s.created_at)]
        assert not VerificationCode.objects.exists()
