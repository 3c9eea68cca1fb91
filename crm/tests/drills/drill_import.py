"""A Base44 app of 50,000 records comes over, twice: equal counts and sums, and not one mail.

Not part of the suite. Run it over PostgreSQL, with its figures printed::

    python -m crm.tests.services python -m pytest -s crm/tests/drills/drill_import.py
"""

import json
import time
import zipfile
from decimal import Decimal
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection

from accounts.models import User
from crm.commerce.models import Invoice, Product
from crm.core.models import Event
from crm.core.numbering import next_number
from crm.exchange.migration.entities import ORDER, targets
from crm.exchange.tests import exports
from crm.exchange.tests.exports import as_csv, as_jsonc, legacy, stamped
from crm.messaging.models import Email
from crm.sales.models import Deal, Lead

RECORDS = 50_000
PEOPLE = 50
EACH = (RECORDS - PEOPLE) // (len(ORDER) - 1)
GOAL_SECONDS = 120
#: by entity the template among the rows of the small app
TEMPLATES = {name: rows[0] for name, rows in exports.small_app().items()}
PULLED = ("Product", "Activity", "Ticket")  # as the command line tool writes them


def rows_of(name):
    """Yield the rows of one entity, each about the others of its own number."""
    for number in range(1, (PEOPLE if name == "User" else EACH) + 1):
        row = json.loads(json.dumps(TEMPLATES[name]))
        own = {legacy(kind, 1): legacy(kind, number) for kind in range(2, 21)}
        row = replaced(row, {**own, "ida@example.com": f"ida{number}@example.com"})
        row.update(UNIQUE.get(name, lambda number: {})(number))
        row["created_by"] = f"p{number % PEOPLE + 1}@example.com"
        row["created_by_id"] = legacy(exports.USERS, number % PEOPLE + 1)
        yield row


def replaced(value, words):
    match value:
        case dict():
            return {key: replaced(item, words) for key, item in value.items()}
        case list():
            return [replaced(item, words) for item in value]
        case str():
            return words.get(value.lower(), value)
    return value


UNIQUE = {
    "User": lambda n: stamped(
        exports.USERS, n, email=f"p{n}@example.com", full_name=f"Person {n}", role="user"
    ),
    "Account": lambda n: {
        "account_number": f"ACC-{n:05}",
        "parent_account_id": legacy(exports.ACCOUNTS, n // 2) if n > 1 else "",
    },
    "Deal": lambda n: {"value": n + 0.25, "assigned_to": f"p{n % PEOPLE + 1}@example.com"},
    "Product": lambda n: {"sku": f"LAMP-{n}", "price": n},
    "Order": lambda n: {"order_number": f"ORD-{n:05}"},
    "Invoice": lambda n: {"invoice_number": f"INV-2024-{n:05}", "total_amount": n + 0.19},
    "Ticket": lambda n: {"ticket_number": f"T-{n:05}"},
    "LinkAnalytics": lambda n: {"short_code": f"code-{n}"},
    "Document": lambda n: {"file_url": f"https://files.example.com/{n}.pdf"},
}


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as export:
        for name in ORDER:
            rows = list(rows_of(name))
            if name in PULLED:
                export.writestr(f"base44/seed/{name.lower()}.jsonc", as_jsonc(rows))
            else:
                export.writestr(f"{name}.csv", as_csv(rows))
    return path


@pytest.mark.django_db(transaction=True)
def test_fifty_thousand_records_come_over_twice(archive, tmp_path, work_off):
    wanted = {name: PEOPLE if name == "User" else EACH for name in ORDER}
    runs = []
    for run in ("first", "second"):
        begun = time.monotonic()
        call_command(
            "import_base44", str(archive), report=tmp_path / f"{run}.json", stdout=StringIO()
        )
        seconds = time.monotonic() - begun
        report = json.loads((tmp_path / f"{run}.json").read_text())
        runs.append(report)
        print(f"\n{run} run over {connection.vendor}: {sum(wanted.values()):,} records", end="")
        print(f" in {seconds:.0f} s", end="")
        assert seconds < GOAL_SECONDS
    for report, counted in zip(runs, ("created", "unchanged"), strict=True):
        assert report["clean"]
        assert {table["entity"]: table[counted] for table in report["tables"]} == wanted
        for table in report["tables"]:
            assert all(sums["equal"] for sums in table["amounts"].values()), table["amounts"]
    for name, count in wanted.items():
        assert targets()[name].model.objects.count() == count
    assert Lead.objects.filter(status="converted", converted_deal__isnull=False).count() == EACH
    assert Deal.objects.filter(stage_kind="won", contact__isnull=False).count() == EACH
    assert sum(Deal.objects.values_list("amount", flat=True)) == money_of("Deal", "value")
    paid = Invoice.objects.filter(status="paid", balance_due=0, customer__isnull=False)
    assert sum(paid.values_list("total", flat=True)) == money_of("Invoice", "total_amount")
    assert set(Product.objects.values_list("stock_quantity", flat=True)) == {7}
    assert next_number("invoice-2024", prefix="INV-2024") == f"INV-2024-{EACH + 1:05}"
    assert not Event.objects.filter(delivered_at=None).exists()
    work_off()
    assert Email.objects.count() == EACH  # those that were sent there, and not one more
    assert not User.objects.exclude(password__startswith="!").exists()
    assert apps.get_model("crm", "Counter").objects.get(pk="account").value == EACH


def money_of(name, column):
    return sum(Decimal(str(row[column])) for row in rows_of(name))
