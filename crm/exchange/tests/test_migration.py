"""A whole small app comes over: every entity, every state, and silence."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from crm.activities.models import Activity, Call, Meeting, Task
from crm.api import router
from crm.automation.models import Workflow
from crm.commerce.bookkeeping import Payment
from crm.commerce.models import Invoice, Order, Product
from crm.core import records
from crm.core.models import Event
from crm.core.numbering import next_number
from crm.documents.models import Document
from crm.exchange.migration.entities import ORDER
from crm.exchange.tests import exports
from crm.exchange.tests.exports import legacy, small_app, stamped, write_csv
from crm.exchange.tests.importing import import_app, of, table
from crm.marketing.models import Campaign, LinkAnalytics
from crm.messaging.models import Email
from crm.people.models import Account, Contact, Customer
from crm.sales.models import Deal, Lead
from crm.support.models import Ticket

pytestmark = pytest.mark.django_db


def test_every_entity_of_the_request_can_be_loaded():
    names = {viewset.queryset.model.__name__ for _, viewset, _ in router.registry}
    assert set(ORDER) <= names
    assert len(ORDER) == 20
    assert set(small_app()) == set(ORDER)


def test_everything_arrives_and_the_report_adds_up(loaded):
    printed, report = loaded
    for entity, rows in small_app().items():
        told = table(report, entity)
        assert told["refused"] == 0, told["refusals"]
        assert (told["read"], told["created"], told["in_database"]) == (len(rows),) * 3
    assert report["clean"]
    assert table(report, "Deal")["amounts"]["amount"] == {
        "file": "5150.35", "database": "5150.35", "equal": True, "differences": [],
    }  # fmt: skip
    assert table(report, "Lead")["unknown_columns"] == {"favourite_colour": 1}
    assert table(report, "Lead")["amounts"]["annual_revenue"]["differences"] == [
        "rounded to the cent: -0.005"
    ]
    assert "Deal.csv: read 4, created 4" in printed
    assert report["people_added_inactive"] == [exports.LEFT]


def test_ids_dates_and_authors_are_kept(loaded):
    lead = of(Lead, exports.LEADS, 1)
    assert lead.created_at.isoformat() == "2024-03-01T09:30:00.123000+00:00"
    assert lead.updated_at.isoformat() == "2024-04-02T18:43:12+00:00"
    assert lead.created_by.email == "ann@example.com"
    assert lead.assigned_to == lead.created_by
    gone = of(Deal, exports.DEALS, 3)
    assert gone.created_by.email == exports.LEFT
    assert gone.created_by.status == User.Status.INACTIVE
    assert gone.assigned_to is None
    assert lead.search_text.startswith("ida berg")
    assert of(Account, exports.ACCOUNTS, 1).name_key


def test_states_of_history_are_as_they_were(loaded):
    won, lost = of(Deal, exports.DEALS, 1), of(Deal, exports.DEALS, 2)
    assert (won.stage_kind, won.probability, str(won.close_date.date())) == (
        "won", 100, "2024-04-01",
    )  # fmt: skip
    assert (lost.stage_kind, lost.loss_reason) == ("lost", "")
    assert of(Deal, exports.DEALS, 3).stage == "Closed Lost to Competition"
    assert of(Deal, exports.DEALS, 3).stage_kind == "lost"
    assert of(Deal, exports.DEALS, 4).probability == 35
    lead = of(Lead, exports.LEADS, 1)
    assert lead.status == "converted"
    assert lead.converted_contact == of(Contact, exports.CONTACTS, 1)
    assert lead.converted_deal == won
    invoice = of(Invoice, exports.INVOICES, 1)
    assert (invoice.status, invoice.invoice_number) == ("paid", "INV-2024-00017")
    assert (invoice.amount_paid, invoice.balance_due) == (Decimal("119.00"), 0)
    assert Payment.objects.get().amount == 119
    assert invoice.base_total == 119
    assert of(Order, exports.ORDERS, 1).status == "delivered"
    assert of(Ticket, exports.TICKETS, 1).status == "resolved"
    assert of(Task, exports.TASKS, 1).status == "Waiting on someone else"
    assert of(Contact, exports.CONTACTS, 1).status == "vip"
    assert of(LinkAnalytics, exports.LINKS, 1).clicks == 41


def test_what_a_customer_spent_follows_where_the_app_does_not_say_it(tmp_path):
    app = small_app()
    del app["Customer"][0]["lifetime_value"]
    folder = tmp_path / "export"
    folder.mkdir()
    write_csv(folder, {name: app[name] for name in ("Customer", "Invoice")})
    import_app(folder)
    assert of(Customer, exports.CUSTOMERS, 1).total_spent == 119
    _, report = import_app(folder)
    assert table(report, "Customer")["unchanged"] == 1
    later = {**app["Invoice"][0], "id": legacy(exports.INVOICES, 3), "invoice_number": "R-3"}
    import_app(write_csv(folder, {"Invoice": [*app["Invoice"], later]}))
    assert of(Customer, exports.CUSTOMERS, 1).total_spent == 238
    assert not Event.objects.filter(delivered_at=None).exists()


def test_what_a_customer_spent_is_what_the_app_says(loaded, folder):
    app = small_app()
    app["Customer"][0]["lifetime_value"] = 500
    later = {**app["Invoice"][0], "id": legacy(exports.INVOICES, 3), "invoice_number": "R-3"}
    import_app(write_csv(folder, {**app, "Invoice": [*app["Invoice"], later]}))
    assert of(Customer, exports.CUSTOMERS, 1).total_spent == 500


def test_who_wants_no_mail_is_known_with_time_and_source(tmp_path):
    row = {"first_name": "Ida", "last_name": "Berg", "email": "i@example.com"}
    folder = tmp_path / "export"
    folder.mkdir()
    contact = stamped(exports.CONTACTS, 1, email_opt_out=True, **row)
    import_app(write_csv(folder, {"Contact": [contact]}))
    stored = of(Contact, exports.CONTACTS, 1)
    assert (stored.email_opt_out, stored.opted_out_source) == (True, "import")
    assert stored.opted_out_at == stored.updated_at


def test_links_are_followed_by_id_and_by_address(loaded):
    contact, deal = of(Contact, exports.CONTACTS, 1), of(Deal, exports.DEALS, 1)
    customer = of(Customer, exports.CUSTOMERS, 1)
    assert contact.account == of(Account, exports.ACCOUNTS, 1)
    assert deal.contact == contact
    assert deal.assigned_to.email == "mia@example.com"
    assert contact.custom_fields["deal_id"] == str(deal.pk)
    assert of(Account, exports.ACCOUNTS, 1).parent_account == of(Account, exports.ACCOUNTS, 2)
    assert of(Order, exports.ORDERS, 1).customer == customer
    assert of(Invoice, exports.INVOICES, 1).customer == customer
    assert of(Invoice, exports.INVOICES, 1).order == of(Order, exports.ORDERS, 1)
    product = of(Product, exports.PRODUCTS, 1)
    assert of(Order, exports.ORDERS, 1).items[0]["product_id"] == str(product.pk)
    assert of(Task, exports.TASKS, 1).related_to == of(Lead, exports.LEADS, 1)
    assert of(Activity, exports.ACTIVITIES, 1).related_to == contact
    assert of(Call, exports.CALLS, 1).related_to == contact
    document = of(Document, exports.DOCUMENTS, 1)
    email = of(Email, exports.EMAILS, 1)
    assert email.attachments == [str(document.pk)]
    assert email.custom_fields["other_attachments"] == [legacy(exports.DOCUMENTS, 9)]
    lost = of(Activity, exports.ACTIVITIES, 2)
    assert lost.related_to is None
    assert lost.custom_fields["related_to_id"] == legacy(exports.LEADS, 99)


def test_names_and_shapes_of_theirs_are_understood(loaded):
    account, customer = of(Account, exports.ACCOUNTS, 1), of(Customer, exports.CUSTOMERS, 1)
    assert (account.account_name, account.employees) == ("Nordlicht Optik", 12)
    assert (account.billing_address, account.billing_postal_code) == ("Hafenweg 1", "24103")
    assert account.custom_fields == {"billing_address_more": {"floor": 2}}
    assert (customer.name, customer.total_spent) == ("Ida Berg", 119)
    assert customer.custom_fields["zip_code"] == "01234"
    assert customer.custom_fields["total_orders"] == 1
    assert customer.tags == ["lamps", "vip"]
    meeting = of(Meeting, exports.MEETINGS, 1)
    assert meeting.attendees == [{"email": "ida@example.com"}]
    assert meeting.custom_fields["all_day"] is False
    assert of(Deal, exports.DEALS, 1).lead_source == "Trade Show"
    assert of(Activity, exports.ACTIVITIES, 1).custom_fields["call_duration"] == 12


def test_blank_and_second_addresses_are_kept_and_told(loaded):
    _, report = loaded
    notes = {(row["id"], row["text"].split(" ")[0]) for row in table(report, "Contact")["notes"]}
    assert notes == {(legacy(exports.CONTACTS, 2), "Another"), (legacy(exports.CONTACTS, 3), "It")}
    second = of(Contact, exports.CONTACTS, 2)
    assert (second.email, second.custom_fields["second_email"]) == ("", "ida@example.com")


def test_nothing_is_mailed_moved_or_woken(loaded, work_off):
    assert not Event.objects.filter(delivered_at=None).exists()
    assert set(Event.objects.values_list("door", flat=True)) == {"import"}
    assert Product.objects.get().stock_quantity == 7
    assert of(Email, exports.EMAILS, 2).status == "draft"
    assert of(Campaign, exports.CAMPAIGNS, 1).status == "paused"
    assert of(Workflow, exports.WORKFLOWS, 1).status == "inactive"
    work_off()
    assert Email.objects.count() == 2
    assert not Task.objects.filter(reminder__isnull=False, reminded_at=None).exists()
    assert of(Task, exports.TASKS, 1).reminded_at is not None


def test_numbers_go_on_above_what_was_loaded(loaded, max):
    assert of(Account, exports.ACCOUNTS, 2).account_number == "ACC-00042"
    assert of(Order, exports.ORDERS, 2).order_number == "ORD-00008"
    assert records.create(Account(account_name="New"), by=max).account_number == "ACC-00043"
    assert records.create(Order(), by=max).order_number == "ORD-00009"
    ticket = records.create(Ticket(subject="New", description="New"), by=max)
    assert ticket.ticket_number == "T-00013"


def test_the_invoices_of_a_year_go_on_above_what_was_loaded(tmp_path, max):
    year = 2024
    rows = small_app()["Invoice"]
    folder = tmp_path / "export"
    folder.mkdir()
    write_csv(folder, {"Invoice": rows})
    import_app(folder)
    assert next_number(f"invoice-{year}", prefix=f"INV-{year}") == "INV-2024-00018"


def test_a_second_run_writes_nothing(loaded, folder):
    with CaptureQueriesContext(connection) as queries:
        _, report = import_app(folder)
    for told in report["tables"]:
        assert (told["unchanged"], told["created"], told["updated"]) == (told["read"], 0, 0), told
    written = [
        query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))
    ]
    assert written == []


def test_what_people_changed_here_stays_until_the_source_says_something_new(loaded, folder, max):
    lead = of(Lead, exports.LEADS, 2)
    records.change(lead, {"notes": "Called.", "city": "Kiel"}, by=max)
    _, report = import_app(folder)
    assert table(report, "Lead")["unchanged"] == 2
    assert of(Lead, exports.LEADS, 2).city == "Kiel"
    app = small_app()
    app["Lead"][1]["city"] = "Bremen"
    write_csv(folder, app)
    _, report = import_app(folder)
    told = table(report, "Lead")
    assert (told["updated"], told["unchanged"]) == (1, 1)
    stored = of(Lead, exports.LEADS, 2)
    assert (stored.city, stored.notes) == ("Bremen", "Called.")
    event = Event.objects.filter(record_id=lead.pk, door="import").order_by("-id")[0]
    assert event.data["changes"]["city"] == ["Kiel", "Bremen"]


def test_a_deleted_record_stays_deleted(loaded, folder, max):
    records.remove(of(Lead, exports.LEADS, 2), by=max)
    _, report = import_app(folder)
    assert table(report, "Lead")["skipped"] == 1
    assert Lead.objects.count() == 1


def test_a_dry_run_reports_and_stores_nothing(folder):
    printed, report = import_app(folder, "--dry-run")
    assert report["dry_run"]
    assert report["clean"]
    assert table(report, "Invoice")["created"] == 2
    assert table(report, "Invoice")["amounts"]["total"]["equal"]
    assert "nothing was stored" in printed
    for model in (Lead, User, Invoice, Event, Document):
        assert not model._base_manager.exists()


def test_another_app_id_later_doubles_nothing(loaded, folder):
    _, report = import_app(folder, app_id="another")
    assert Lead.objects.count() == 2
    assert table(report, "Lead")["created"] == 0


def test_fields_kept_by_an_app_itself_are_kept_flat(tmp_path):
    rows = [stamped(exports.ACCOUNTS, 1, name="Lamps", custom_fields={"colour": "blue"})]
    folder = tmp_path / "export"
    folder.mkdir()
    import_app(write_csv(folder, {"Account": rows}))
    assert of(Account, exports.ACCOUNTS, 1).custom_fields == {"colour": "blue"}
