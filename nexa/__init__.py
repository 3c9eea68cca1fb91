"""The building: settings, addresses, and what every request passes through."""

from .celery import app as celery_app

__all__ = ["celery_app"]
