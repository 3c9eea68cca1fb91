"""The engine that sends: claims one queued mail at a time, hands it over, writes down the outcome.

Everybody else only stores rows (``operations.queue``, ``operations.queue_many``). A row goes

    queued → sending → sent, failed, or back to queued with ``retry_at``

The claim is a commit of its own before the provider is called, and the mark one after. So a
process that dies leaves one row ``sending`` at most; it is never sent again blindly, but
marked after five minutes as of unknown outcome, for the provider's event or a person to settle.
"""

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Lock
from typing import Any

from django.db import DatabaseError, close_old_connections, connection, transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from crm.core import events, jobs
from crm.core.models import Event as OutboxEvent

from . import composing, pace, suppression
from .gateways import Gateway, Permanent, SendingFailed, Transient, Unknown, Unreachable
from .models import Email

log = logging.getLogger(__name__)

#: the task that sends, by the name under which workers know it
SEND = "send_mail"
Status = Email.Status
#: a mail that is still ``sending`` by then lost its process
LEASE = timedelta(minutes=5)
RETRIES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360))
#: a run ends by then and asks for the next one: a worker that shall stop isn't kept waiting
LONGEST_RUN = 20.0
#: from so many mails on a run calls for another process to join in
MANY = 5
#: how often a run, in seconds, hints at the events of the mails that it sent
TELLING = 2.0
PATIENCE = (0.2, 1, 2, 4, 8)
LOST = (
    "The sending was cut off. Nobody knows whether the mail left: wait for the provider's word, "
    "or settle it as sent, failed or to be sent again."
)

_busy = Lock()
_asked = Event()


def send_waiting() -> int:
    """Send what is queued and due, and return how many mails left.

    One run at a time in each process, and any number of processes. Asked for while a run is
    under way it returns at once: that run looks again before it ends.
    """
    sent = 0
    _asked.set()
    while _asked.is_set() and _busy.acquire(blocking=False):
        try:
            _asked.clear()
            sent += _run()
        finally:
            _busy.release()
    return sent


def _run() -> int:
    begun, sent, claimed, gateway = time.monotonic(), 0, 0, Gateway()
    told = begun
    try:
        while not pace.is_paused():
            now = time.monotonic()
            if now > begun + LONGEST_RUN:
                jobs.hint(SEND)
                break
            if now > told + TELLING:
                jobs.hint(events.DELIVER)
                told = now
            pace.wait_for_turn()
            if (email := claim()) is None:
                break
            claimed += 1
            if claimed == MANY:
                jobs.hint(SEND)  # there is more than a handful: a process that idles may join in
            sent += _send(email, gateway)
    finally:
        gateway.close()
        if claimed:
            jobs.hint(events.DELIVER)
    return sent


def due(now: datetime) -> QuerySet[Email]:
    """Return the mails that may leave now, in the order in which they should.

    A campaign's mails wait while the campaign is anything but active.
    """
    return Email.objects.filter(
        Q(campaign=None) | Q(campaign__status="active", campaign__deleted_at=None),
        Q(retry_at=None) | Q(retry_at__lte=now),
        status=Status.QUEUED,
    ).order_by("priority", "id")


def claim() -> Email | None:
    """Take the next mail for this process alone, by a commit of its own; None where none waits."""
    now = timezone.now()
    with transaction.atomic():
        waiting = due(now).select_for_update(of=("self",), skip_locked=True, no_key=True)
        email = waiting.first()
        if email is None or not _move(
            email, Status.QUEUED, status=Status.SENDING, claimed_at=now, attempts=F("attempts") + 1
        ):
            return None
    email.status, email.claimed_at, email.attempts = Status.SENDING, now, email.attempts + 1
    return email


def _send(email: Email, gateway: Gateway) -> bool:
    """Hand over a claimed mail and write down what became of it; whether it left."""
    try:
        message_id = gateway.send(_message_of(email))
    except Permanent as failure:
        _mark(fail, email, str(failure))
    except Transient as failure:
        if failure.everybody:
            pace.pause()
        _mark(try_later, email, str(failure))
    except Unreachable as failure:
        seconds = pace.pause()
        _mark(put_back, email, str(failure), seconds)
    except Unknown as failure:
        _mark(mark_unknown, email, f"{failure} {LOST}")
    except Exception as failure:  # after the hand-over anything may have happened
        log.exception("Sending the mail %s broke off", email.pk)
        reason = f"{type(failure).__name__}: {failure}"[:300]
        _mark(mark_unknown, email, f"{reason} {LOST}")
    else:
        pace.end_pause()
        _mark(mark_sent, email, message_id)
        return True
    return False


def _message_of(email: Email) -> Any:
    """Compose a message. Nothing was handed over yet, so whatever breaks here may be repeated."""
    try:
        if reason := suppression.refusal(email):
            raise Permanent(reason)
        return composing.message_of(email)
    except SendingFailed:
        raise
    except Exception as failure:
        log.exception("Composing the mail %s broke off", email.pk)
        raise Transient(f"The mail could not be composed: {failure}"[:1000]) from failure


# -- the outcomes, each one conditional step and its event ---------------------------------


def mark_sent(email: Email, message_id: str) -> None:
    """It left. Where the provider's event came sooner, only the id is still missing."""
    now = timezone.now()
    known = {"message_id": message_id, "sent_at": now}
    if _close(email, "sent", status=Status.SENT, error="", retry_at=None, **known):
        return
    Email.all_objects.filter(pk=email.pk, message_id="").update(message_id=message_id)
    Email.all_objects.filter(pk=email.pk, sent_at=None).exclude(status=Status.FAILED).update(
        sent_at=now
    )


def fail(email: Email, reason: str) -> None:
    """It will not leave."""
    _close(email, "failed", status=Status.FAILED, error=reason[:1000], retry_at=None)


def try_later(email: Email, reason: str) -> None:
    """Try again after 1, 5, 30, 120 and 360 minutes, and fail after that."""
    if email.attempts > len(RETRIES):
        fail(email, f"{reason} Given up after {email.attempts} attempts.")
        return
    retry_at = timezone.now() + RETRIES[email.attempts - 1]
    _move(
        email,
        Status.SENDING,
        status=Status.QUEUED,
        retry_at=retry_at,
        error=reason[:1000],
        claimed_at=None,
    )


def put_back(email: Email, reason: str, seconds: int) -> None:
    """It was not its turn after all: the provider is away, and no attempt was made."""
    _move(
        email,
        Status.SENDING,
        status=Status.QUEUED,
        retry_at=timezone.now() + timedelta(seconds=seconds),
        attempts=F("attempts") - 1,
        error=reason[:1000],
        claimed_at=None,
    )


def mark_unknown(email: Email, reason: str) -> None:
    """It may have left. It stays ``sending`` until somebody knows more."""
    with transaction.atomic():
        if _move(email, Status.SENDING, outcome_unknown=True, error=reason[:1000]):
            events.record("outcome_unknown", email, by=None)


def mark_lost() -> int:
    """Mark the mails whose process died while it sent them; return how many."""
    lost = Email.all_objects.filter(
        status=Status.SENDING, outcome_unknown=False, claimed_at__lt=timezone.now() - LEASE
    )
    found = list(lost)
    for email in found:
        mark_unknown(email, LOST)
    return len(found)


def _move(email: Email, before: str, **values: Any) -> bool:
    rows = Email.all_objects.filter(pk=email.pk, status=before, outcome_unknown=False)
    return bool(rows.update(revision=F("revision") + 1, updated_at=timezone.now(), **values))


def _close(email: Email, event: str, **values: Any) -> bool:
    with transaction.atomic():
        if not _move(email, Status.SENDING, **values):
            return False
        changes = {"status": [Status.SENDING, values["status"]]}
        # The run hints at these together: one hint a mail would clog a slow broker.
        OutboxEvent.objects.create(**events.event_values(event, email, by=None, changes=changes))
    return True


def _mark(outcome: Callable[..., None], *arguments: Any) -> None:
    """Write an outcome down, patiently: a database that restarts must not make it unknown."""
    for seconds in PATIENCE:
        try:
            outcome(*arguments)
            return
        except DatabaseError:
            if connection.in_atomic_block:
                raise
            log.warning("The outcome of a mail can't be written yet", exc_info=True)
            close_old_connections()
            time.sleep(seconds)
    outcome(*arguments)


# -- by the clock --------------------------------------------------------------------------


def look_for_due() -> None:
    """Queue the scheduled mails whose time has come, and ask for whatever waits to be sent."""
    wake_scheduled()
    if due(timezone.now()).exists() and not pace.is_paused():
        jobs.hint(SEND)


def wake_scheduled(*, batch: int = 500) -> int:
    """Queue the scheduled mails whose time has come; return how many there were."""
    now = timezone.now()
    with transaction.atomic():
        ripe = Email.objects.filter(status=Status.SCHEDULED, scheduled_at__lte=now)
        found = list(ripe.select_for_update(of=("self",), skip_locked=True)[:batch])
        for email in found:
            if _move(email, Status.SCHEDULED, status=Status.QUEUED, queued_at=now, retry_at=None):
                changes = {"status": [Status.SCHEDULED, Status.QUEUED]}
                events.record("queued", email, by=None, changes=changes)
    return len(found)
