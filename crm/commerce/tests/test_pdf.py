"""Papers: what stands on them, in which letters, and that they stay as they were."""

import re
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from fontTools.ttLib import TTFont
from PIL import Image

from crm.commerce import operations, pdf
from crm.commerce.models import Invoice
from crm.commerce.tests.factories import InvoiceFactory
from crm.core.company import Company
from crm.people.tests.factories import CustomerFactory

pytestmark = pytest.mark.django_db
LINES = [
    {"name": "Настольная лампа", "quantity": 1, "unit_price": 10, "tax_rate": 19, "total": 10},
    {"name": "Φωτιστικό", "quantity": 2.5, "unit_price": 4, "tax_rate": 7, "total": 10},
    {"name": "Łóżko, größer", "quantity": 1, "unit_price": 0.125, "discount": 0.005, "total": 0.12},
]


@pytest.fixture
def invoice(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    company = Company(
        name="Αθήνα & Söhne", address="Main Street 1\n10115 Berlin", tax_id="DE123",
        base_currency="EUR", invoice_footer="Court of Berlin", bank_details="IBAN DE00 1234",
    )  # fmt: skip
    picture = BytesIO()
    Image.new("RGB", (300, 80), (79, 70, 229)).save(picture, "PNG")
    company.logo.save("logo.png", ContentFile(picture.getvalue()), save=False)
    company.save()
    customer = CustomerFactory(name="Ида Берг", billing_address="Невский 1")
    invoice = InvoiceFactory(
        items=LINES, customer=customer, currency="EUR", subtotal="20.12", tax="2.60", total="22.72",
        due_date=datetime(2030, 1, 1, tzinfo=UTC), terms="Payable within 30 days.",
    )  # fmt: skip
    return operations.issue_invoice(invoice, by=None)


def letters_of(content: bytes) -> set[str]:
    """Return the letters that a PDF shows, by the maps from glyphs that it carries."""
    letters = set()
    for block in re.findall(rb"beginbfchar\n(.*?)endbfchar", content, re.DOTALL):
        for letter in re.findall(rb"<\w+> <(\w+)>", block):
            letters.add(bytes.fromhex(letter.decode()).decode("utf-16-be"))
    return letters


def test_the_same_document_gives_the_same_bytes(invoice):
    first = pdf.invoice_pdf(Invoice.objects.get(pk=invoice.pk))
    assert first.startswith(b"%PDF-")
    assert first == pdf.invoice_pdf(Invoice.objects.get(pk=invoice.pk))
    company = Company.current()
    company.name = "Renamed"
    company.save()
    invoice.customer.name = "Married"
    invoice.customer.save()
    assert first == pdf.invoice_pdf(Invoice.objects.get(pk=invoice.pk))


def test_latin_greek_cyrillic_and_the_euro_are_in_the_font():
    for file in pdf.STYLES.values():
        letters = TTFont(pdf.FONTS / file).getBestCmap()
        assert {ord(letter) for letter in "€ŁóğßøЖяѓΩάλ–"} <= letters.keys()


def test_the_paper_carries_the_letters_that_it_shows(invoice):
    shown = letters_of(pdf.invoice_pdf(invoice))
    assert set("НастольялмпИдБергΦωτισκόΑθήνα€Łóżög") <= shown


def test_the_sums_are_those_of_the_document(invoice):
    sums = pdf._sums(invoice)
    assert [(name, str(value)) for name, value in sums] == [
        ("Subtotal", "20.12"),
        ("Tax 7 % on €10.00", "0.70"),
        ("Tax 19 % on €10.00", "1.90"),
    ]
    assert pdf._amount("1234567.5", "EUR") == "€1,234,567.50"
    assert pdf._amount(-1234, "JPY") == "-JPY 1,234"
    assert pdf._amount(0.125, "EUR", exact=True) == "€0.125"


def test_a_long_invoice_goes_on_over_numbered_pages(invoice):
    Invoice.objects.filter(pk=invoice.pk).update(items=LINES * 60)
    content = pdf.invoice_pdf(Invoice.objects.get(pk=invoice.pk))
    assert len(re.findall(rb"/Type /Page\n", content)) > 3


def test_a_lost_logo_does_not_keep_the_paper_back(invoice):
    invoice.document["company"]["logo"] = "company/gone.png"
    assert pdf.invoice_pdf(invoice).startswith(b"%PDF-")


def test_papers_come_over_rest(invoice, max, client_of, ann):
    client = client_of(max)
    answer = client.get(f"/api/v1/invoices/{invoice.pk}/pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert f'filename="{invoice.invoice_number}.pdf"' in answer["Content-Disposition"]
    assert answer.content == pdf.invoice_pdf(Invoice.objects.get(pk=invoice.pk))
    assert client_of(ann).get(f"/api/v1/invoices/{invoice.pk}/pdf").status_code == 404
    note = operations.credit_invoice(invoice, reason="Λάθος", by=None)
    url = f"/api/v1/invoices/{invoice.pk}/credit-notes"
    assert client.get(f"{url}/{note.number}/pdf").content == pdf.credit_note_pdf(note)
    assert client.get(f"{url}/CN-0/pdf").status_code == 404
    draft = InvoiceFactory(due_date=timezone.now() + timedelta(days=1))
    assert client.get(f"/api/v1/invoices/{draft.pk}/pdf").status_code == 200
