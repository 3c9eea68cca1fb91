"""The workers' entrance: ``celery -A nexa worker``. Settings begin with ``CELERY_``."""

import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging, worker_process_init

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nexa.settings")

app = Celery("nexa")
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
