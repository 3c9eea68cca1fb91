"""Leads that come in through the public web form."""

from datetime import datetime
from typing import Any

from django.db import transaction

from crm.core import events, records

from .models import Lead


@transaction.atomic
def take_enquiry(values: dict[str, Any], *, origin: str, at: datetime) -> Lead:
    """Store a stranger's enquiry as a new lead, owned by whom the assignment rules say.

    That the person agreed, when and where, is kept with the event ``lead.submitted``.
    """
    lead = records.create(Lead(**values, source=Lead.Source.WEBSITE), by=None)
    consent = {"given": True, "at": at, "source": "web form", "origin": origin}
    events.record("submitted", lead, by=None, consent=consent)
    return lead
