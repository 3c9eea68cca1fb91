"""What of the work is unfinished where somebody goes."""

from typing import Any

from django.db.models import QuerySet

from .models import Task


def open_tasks_of(person: Any) -> QuerySet:
    """Return what a person still has to do."""
    return Task.objects.open().filter(assigned_to=person)
