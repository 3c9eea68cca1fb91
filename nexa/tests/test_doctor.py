"""The doctor finds what is broken, and says what to do."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from crm.core.models import Event, Job
from nexa import doctor

pytestmark = pytest.mark.django_db


@pytest.fixture
def well(settings, tmp_path):
    """An installation that is well."""
    settings.MEDIA_ROOT = tmp_path / "files"
    Job.objects.create(name="tell events", started_at=timezone.now())


def findings(part):
    return [finding for finding in doctor.examine() if finding.part == part]


def test_all_is_well_where_it_is(well):
    said = StringIO()
    call_command("doctor", stdout=said)
    assert "All is well." in said.getvalue()
    assert not [finding for finding in doctor.examine() if finding.is_failure]


def test_every_part_is_examined(well):
    examined = {finding.part for finding in doctor.examine()}
    assert examined >= {"settings", "database", "clock", "migrations", "cache", "storage"}
    assert examined >= {"mail", "broker", "workers", "queues", "folders", "disk"}
    assert set(doctor.PARTS) == set(doctor.REMEDIES)


def test_a_silent_worker_is_told_and_fails_the_command(well):
    Job.objects.update(started_at=timezone.now() - 2 * doctor.MOST_SILENCE)
    said = StringIO()
    with pytest.raises(CommandError, match="1 of the parts"):
        call_command("doctor", stdout=said)
    assert "celery -A nexa worker" in said.getvalue()


def test_a_failed_job_and_a_given_up_event_are_told(well):
    Job.objects.update(error="ValueError: no sheep")
    Event.objects.create(
        name="lead.created", record_type="lead", record_id="0" * 32, attempts=5, error="no ink"
    )
    assert "no sheep" in findings("job")[0].found
    assert "1 given up" in " ".join(finding.found for finding in findings("queues"))


def test_a_part_that_breaks_is_one_failing_line_and_the_rest_goes_on(well, monkeypatch):
    def faint(part):
        raise OSError("no route to host")
        yield

    monkeypatch.setitem(doctor.PARTS, "storage", faint)
    (finding,) = findings("storage")
    assert finding.is_failure
    assert finding.found == "can't be reached: no route to host"
    assert finding.remedy == doctor.REMEDIES["storage"]
    assert findings("folders")


def test_a_mail_server_that_is_not_there_fails(well, settings):
    settings.MAIL = "smtp"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    (finding,) = findings("mail")
    assert finding.is_failure
    assert "SMTP_URL" in finding.remedy
