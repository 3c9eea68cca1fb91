"""The jobs of mail."""

from celery import shared_task

from . import sending

send_mail = shared_task(name=sending.SEND)(sending.send_waiting)
