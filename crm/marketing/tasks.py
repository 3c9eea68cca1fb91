"""The jobs of campaigns."""

from celery import shared_task

from . import operations, sending

run_campaigns = shared_task(name=operations.RUN)(sending.run_campaigns)
