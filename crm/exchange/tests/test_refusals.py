"""What is refused is told with its line and reason, and nothing else is missing."""

import json
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command

from crm.commerce.models import Invoice, Product
from crm.core import records
from crm.core.erasure import ErasedPerson, hashes_of
from crm.exchange.tests import exports
from crm.exchange.tests.exports import as_csv, as_jsonc, legacy, small_app, stamped
from crm.exchange.tests.importing import import_app, table
from crm.people.models import Account, Contact
from crm.sales.models import Deal, Lead

pytestmark = pytest.mark.django_db


def lead(number, **values):
    said = {"first_name": "Ida", "last_name": "Berg", "email": f"ida{number}@example.com"}
    return stamped(exports.LEADS, number, **{**said, **values})


def deal(number, **values):
    return stamped(exports.DEALS, number, **{"title": "Lamps", "value": number, **values})


def write(tmp_path, **tables):
    folder = tmp_path / "export"
    folder.mkdir(exist_ok=True)
    for name, rows in tables.items():
        (folder / f"{name}.csv").write_bytes(as_csv(rows))
    return folder


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"status": "friend"}, "friend"),
        ({"lead_score": "many"}, "'many' is no number"),
        ({"lead_score": "101"}, "100"),
        ({"lead_score": "1.5"}, "whole number"),
        ({"annual_revenue": "1e20"}, "15 digits"),
        ({"annual_revenue": "-1"}, "0"),
        ({"email": "nobody"}, "email"),
        ({"email": ""}, "blank"),
        ({"last_name": "x" * 300}, "255"),
        ({"created_date": "yesterday"}, "created_date: 'yesterday' is no date"),
        ({"converted_date": "2024-13-01"}, "no date"),
        ({"notes": "a\x00b"}, "NUL"),
        ({"phone": "1\n2"}, "one line"),
        ({"id": ""}, "no id"),
        ({"odd": "a\x00b"}, "NUL"),
    ],
)
def test_a_bad_value_is_refused_with_its_line_and_the_rest_is_loaded(tmp_path, values, reason):
    folder = write(tmp_path, Lead=[lead(1), lead(2, **values), lead(3)])
    printed, report = import_app(folder)
    told = table(report, "Lead")
    assert (told["created"], told["refused"], report["clean"]) == (2, 1, False)
    (refusal,) = told["refusals"]
    assert refusal["line"] == 3
    assert reason in refusal["text"]
    assert "refused" in printed
    assert Lead.objects.count() == 2


def test_the_command_ends_with_an_error_where_something_was_refused(tmp_path):
    printed, _ = import_app(write(tmp_path, Lead=[lead(1, status="friend")]))
    assert "Something was refused" in printed


def test_sums_name_what_was_refused(tmp_path):
    folder = write(tmp_path, Deal=[deal(1), deal(2, probability="often"), deal(4, value="0.005")])
    _, report = import_app(folder)
    assert table(report, "Deal")["amounts"]["amount"] == {
        "file": "3.005",
        "database": "1.01",
        "equal": False,
        "differences": ["refused rows: 2", "rounded to the cent: -0.005"],
    }


def test_what_the_database_refuses_is_told_as_the_rule_and_only_that_row(tmp_path):
    rows = [
        stamped(exports.PRODUCTS, number, name="Lamp", price=1, sku=f"S{number % 150}")
        for number in range(1, 201)
    ]
    _, report = import_app(write(tmp_path, Product=rows))
    told = table(report, "Product")
    assert (told["created"], told["refused"]) == (150, 50)
    assert {row["text"] for row in told["refusals"]} == {"Another product already has this sku."}
    assert Product.objects.count() == 150


def test_an_id_that_comes_twice_is_taken_once(tmp_path):
    _, report = import_app(write(tmp_path, Lead=[lead(1), lead(1, city="Kiel")]))
    assert table(report, "Lead")["refusals"][0]["text"] == "Another row above has the same id."
    assert Lead.objects.get().city == ""


def test_a_person_who_was_erased_stays_out(tmp_path):
    ErasedPerson.objects.create(email_hash=hashes_of("ida1@example.com")[0])
    _, report = import_app(write(tmp_path, Lead=[lead(1), lead(2)]))
    assert "erased" in table(report, "Lead")["refusals"][0]["text"]
    assert Lead.objects.get().email == "ida2@example.com"


def test_samples_are_skipped_unless_asked_for(tmp_path):
    folder = write(tmp_path, Lead=[lead(1), lead(2, is_sample=True)])
    _, report = import_app(folder)
    told = table(report, "Lead")
    assert (told["created"], told["skipped"]) == (1, 1)
    _, report = import_app(folder, "--include-samples")
    assert table(report, "Lead")["created"] == 1
    assert Lead.objects.count() == 2


def test_what_the_app_itself_deleted_is_skipped(tmp_path):
    rows = [lead(1), {**lead(2), "is_deleted": True}]
    _, report = import_app(write(tmp_path, Lead=rows), "--include-samples")
    assert (table(report, "Lead")["created"], table(report, "Lead")["skipped"]) == (1, 1)


def test_a_report_that_can_not_be_written_is_told_before_anything_is_done(tmp_path):
    with pytest.raises(CommandError, match="report"):
        call_command(
            "import_base44", str(write(tmp_path, Lead=[lead(1)])), report=tmp_path / "no" / "r.json"
        )
    assert not Lead.objects.exists()


def test_a_table_that_breaks_in_the_middle_is_not_begun(tmp_path):
    folder = write(tmp_path, Lead=[lead(1)])
    (folder / "Deal.json").write_bytes(as_jsonc([deal(1), deal(2)])[:-40])
    _, report = import_app(folder)
    assert table(report, "Deal")["failure"].startswith("not imported: line")
    assert not report["clean"]
    assert not Deal.objects.exists()
    assert Lead.objects.count() == 1


def test_unknown_entities_are_named_and_left(tmp_path):
    _, report = import_app(write(tmp_path, Lead=[lead(1)], MyThing=[stamped(30, 1, name="x")]))
    assert report["not_imported"] == [
        {"file": "MyThing.csv", "reason": "not imported: no such entity"}
    ]
    assert report["clean"]


def test_tables_can_come_alone_and_in_any_order(tmp_path):
    app = small_app()
    _, report = import_app(write(tmp_path, Deal=app["Deal"]) / "Deal.csv")
    told = table(report, "Deal")
    assert told["created"] == 4
    assert any("account_id: nothing here is" in note["text"] for note in told["notes"])
    won = Deal.objects.get(external_id=legacy(exports.DEALS, 1))
    assert won.custom_fields["account_id"] == legacy(exports.ACCOUNTS, 1)
    folder = write(tmp_path, Account=app["Account"], Contact=app["Contact"])
    _, report = import_app(folder)
    assert table(report, "Deal")["updated"] == 1
    won.refresh_from_db()
    assert won.account == Account.objects.get(external_id=legacy(exports.ACCOUNTS, 1))
    assert won.contact == Contact.objects.get(email="ida@example.com")


def test_parents_that_lead_in_a_circle_are_told(tmp_path):
    rows = [
        stamped(
            exports.ACCOUNTS, number, name="Lamps", account_number=f"A{number}",
            parent_account_id=legacy(exports.ACCOUNTS, parent),
        )
        for number, parent in ((1, 2), (2, 3), (3, 1))
    ]  # fmt: skip
    _, report = import_app(write(tmp_path, Account=rows))
    told = table(report, "Account")
    assert told["created"] == 3
    assert [note["line"] for note in told["notes"]] == [4]
    assert Account.objects.exclude(parent_account=None).count() == 2


def test_both_names_of_a_value_count_and_neither_is_lost(tmp_path):
    rows = [deal(1, deal_name="Ours", description="One", notes="Two", amount="")]
    import_app(write(tmp_path, Deal=rows))
    stored = Deal.objects.get()
    assert (stored.deal_name, stored.description) == ("Ours", "One")
    assert stored.custom_fields == {"title": "Lamps", "notes": "Two"}
    assert stored.amount == 1


def test_a_payment_follows_when_an_invoice_is_paid_later(tmp_path, max):
    row = {"due_date": "2024-04-10", "total_amount": 50, "invoice_number": "R-1"}
    sent = stamped(exports.INVOICES, 1, status="sent", **row)
    import_app(write(tmp_path, Invoice=[sent]))
    invoice = Invoice.objects.get()
    assert (invoice.balance_due, invoice.payments.count()) == (Decimal("50.00"), 0)
    records.change(invoice, {"notes": "Asked twice."}, by=max)
    _, report = import_app(write(tmp_path, Invoice=[{**sent, "status": "paid"}]))
    assert table(report, "Invoice")["updated"] == 1
    invoice.refresh_from_db()
    assert (invoice.status, invoice.balance_due, invoice.notes) == ("paid", 0, "Asked twice.")
    assert [payment.amount for payment in invoice.payments.all()] == [50]


@pytest.mark.parametrize("name", ["id", "created_by", "assigned_to", "notes", "odd", "email"])
def test_text_that_no_database_takes_spoils_only_its_row(tmp_path, name):
    rows = [lead(1), lead(2, **{name: "a\ud800@example.com"}), lead(3, **{name: "a\x00@e.com"})]
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "Lead.json").write_text(json.dumps(rows))
    _, report = import_app(folder)
    told = table(report, "Lead")
    assert (told["created"], told["refused"]) == (1, 2)
