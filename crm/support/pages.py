"""The pages of tickets."""

from django.utils.translation import gettext_lazy as _

from crm.core.pages import RecordPages

from .viewsets import TicketViewSet


class TicketPages(RecordPages):
    viewset = TicketViewSet
    slug = "tickets"
    icon = "life-buoy"
    columns = ("subject", "status", "priority", "customer_id", "resolution_due", "assigned_to")
    facts = ("status", "priority", "category", "customer_id", "contact_id", "source", "assigned_to")
    groups = (
        (_("Ticket"), ("subject", "description", "priority", "category", "source")),
        (_("People"), ("customer_id", "contact_id", "assigned_to", "tags")),
    )
    quick = ("subject", "description", "priority", "customer_id")
