"""Every entity with what the house-wide tests need to know of it."""

from dataclasses import dataclass
from typing import Any

from accounts.tests.factories import TeamFactory, UserFactory
from crm.activities.tests.factories import (
    ActivityFactory,
    CallFactory,
    MeetingFactory,
    TaskFactory,
)
from crm.api import router
from crm.automation.tests.factories import WorkflowFactory
from crm.commerce.tests.factories import InvoiceFactory, OrderFactory, ProductFactory
from crm.documents.tests.factories import DocumentFactory
from crm.marketing.tests.factories import CampaignFactory, LinkAnalyticsFactory
from crm.messaging.tests.factories import EmailFactory, EmailTemplateFactory
from crm.people.tests.factories import (
    AccountFactory,
    ContactFactory,
    CustomerFactory,
    SupplierFactory,
)
from crm.sales.tests.factories import (
    AssignmentRuleFactory,
    DealFactory,
    LeadFactory,
    PipelineFactory,
)
from crm.support.tests.factories import TicketFactory

FACTORIES = {
    factory._meta.model._meta.model_name: factory
    for factory in (
        AccountFactory,
        ActivityFactory,
        AssignmentRuleFactory,
        CallFactory,
        CampaignFactory,
        ContactFactory,
        CustomerFactory,
        DealFactory,
        DocumentFactory,
        EmailFactory,
        EmailTemplateFactory,
        InvoiceFactory,
        LeadFactory,
        LinkAnalyticsFactory,
        MeetingFactory,
        OrderFactory,
        PipelineFactory,
        ProductFactory,
        SupplierFactory,
        TaskFactory,
        TeamFactory,
        TicketFactory,
        UserFactory,
        WorkflowFactory,
    )
}

#: the least that creates a record over the API, and a text field that can be changed
BODIES: dict[str, tuple[dict[str, Any], str]] = {
    "account": ({"account_name": "Nordlicht Optik"}, "industry"),
    "activity": ({"activity_type": "note", "title": "Asked for a quote"}, "description"),
    "assignmentrule": ({"name": "Berlin", "how": "round_robin"}, "external_id"),
    "call": ({"subject": "First call"}, "notes"),
    "campaign": ({"name": "Spring", "campaign_type": "email"}, "description"),
    "contact": ({"first_name": "Ida", "last_name": "Berg", "email": "ida@example.com"}, "title"),
    "customer": ({"name": "Ida Berg", "email": "ida@example.com"}, "notes"),
    "deal": ({"deal_name": "Fifty lamps"}, "next_step"),
    "document": ({"title": "Offer", "file_name": "offer.pdf"}, "description"),
    "email": ({"to_email": "ida@example.com", "subject": "Hello", "body": "Hi"}, "external_id"),
    "emailtemplate": ({"name": "Welcome", "subject": "Hello"}, "description"),
    "invoice": ({"due_date": "2026-05-01T00:00:00Z"}, "notes"),
    "lead": ({"first_name": "Ida", "last_name": "Berg", "email": "ida@example.com"}, "notes"),
    "linkanalytics": ({"original_url": "https://example.com/x"}, "external_id"),
    "meeting": (
        {
            "title": "Demo",
            "start_time": "2026-03-02T09:00:00Z",
            "end_time": "2026-03-02T10:00:00Z",
        },
        "location",
    ),
    "order": ({}, "notes"),
    "pipeline": ({"name": "Renewals"}, "external_id"),
    "product": ({"name": "Lamp", "price": 19.9}, "category"),
    "supplier": ({"name": "Lamp works"}, "notes"),
    "task": ({"title": "Send offer"}, "notes"),
    "team": ({"name": "West"}, "external_id"),
    "ticket": ({"subject": "Broken", "description": "No light"}, "category"),
    "user": ({"email": "new@example.com", "full_name": "New Person"}, "department"),
    "workflow": ({"name": "Greet"}, "description"),
}


@dataclass(frozen=True)
class Case:
    """One entity as the tests ask about it."""

    prefix: str
    viewset: Any

    @property
    def model(self):
        return self.viewset.queryset.model

    @property
    def name(self):
        return self.model._meta.model_name

    @property
    def url(self):
        return f"/api/v1/{self.prefix}"

    @property
    def body(self):
        return dict(BODIES[self.name][0])

    @property
    def text_field(self):
        return BODIES[self.name][1]

    def make(self, **values):
        """Store a row as it is, past all rules."""
        return FACTORIES[self.name](**values)

    def make_batch(self, size, **values):
        return FACTORIES[self.name].create_batch(size, **values)

    def url_of(self, record):
        return f"{self.url}/{record.pk}"


CASES = [Case(prefix, viewset) for prefix, viewset, _ in router.registry]
IDS = [case.name for case in CASES]
