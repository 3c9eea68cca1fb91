"""The workers' entrance: ``celery -A nexa worker``.

What differs by machine begins with ``CELERY_`` in the settings.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexa.settings")

app = Celery("nexa")
# A task finds its work in the tables and may run twice: it is given back rather than lost.
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_time_limit=600,
    worker_prefetch_multiplier=1,
    worker_soft_shutdown_timeout=30,
    worker_enable_remote_control=False,
    worker_cancel_long_running_tasks_on_connection_loss=True,
    beat_schedule={
        # Everything else by the clock stands in crm/schedule.py; a tick that is late is worthless.
        "tick": {"task": "run_due_jobs", "schedule": 5.0, "options": {"expires": 15}},
    },
)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def keep_our_logging(**kwargs: Any) -> None:
    """Celery would put a format of its own in place of the house's."""


@worker_process_init.connect
def forget_inherited_connections(**kwargs: Any) -> None:
    """A forked child must not share its parent's connections to the database."""
    from django.db import connections  # Django is set up by now, not when this is imported

    connections.close_all()
