"""A person with something in every corner of the house."""

from types import SimpleNamespace

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from crm.activities.tests.factories import (
    ActivityFactory,
    CallFactory,
    MeetingFactory,
    TaskFactory,
)
from crm.commerce.tests.factories import InvoiceFactory, OrderFactory
from crm.declared.tests.factories import DeclaredEntityFactory, DeclaredRecordFactory
from crm.documents.tests import samples
from crm.documents.tests.forms import MULTIPART, file_form
from crm.documents.tests.stores import Keeper, local
from crm.marketing.models import CampaignRecipient, Click
from crm.marketing.tests.factories import CampaignFactory, LinkAnalyticsFactory
from crm.messaging.models import Suppression
from crm.messaging.tests.factories import EmailFactory
from crm.people.models import Contact, Customer
from crm.people.tests.factories import ContactFactory
from crm.sales.models import Lead
from crm.sales.tests.factories import DealFactory
from crm.support.models import TicketComment
from crm.support.tests.factories import TicketFactory

EMAIL = "ida.quist@example.com"
NAME = "Ida Quist"
PHONE = "+49 (170) 555-1234"
SAID = f"{NAME} <{EMAIL.upper()}>, {PHONE}"


@pytest.fixture
def folder(settings, tmp_path):
    """Keep files in an empty folder."""
    place = tmp_path / "files"
    place.mkdir()
    settings.STORAGES = {**settings.STORAGES, "default": local(place)}
    return Keeper("local", folder=place)


@pytest.fixture
def ida(max, client_of, folder):
    """Everything about one person, by name; created over REST where that leaves traces."""
    client = client_of(max)

    def post(path, **body):
        answer = client.post(f"/api/v1/{path}", body)
        assert answer.status_code == 201, answer.content
        return answer.json()["data"]["id"]

    person = {"email": EMAIL, "phone": PHONE, "notes": SAID, "external_id": "quist-1"}
    names = {"first_name": "Ida", "last_name": "Quist"}
    contact = Contact.objects.get(
        pk=post("contacts", **names, **person, mobile=PHONE, city="Lund", custom_fields={"x": SAID})
    )
    lead = Lead.objects.get(pk=post("leads", **names, **person, company="Quist AB"))
    customer = Customer.objects.get(
        pk=post("customers", name=NAME, **person, tags=[NAME], contact_id=str(contact.pk))
    )
    for path, record in (("contacts", contact), ("leads", lead), ("customers", customer)):
        answer = client.patch(f"/api/v1/{path}/{record.pk}", {"notes": f"Again {SAID}"})
        assert answer.status_code == 200, answer.content
    client.delete(f"/api/v1/leads/{lead.pk}")  # the recycle bin forgets too
    about = {"related_to_type": "contact", "related_to_id": contact.pk}
    deal = DealFactory(contact=contact, deal_name=NAME, description=SAID, amount=5)
    client.patch(f"/api/v1/deals/{deal.pk}", {"next_step": f"Ring {SAID}"})
    ticket = TicketFactory(customer=customer, subject=NAME, description=SAID)
    TicketComment.objects.create(ticket=ticket, body=SAID, from_customer=True)
    upload = client.generic(
        "POST",
        "/api/v1/documents/upload",
        file_form(
            f"{NAME}.pdf", samples.PDF, related_to_type="contact", related_to_id=str(contact.pk)
        ),
        content_type=MULTIPART,
    )
    assert upload.status_code == 201, upload.content
    others = [{"email": EMAIL, "name": NAME}, {"email": "else@example.com", "name": "Else"}]
    campaign = CampaignFactory(status="completed", campaign_type="email")
    mail = EmailFactory(to_email=EMAIL, subject=f"Dear {NAME}", body=SAID, metadata={"n": SAID})
    link = LinkAnalyticsFactory()
    rows = {
        "activity": ActivityFactory(**about, title=NAME, description=SAID),
        "story": ActivityFactory(
            related_to_type="deal", related_to_id=deal.pk, title="Call", description=f"With {SAID}."
        ),
        "call": CallFactory(**about, subject=NAME, notes=SAID, phone_number=PHONE),
        "meeting": MeetingFactory(title="Demo", description=SAID, attendees=others),
        "own_meeting": MeetingFactory(contact=contact, title=NAME, notes=SAID),
        "task": TaskFactory(**about, title=f"Ring {NAME}", notes=SAID),
        "mail": mail,
        "draft": EmailFactory(to_email=EMAIL, subject="Hi", body=SAID, status="queued"),
        "copy": EmailFactory(to_email="else@example.com", cc=[EMAIL], subject="Hi", body=SAID),
        "order": OrderFactory(customer=customer, shipping_address=SAID),
        "invoice": InvoiceFactory(
            customer=customer, status="sent", invoice_number="R-1", document={"to": SAID}
        ),
        "mailed": CampaignRecipient.objects.create(
            campaign=campaign, address=EMAIL, contact=contact, mailed_at=timezone.now()
        ),
        "waiting": CampaignRecipient.objects.create(
            campaign=CampaignFactory(status="active", campaign_type="email"),
            address=EMAIL,
            lead=lead,
        ),
        "click": Click.objects.create(link=link, visitor="v", referrer="https://x/", email=mail),
        "suppression": Suppression.objects.create(address=EMAIL, reason="manual"),
    }
    LogEntry.objects.create(
        user=max,
        content_type=ContentType.objects.get_for_model(Contact),
        object_id=str(contact.pk),
        object_repr=NAME,
        action_flag=CHANGE,
    )
    return SimpleNamespace(
        contact=contact, lead=lead, customer=customer, deal=deal, ticket=ticket,
        document=upload.json()["data"]["id"], **rows,
    )  # fmt: skip


@pytest.fixture
def person(folder):
    return ContactFactory(
        email=EMAIL, first_name="Ida", last_name="Quist", phone=PHONE, external_id="quist-1"
    )


@pytest.fixture
def booking():
    return DeclaredEntityFactory(name="Booking")


@pytest.fixture
def hold(booking):
    """Store a record of the app's own with some values."""

    def hold(**values):
        return DeclaredRecordFactory(declaration=booking, custom_fields=values)

    return hold
