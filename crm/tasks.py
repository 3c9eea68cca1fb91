"""The index of tasks: Celery finds them through this page."""

from celery import shared_task

from crm.core import jobs, outbox
from crm.core.events import DELIVER
from crm.documents import tasks as documents
from crm.marketing import tasks as marketing
from crm.messaging import tasks as messaging
from crm.schedule import schedule

deliver_events = shared_task(name=DELIVER)(outbox.deliver_all)


@shared_task(name="run_due_jobs")
def run_due_jobs() -> None:
    """Run what the schedule says is due. Sent every few seconds by Celery's beat."""
    for _ in jobs.run_due(schedule):
        pass
