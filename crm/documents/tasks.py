"""The jobs of documents."""

from celery import shared_task

from . import sweeping

hash_files = shared_task(name=sweeping.HASH)(sweeping.hash_files)
