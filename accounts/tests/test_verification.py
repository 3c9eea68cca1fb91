"""Registering by a mailed code: who is let in by one, and who never is."""

import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import operations, registrations, tokens
from accounts.codemodels import VerificationCode
from accounts.models import Session, User
from conftest import PASSWORD, Request
from crm.core import records
from crm.core.errors import TooManyAttempts
from crm.core.models import Event
from crm.messaging.models import Email

pytestmark = pytest.mark.django_db

IDA = "ida@example.com"
OTHER = "another-horse-battery"


@pytest.fixture(autouse=True)
def open_registration(settings):
    settings.REGISTRATION = "open"
    cache.clear()


def ask(email=IDA, password=PASSWORD):
    registrations.ask_to_join(email, password)
    return User.objects.get(email=email)


def mailed_code():
    return re.search(r"^(\d{6})$", mail.outbox[-1].body, re.MULTILINE)[1]


def verify(code, email=IDA):
    return registrations.verify(email, code, request=Request())


def refused(code, email=IDA):
    with pytest.raises(ValidationError) as refusal:
        verify(code, email)
    assert refusal.value.messages == registrations.bad_code().messages
    return True


def other_than(code):
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_the_code_opens_the_account_once(work_off):
    ida = ask()
    assert (ida.status, ida.email_verified, ida.role) == ("inactive", False, "sales_rep")
    work_off()
    code = mailed_code()

    sign_in = verify(code)

    ida.refresh_from_db()
    assert (ida.status, ida.email_verified) == ("active", True)
    assert sign_in.session.is_open(timezone.now())
    assert ida.check_password(PASSWORD)
    assert not VerificationCode.objects.exists()
    assert refused(code)
    assert Session.objects.count() == 1


def test_the_code_stands_in_the_mail_and_nowhere_else(work_off):
    ask()
    work_off()
    rows = [
        *Email.all_objects.values(),
        *Event.objects.values(),
        *VerificationCode.objects.values(),
    ]
    assert mail.outbox[-1].to == [IDA]
    assert not re.search(rf"\b{mailed_code()}\b", json.dumps(rows, default=str))
    assert "not kept" in Email.objects.get().body


def test_five_attempts_are_all(work_off):
    ask()
    work_off()
    code = mailed_code()
    for _ in range(5):
        assert refused(other_than(code))
    assert refused(code)
    assert User.objects.get().status == "inactive"


def test_a_code_is_good_for_ten_minutes(work_off):
    ask()
    work_off()
    code = mailed_code()
    VerificationCode.objects.update(created_at=timezone.now() - timedelta(minutes=10))
    assert refused(code)
    assert User.objects.get().status == "inactive"


def test_a_new_code_takes_the_place_of_the_old(work_off):
    ask()
    work_off()
    old = mailed_code()
    VerificationCode.objects.update(attempts=5)
    registrations.resend(IDA)
    work_off()
    new = mailed_code()
    assert len(mail.outbox) == 2
    if old != new:
        assert refused(old)
    assert verify(new).user.email == IDA


def test_a_code_holds_over_a_change_of_the_key(settings, work_off):
    ask()
    work_off()
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "k" * 50
    assert verify(mailed_code()).user.email == IDA


def test_an_address_gets_few_mails(work_off):
    ask()
    for _ in range(8):
        registrations.resend(IDA)
        work_off()
    assert len(mail.outbox) == registrations.MAILS_PER_HOUR


def test_an_address_is_tried_few_times(work_off):
    ask()
    work_off()
    for _ in range(registrations.TRIES_PER_HOUR):
        with pytest.raises(ValidationError):
            verify("000000" if mailed_code() != "000000" else "000001")
    with pytest.raises(TooManyAttempts):
        verify(mailed_code())
    assert User.objects.get().status == "inactive"


def test_of_two_who_claim_an_address_neither_password_opens_it(work_off):
    ask(password=OTHER)
    work_off()
    ask(password=PASSWORD)
    work_off()

    verify(mailed_code())

    ida = User.objects.get()
    assert not ida.check_password(OTHER)
    assert not ida.check_password(PASSWORD)


def test_once_the_code_is_over_the_next_password_counts(work_off):
    ask(password=OTHER)
    VerificationCode.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    ask(password=PASSWORD)
    work_off()
    verify(mailed_code())
    assert User.objects.get().check_password(PASSWORD)
    assert User.objects.count() == 1


def test_registering_with_a_known_address_changes_nothing(ann, work_off):
    before = ann.password
    registrations.ask_to_join(ann.email, OTHER)
    registrations.resend(ann.email)
    work_off()
    ann.refresh_from_db()
    assert (ann.password, ann.status) == (before, "active")
    assert not VerificationCode.objects.exists()
    assert mail.outbox == []


@pytest.mark.parametrize("status", ["inactive", "suspended"])
def test_whom_an_administrator_closed_no_code_opens(ann, max, status, work_off):
    records.change(ann, {"status": status}, by=max)
    registrations.ask_to_join(ann.email, OTHER)
    registrations.resend(ann.email)
    work_off()
    assert mail.outbox == []
    ann.refresh_from_db()
    assert ann.status == status
    assert ann.check_password(PASSWORD)


def decide(ida, max, *statuses):
    for status in statuses:
        records.change(ida, {"status": status}, by=max)
        ida.refresh_from_db()


@pytest.mark.parametrize("statuses", [["suspended"], ["active", "inactive"]])
def test_what_an_administrator_decides_ends_the_waiting(max, statuses, work_off):
    ida = ask()
    work_off()
    code = mailed_code()
    decide(ida, max, *statuses)
    assert refused(code)
    registrations.resend(IDA)
    assert work_off() == 0
    ida.refresh_from_db()
    assert ida.status == statuses[-1]


def test_another_address_needs_another_proof(max, work_off):
    ida = ask()
    work_off()
    records.change(ida, {"email": "other@example.com"}, by=max)
    assert refused(mailed_code())
    assert refused(mailed_code(), "other@example.com")


def test_whoever_was_deleted_is_not_let_in(max, work_off):
    ida = ask()
    work_off()
    operations.remove_user(ida, by=max)
    assert refused(mailed_code())
    assert not User.objects.filter(email=IDA).exists()


def test_a_mail_that_was_overtaken_does_not_leave(work_off):
    ask()
    VerificationCode.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert work_off() == 0
    assert mail.outbox == []
    assert Email.objects.get().status == "failed"


def test_who_never_typed_the_code_is_given_up_after_a_week(ann, max, work_off):
    ask()
    assert registrations.give_up(timezone.now() + timedelta(days=6, hours=23)) == 0
    assert registrations.give_up(timezone.now() + timedelta(days=7, seconds=1)) == 1
    assert set(User.objects.all()) >= {ann, max}
    assert not User.objects.filter(email=IDA).exists()
    assert not VerificationCode.objects.exists()
    assert ask().status == "inactive"


def test_codes_differ_from_row_to_row():
    codes = {tokens.verification_codes(VerificationCode().pk)[0] for _ in range(50)}
    assert len(codes) > 40
    assert all(re.fullmatch(r"\d{6}", code) for code in codes)
