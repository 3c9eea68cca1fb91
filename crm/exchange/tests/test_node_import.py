"""The earlier Node backend comes over: every table, the passwords, and nothing else."""

import json
from uuid import UUID

import pytest
from django.db import connection
from django.db.models import Sum
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from accounts.tests.doors import log_in, me, refused
from accounts.tests.test_hashes import REAL
from crm.activities.models import Activity, Call, Meeting, Task
from crm.commerce.bookkeeping import Payment
from crm.commerce.models import Invoice, Order, Product
from crm.core import records
from crm.core.models import Event
from crm.core.numbering import next_number
from crm.documents.models import Document
from crm.exchange.migration.entities import targets
from crm.exchange.tests import nodebackend, nodeschema
from crm.exchange.tests.importing import table
from crm.exchange.tests.nodebackend import ANN, MIA, OLD_PASSWORD, hashed, key
from crm.marketing.models import Campaign, LinkAnalytics
from crm.messaging.models import Email
from crm.people.models import Account, Contact, Customer
from crm.sales.models import Deal, Lead
from crm.support.models import Ticket

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="the Node backend's data is in PostgreSQL"
    ),
]


def contents(source):
    """Return all that the source holds."""
    return {
        name: source.execute(f"SELECT * FROM {name} ORDER BY id").fetchall()
        for name in nodeschema.TABLES
    }


def test_every_table_arrives_and_counts_and_sums_agree_with_the_source(run, source):
    printed, report = run()
    assert report["clean"], [told["refusals"] for told in report["tables"]]
    by_table = {target.model._meta.db_table: target.model for target in targets().values()}
    assert set(by_table) == set(nodeschema.TABLES)
    for name, model in by_table.items():
        (count,) = source.execute(f"SELECT count(*) FROM {name}").fetchone()
        assert count > 0
        told = next(found for found in report["tables"] if found["file"] == name)
        assert (told["read"], told["created"], told["in_database"]) == (count,) * 3, told
        assert model.objects.count() == count
        ids = {row[0] for row in source.execute(f"SELECT id FROM {name}")}
        assert set(model.objects.values_list("pk", flat=True)) == ids
        for column in nodeschema.MONEY_COLUMNS[name]:
            (there,) = source.execute(f"SELECT coalesce(sum({column}), 0) FROM {name}").fetchone()
            here = model.objects.aggregate(sum=Sum(column))["sum"] or 0
            assert here == there, (name, column)
            assert told["amounts"].get(column, {"equal": True})["equal"]
    assert "leads: read 2, created 2" in printed


def test_people_sign_in_with_their_old_passwords(run, settings):
    settings.PASSWORD_HASHERS = REAL
    run()
    for email, user_id in (("ann@example.com", ANN), ("mia@example.com", MIA)):
        assert refused(log_in(email, "wrong-horse-1"))[0] == 401
        answer = log_in(email, OLD_PASSWORD)
        assert answer.status_code == 200
        assert User.objects.get(pk=user_id).password.startswith("bcrypt_sha256$")
        assert log_in(email, OLD_PASSWORD).status_code == 200
        assert me(answer.json()["data"]["token"]).json()["data"]["id"] == user_id
    assert refused(log_in("zoe@example.com", OLD_PASSWORD))[0] == 401  # suspended there, and here
    assert refused(log_in("sam@example.com", "plain"))[0] == 401


def test_hashes_and_tokens_show_up_nowhere(run, source):
    printed, report = run()
    source.execute("UPDATE users SET password = %s", [hashed("another-horse-7")])
    printed_again, report_again = run()
    told = json.dumps([report, report_again, printed, printed_again])
    told += json.dumps(list(Event.objects.values_list("data", flat=True)))
    told += json.dumps(list(User.objects.values_list("custom_fields", flat=True)))
    assert "$2" not in told
    assert "opens-the-door" not in told
    left = {"file": "users.reset_password_token", "reason": "left behind: it opens doors there"}
    assert left in report["not_imported"]


def test_a_password_changed_there_comes_until_it_was_used_here(run, source, settings):
    settings.PASSWORD_HASHERS = REAL
    run()
    assert log_in("ann@example.com", OLD_PASSWORD).status_code == 200
    source.execute("UPDATE users SET password = %s, phone = '1'", [hashed("another-horse-7")])
    run()
    assert log_in("mia@example.com", "another-horse-7").status_code == 200
    assert log_in("mia@example.com", OLD_PASSWORD).status_code == 401
    assert log_in("ann@example.com", OLD_PASSWORD).status_code == 200
    assert User.objects.get(pk=ANN).phone == ""


def test_ids_dates_authors_and_owners_are_kept(run):
    run()
    lead = Lead.objects.get(pk=key("leads"))
    assert lead.created_at.isoformat() == "2024-03-01T09:30:00.123000+00:00"
    assert lead.updated_at.isoformat() == "2024-04-02T18:43:12+00:00"
    assert (lead.assigned_to_id, lead.email) == (UUID(ANN), "ida@example.com")
    assert Lead.objects.get(pk=key("leads", 2)).assigned_to is None
    for model, name in ((Campaign, "campaigns"), (LinkAnalytics, "link_analytics")):
        assert model.objects.get(pk=key(name)).created_by_id == UUID(MIA)
    ann = User.objects.get(pk=ANN)
    assert (ann.role, ann.preferences) == ("sales_rep", {"theme": "dark"})
    assert ann.last_login.isoformat() == "2024-04-02T08:00:00+00:00"
    assert not ann.is_superuser


def test_links_are_as_they_were(run):
    run()
    contact, deal = Contact.objects.get(), Deal.objects.get(pk=key("deals"))
    assert contact.account_id == UUID(key("accounts"))
    assert (deal.contact, deal.assigned_to_id) == (contact, UUID(MIA))
    assert Task.objects.get().related_to == Lead.objects.get(pk=key("leads"))
    assert Call.objects.get().related_to == contact
    assert Activity.objects.get().related_to == deal
    assert Email.objects.get(pk=key("emails")).attachments == [key("documents")]
    assert Order.objects.get().customer == Invoice.objects.get().customer == Customer.objects.get()
    assert Meeting.objects.get().host_id == UUID(ANN)
    assert LinkAnalytics.objects.get().campaign == Campaign.objects.get()


def test_json_keeps_its_content(run):
    run()
    assert Order.objects.get().items[0]["product_id"] == key("products")
    assert Order.objects.get().items[0]["total"] == 100
    assert Meeting.objects.get().attendees == [{"email": "ida@example.com", "name": "Ida"}]
    assert Activity.objects.get().metadata == {"score": 0.5, "tags": ["a", 2]}
    assert Product.objects.get().specifications == {"watts": 5}
    assert Product.objects.get().tags == ["lamps", "new"]
    assert Campaign.objects.get().metrics["impressions"] == 9
    lead = Lead.objects.get(pk=key("leads"))
    assert lead.custom_fields == {"region": "north", "size": 1.5, "favourite_colour": "blue"}


def test_states_are_as_they_were_and_nothing_wakes(run, work_off):
    run()
    deal, invoice = Deal.objects.get(pk=key("deals")), Invoice.objects.get()
    assert (deal.stage_kind, str(deal.close_date.date())) == ("won", "2024-04-01")
    assert deal.lead_source == "Trade Show"
    assert Contact.objects.get().status == "vip"
    assert (invoice.status, invoice.balance_due, Payment.objects.get().amount) == ("paid", 0, 119)
    assert Email.objects.get(pk=key("emails", 2)).status == "draft"
    assert Campaign.objects.get().status == "paused"
    assert not Event.objects.filter(delivered_at=None).exists()
    assert set(Event.objects.values_list("door", flat=True)) == {"import"}
    work_off()
    assert Email.objects.count() == 2
    assert Product.objects.get().stock_quantity == 7


def test_numbers_go_on_above_what_came(run, max):
    run()
    assert Account.objects.get(pk=key("accounts", 2)).account_number == "ACC-00042"
    assert records.create(Order(), by=max).order_number == "ORD-00008"
    ticket = records.create(Ticket(subject="New", description="New"), by=max)
    assert ticket.ticket_number == "T-00013"
    assert next_number("invoice-2024", prefix="INV-2024") == "INV-2024-00018"


def test_files_stay_under_their_keys(run):
    run()
    document = Document.objects.get()
    assert document.s3_key == "documents/1709285400-offer.txt"
    version = document.versions.get()
    assert (version.key, version.version) == (document.s3_key, 2)
    assert version.uploaded_by_id == UUID(ANN)
    assert document.custom_fields == {}


def test_a_file_replaced_there_is_the_next_version_and_one_replaced_here_stays(run, source):
    run()
    source.execute("UPDATE documents SET s3_key = 'documents/newer.txt', file_size = 9")
    run()
    document = Document.objects.get()
    assert (document.s3_key, document.version, document.file_size) == ("documents/newer.txt", 3, 9)
    assert document.versions.count() == 2
    source.execute("UPDATE documents SET title = 'Better', s3_key = '', version = 1")
    run()
    document.refresh_from_db()
    assert (document.title, document.s3_key) == ("Better", "documents/newer.txt")
    assert document.version == 3


def test_a_dry_run_reports_and_writes_nothing_anywhere(run, source):
    before = contents(source)
    printed, report = run("--dry-run")
    assert report["dry_run"]
    assert report["clean"]
    assert table(report, "Invoice")["created"] == 1
    assert table(report, "Invoice")["amounts"]["total"]["equal"]
    assert "nothing was stored" in printed
    for target in targets().values():
        assert not target.model._base_manager.exists()
    assert not Event.objects.exists()
    assert next_number("ticket", prefix="T") == "T-00001"
    assert contents(source) == before


def test_a_second_run_writes_nothing(run, source):
    before = contents(source)
    run()
    with CaptureQueriesContext(connection) as queries:
        _, report = run()
    for told in report["tables"]:
        assert (told["unchanged"], told["created"], told["updated"]) == (told["read"], 0, 0), told
    words = ("INSERT", "UPDATE", "DELETE")
    assert [query["sql"] for query in queries if query["sql"].startswith(words)] == []
    assert contents(source) == before


def test_a_bad_row_is_told_and_all_others_come(run, source):
    bad = {
        "leads": [
            {"first_name": "X", "last_name": "Y", "email": "x@example.com", "status": "lukewarm"},
            {"first_name": "X", "last_name": "Y", "email": "no address"},
            {"first_name": "X", "last_name": "Y", "email": "y@example.com",
             "created_at": "infinity"},
        ],
        "products": [{"name": "Twice", "sku": "LAMP", "price": "NaN"}],
    }  # fmt: skip
    for name, rows in bad.items():
        for number, row in enumerate(rows, start=90):
            nodebackend.insert(source, name, {"id": key(name, number), **row})
    printed, report = run()
    assert not report["clean"]
    told = table(report, "Lead")
    assert (told["created"], told["refused"]) == (2, 3)
    reasons = {row["id"]: row["text"] for row in told["refusals"]}
    assert "lukewarm" in reasons[key("leads", 90)]
    assert reasons[key("leads", 91)].startswith("email: ")
    assert reasons[key("leads", 92)].startswith("created_at: ")
    assert (table(report, "Product")["refused"], Product.objects.count()) == (1, 1)
    assert Order.objects.count() == 1
    assert "Something was refused" in printed


def test_a_link_to_nothing_is_kept_and_told(run, source):
    source.execute("UPDATE tasks SET related_to_id = %s", [key("leads", 77)])
    _, report = run()
    task = Task.objects.get()
    assert (task.related_to, task.custom_fields["related_to_id"]) == (None, key("leads", 77))
    assert table(report, "Task")["notes"][0]["id"] == key("tasks")


def test_what_was_deleted_there_lies_in_the_bin_and_links_to_it_stay(run, source):
    source.execute("ALTER TABLE contacts ADD deleted_at TIMESTAMPTZ")
    source.execute("UPDATE contacts SET deleted_at = '2024-05-01 10:00:00+02'")
    _, report = run()
    assert report["clean"]
    contact = Contact.all_objects.get()
    assert contact.deleted_at.isoformat() == "2024-05-01T08:00:00+00:00"
    assert not Contact.objects.exists()
    assert Deal.objects.get(pk=key("deals")).contact_id == contact.pk
    assert Call.objects.get().related_to_id == contact.pk


def test_whoever_is_here_already_stays_and_is_linked_to(run, ann):
    run()
    stored = User.objects.get(email="ann@example.com")
    assert (stored.pk, stored.password) == (ann.pk, ann.password)
    assert Lead.objects.get(pk=key("leads")).assigned_to == ann
    assert not User.objects.filter(pk=ANN).exists()
