"""Jobs run by the clock: each turn once, missed ones once, failures told."""

from datetime import timedelta

import pytest
from django.utils import timezone

from crm.core.jobs import LONGEST_RUN, Scheduled, is_due, run_due
from crm.core.models import Job
from crm.schedule import schedule

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def runs():
    return []


@pytest.fixture
def hourly(runs):
    return {"count sheep": Scheduled(lambda: runs.append("sheep"), every=HOUR, does="Counts.")}


def test_a_job_runs_when_its_time_has_come_and_not_before(hourly, runs):
    assert list(run_due(hourly)) == ["count sheep"]
    assert list(run_due(hourly)) == []
    long_ago = timezone.now() - 7 * HOUR
    Job.objects.update(started_at=long_ago, finished_at=long_ago)
    assert list(run_due(hourly)) == ["count sheep"]
    assert list(run_due(hourly)) == []
    assert runs == ["sheep", "sheep"]
    job = Job.objects.get()
    assert (job.runs, job.failures, job.error) == (2, 0, "")


def test_a_job_that_fails_is_told_and_stops_no_other(hourly, runs):
    def fail():
        raise ValueError("no sheep")

    table = {"fail": Scheduled(fail, every=HOUR, does="Fails."), **hourly}
    assert list(run_due(table)) == ["fail", "count sheep"]
    failed = Job.objects.get(name="fail")
    assert (failed.runs, failed.failures, failed.error) == (1, 1, "ValueError: no sheep")
    assert runs == ["sheep"]


def test_a_run_that_died_is_due_again_long_before_its_next_time():
    now = timezone.now()
    day = timedelta(days=1)
    running = Job(started_at=now - LONGEST_RUN / 2, finished_at=now - day)
    died = Job(started_at=now - LONGEST_RUN, finished_at=now - day)
    assert not is_due(running, day, now=now)
    assert is_due(died, day, now=now)


def test_of_two_schedulers_one_gets_the_turn(hourly, runs):
    """The second has read the table before the first takes its turn."""

    def first_scheduler():
        runs.append("outer")
        assert list(run_due(hourly)) == ["count sheep"]

    table = {"outer": Scheduled(first_scheduler, every=HOUR, does="Runs the other."), **hourly}
    assert list(run_due(table)) == ["outer"]
    assert runs == ["outer", "sheep"]


def test_every_job_of_the_house_says_what_it_does():
    for name, job in schedule.items():
        assert name
        assert job.does.endswith(".")
        assert job.every >= timedelta(seconds=10)
