"""Whether this installation is well, part by part, and what to do where it is not."""

import smtplib
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import boto3
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend
from django.db import connection
from django.utils import timezone
from django.utils.module_loading import import_string

from crm.core.models import Job
from nexa import checks, health

MOST_CLOCK_SECONDS = 5.0
MOST_SILENCE = timedelta(minutes=2)
TEST_BYTES = b"Nexa CRM was here."


@dataclass(frozen=True)
class Finding:
    """What was found about one part. ``remedy`` says what to do; empty where all is well."""

    part: str
    found: str
    remedy: str = ""
    is_failure: bool = False


def fine(part: str, found: str) -> Finding:
    """Return that a part is well."""
    return Finding(part, found)


def failing(part: str, found: str, remedy: str) -> Finding:
    """Return that a part doesn't work."""
    return Finding(part, found, remedy, is_failure=True)


def examine() -> Iterator[Finding]:
    """Examine every part; a part that can't be examined fails with the reason."""
    for part, examination in PARTS.items():
        try:
            yield from examination(part)
        except Exception as error:  # a doctor who faints helps nobody
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            yield failing(part, f"can't be reached: {reason}", REMEDIES[part])


def database(part: str) -> Iterator[Finding]:
    """The database answers, its clock agrees with ours, and its tables fit the code."""
    before = timezone.now()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT clock_timestamp(), current_setting('server_version')")
            theirs, version = cursor.fetchone()
        else:
            cursor.execute("SELECT sqlite_version()")
            theirs, version = before, cursor.fetchone()[0]
    yield fine(part, f"{connection.vendor} {version}")
    apart = abs((theirs - before).total_seconds())
    if apart > MOST_CLOCK_SECONDS:
        yield failing(
            "clock",
            f"{apart:.0f} s apart from the database's",
            "Synchronise the clocks of both machines (chrony or systemd-timesyncd).",
        )
    else:
        yield fine("clock", "agrees with the database's")
    if health.migrations() == health.OK:
        yield fine("migrations", "all applied")
    else:
        yield failing("migrations", "some are pending", "Run manage.py migrate.")


def cache_part(part: str) -> Iterator[Finding]:
    """The cache keeps what it is given."""
    if health.cache_works() == health.OK:
        yield fine(part, "Redis" if settings.REDIS_URL else "this process's memory")
    else:
        yield failing(part, "does not keep what it is given", REMEDIES[part])


def storage(part: str) -> Iterator[Finding]:
    """A file can be written, read and deleted."""
    name = default_storage.save(f"doctor/{uuid.uuid4()}.txt", ContentFile(TEST_BYTES))
    try:
        with default_storage.open(name) as file:
            intact = file.read() == TEST_BYTES
    finally:
        default_storage.delete(name)
    if intact:
        yield fine(part, f"{settings.STORAGE}: wrote, read and deleted a file")
    else:
        yield failing(part, "gave other bytes back than it was given", REMEDIES[part])


def mail(part: str) -> Iterator[Finding]:
    """The mail provider lets us in and knows the sender."""
    sender = settings.AWS_SES_FROM_EMAIL
    if settings.MAIL == "smtp":
        backend = get_connection(timeout=5)
        assert isinstance(backend, EmailBackend)
        try:
            backend.open()
        except smtplib.SMTPAuthenticationError:
            yield failing(part, "the server refuses the password", "Correct SMTP_URL.")
            return
        backend.close()
        yield fine(part, f"smtp: signed in, sending as {sender}")
    elif settings.MAIL == "ses":
        yield from _ses(part, sender)
    else:
        yield Finding(
            part,
            f"{settings.MAIL}: nothing is delivered",
            "Set MAIL=ses or MAIL=smtp when mails should reach people.",
        )


def _ses(part: str, sender: str) -> Iterator[Finding]:
    client = boto3.client(
        "sesv2",
        region_name=settings.AWS_SES_REGION_NAME,
        aws_access_key_id=settings.AWS_ACCESS_KEY_ID,
        aws_secret_access_key=settings.AWS_SECRET_ACCESS_KEY,
        endpoint_url=getattr(settings, "AWS_SES_ENDPOINT_URL", None),
    )
    known = {row["IdentityName"] for row in client.list_email_identities()["EmailIdentities"]}
    if known.isdisjoint({sender, sender.partition("@")[2]}):
        remedy = "Verify the address or its domain in SES, in the region of AWS_SES_REGION."
        yield failing(part, f"SES does not know the sender {sender}", remedy)
    else:
        yield fine(part, f"ses: {sender} is a known identity")


def workers(part: str) -> Iterator[Finding]:
    """The broker takes messages, and a worker has looked at the schedule lately."""
    scheme = settings.CELERY_BROKER_URL.partition(":")[0]
    health.reach_broker()
    yield fine("broker", scheme)
    seen = Job.objects.filter(started_at__gt=timezone.now() - MOST_SILENCE)
    if seen.exists():
        yield fine(part, "running")
    else:
        yield failing(part, "none has looked at the schedule for two minutes", REMEDIES[part])
    for job in Job.objects.exclude(error=""):
        yield failing("job", f"'{job.name}' failed: {job.error[:200]}", "See the log for why.")


def queues(part: str) -> Iterator[Finding]:
    """Nothing was given up."""
    for queue in import_string(settings.CRM_QUEUES):
        given_up, waiting = queue.failures(), queue.depth()
        found = f"{queue.name.lower()}: {waiting} waiting, {given_up} given up"
        yield Finding(part, found, "Look at them in the staff site." if given_up else "")


def folders(part: str) -> Iterator[Finding]:
    """What we write ourselves can be written."""
    wanted: dict[str, Path | None] = {"LOG_DIR": settings.LOG_DIR}
    if settings.STORAGE == "local":
        wanted["MEDIA_DIR"] = settings.MEDIA_ROOT
    if settings.CELERY_BROKER_URL.startswith("filesystem"):
        wanted["QUEUE_DIR"] = settings.QUEUE_DIR
    for name, folder in wanted.items():
        if folder is None:
            continue
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / f".doctor-{uuid.uuid4().hex}"
        probe.write_bytes(TEST_BYTES)
        probe.unlink()
        yield fine(part, f"{name} can be written")
    if health.disk() == health.OK:
        yield fine("disk", "has room")
    else:
        yield failing("disk", "is nearly full", "Make room or give the machine a larger disk.")


def environment(part: str) -> Iterator[Finding]:
    """The settings are those of a safe production, or this is none."""
    faults = checks.production_is_safe()
    for fault in faults:
        yield Finding(part, fault.msg, fault.hint or "", is_failure=fault.is_serious())
    if not faults:
        yield fine(part, settings.APP_ENV)


PARTS: dict[str, Callable[[str], Iterator[Finding]]] = {
    "settings": environment,
    "database": database,
    "cache": cache_part,
    "storage": storage,
    "mail": mail,
    "workers": workers,
    "queues": queues,
    "folders": folders,
}
REMEDIES = {
    "settings": "Correct the environment; the README has a table of all variables.",
    "database": "Check DATABASE_URL (or DB_HOST and its like), and that the server runs.",
    "cache": "Check REDIS_URL. The CRM works without, but slower and with looser limits.",
    "storage": "Check STORAGE, the bucket, and the rights of the key or role that is used.",
    "mail": "Check MAIL, SMTP_URL or the AWS_SES_ variables, and that the server can be reached.",
    "workers": "Start one: celery -A nexa worker --beat; and check BROKER_URL.",
    "queues": "Look at the jobs page of the staff site.",
    "folders": "Give the user that the CRM runs as the right to write there.",
}
