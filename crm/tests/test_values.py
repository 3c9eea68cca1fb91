"""What a value may be, whichever door it comes through: the model itself refuses the rest."""

import pytest
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import IntegrityError, models, transaction

from crm.commerce.models import Order
from crm.commerce.tests.factories import InvoiceFactory, OrderFactory
from crm.core import events, records
from crm.core.fields import LARGEST_INTEGER
from crm.people.models import Account, Contact
from crm.people.tests.factories import AccountFactory, ContactFactory
from crm.sales.tests.factories import LeadFactory
from crm.tests.entities import CASES

pytestmark = pytest.mark.django_db

BREAKS = ["\r", "\n", "\t", "\x0b", "\x1b", "\x7f", "\x85", "\u2028", "\u2029"]
SPACES = [" ", "\t\n", "\u00a0\u2003"]


@pytest.mark.parametrize("char", BREAKS, ids=ascii)
def test_one_line_stays_one_line(char, max, client_of):
    text = f"Managing{char}Director"
    contact = ContactFactory(title="before")
    with pytest.raises(ValidationError) as refusal:
        records.change(contact, {"title": text}, by=max)
    assert "title" in refusal.value.message_dict

    answer = client_of(max).patch(f"/api/v1/contacts/{contact.pk}", {"title": text})
    assert answer.status_code == 400
    assert list(answer.json()["errors"]) == ["title"]
    contact.refresh_from_db()
    assert contact.title == "before"


@pytest.mark.parametrize("char", ["\x0b", "\x0c", "\x1c"], ids=ascii)
def test_an_address_is_one_line_even_between_quotes(char, max):
    contact = Contact(first_name="Ida", last_name="Berg", email=f'"i{char}da"@example.com')
    with pytest.raises(ValidationError) as refusal:
        records.create(contact, by=max)
    assert "email" in refusal.value.message_dict


def test_text_of_many_lines_and_all_scripts_is_kept(max):
    lead = LeadFactory()
    values = {"notes": "one\r\n\ttwo", "company": "Łódź 大阪 \u200fשלום 👩‍🚀"}
    records.change(lead, values, by=max)
    lead.refresh_from_db()
    assert (lead.notes, lead.company) == (values["notes"], values["company"])


@pytest.mark.parametrize("blank", SPACES, ids=ascii)
@pytest.mark.parametrize(
    ("entity", "field"), [("contact", "first_name"), ("ticket", "description"), ("email", "body")]
)
def test_required_text_of_nothing_but_space_is_missing(entity, field, blank, max):
    case = next(case for case in CASES if case.name == entity)
    with pytest.raises(ValidationError) as refusal:
        records.create(case.model(**{**case.body, field: blank}), by=max)
    assert field in refusal.value.message_dict
    assert not case.model.objects.exists()

    record = case.make()
    with pytest.raises(ValidationError):
        records.change(record, {field: blank}, by=max)
    assert case.model.objects.filter(**{field: getattr(record, field)}).exists()


def test_text_that_is_not_required_may_be_blank(max):
    contact = records.change(ContactFactory(), {"notes": " "}, by=max)
    assert contact.notes == " "


def bounded_fields():
    """Every number that people write, with a value just outside of its bounds."""
    for case in CASES:
        for field in case.model._meta.concrete_fields:
            if not field.editable or not isinstance(
                field, models.IntegerField | models.DecimalField
            ):
                continue
            for validator in field.validators:
                match validator:
                    case MinValueValidator() if validator.limit_value > -LARGEST_INTEGER:
                        yield case, field.name, validator.limit_value - 1
                    case MaxValueValidator() if validator.limit_value < LARGEST_INTEGER:
                        yield case, field.name, validator.limit_value + 1


@pytest.mark.parametrize(
    ("case", "name", "value"),
    list(bounded_fields()),
    ids=[f"{case.name}-{name}-{value}" for case, name, value in bounded_fields()],
)
def test_the_database_knows_the_bounds_too(case, name, value):
    record = case.make()
    with pytest.raises(IntegrityError), transaction.atomic():
        case.model.objects.filter(pk=record.pk).update(**{name: value})


# -- numbers that the server gives -------------------------------------------------------------


@pytest.mark.parametrize("empty", ["", "  ", None])
def test_an_account_keeps_its_number_where_none_is_sent(empty, max, client_of):
    client = client_of(max)
    for account in (AccountFactory(account_number="A-1"), AccountFactory(account_number="A-2")):
        number = account.account_number
        answer = client.patch(
            f"/api/v1/accounts/{account.pk}", {"account_number": empty, "industry": "Optics"}
        )
        assert answer.status_code == 200, answer.json()
        assert answer.json()["data"]["account_number"] == number
        account.refresh_from_db()
        assert (account.account_number, account.industry) == (number, "Optics")


def test_an_account_that_has_no_number_gets_one_at_a_change(max):
    account = AccountFactory(account_number="")
    records.change(account, {"account_number": ""}, by=max)
    assert Account.objects.get().account_number == "ACC-00001"


# -- numbers in the lines of orders and invoices -----------------------------------------------

LINE = {"name": "Lamp", "quantity": "2", "unit_price": "1.10", "discount": "0.10", "tax_rate": "19"}
STORED = {"name": "Lamp", "quantity": 2, "unit_price": 1.1, "discount": 0.1, "tax_rate": 19}
STORED |= {"total": 2.1}  # of the line, by the server


def in_lines(client, url, **changes):
    return client.patch(url, {"items": [{**LINE, **changes}]})


@pytest.mark.parametrize("factory", [OrderFactory, InvoiceFactory])
def test_numbers_in_lines_may_be_text_and_are_kept_as_numbers(factory, max, client_of):
    record, client = factory(), client_of(max)
    url = f"/api/v1/{record._meta.model_name}s/{record.pk}"

    answer = in_lines(client, url)

    assert answer.status_code == 200, answer.json()
    assert answer.json()["data"]["items"] == [STORED]
    record.refresh_from_db()
    assert record.items == [STORED]
    assert {type(record.items[0][name]) for name in ("quantity", "tax_rate")} == {int}
    [event] = events.history(record)
    assert event.data["changes"]["items"] == [[], [STORED]]
    assert in_lines(client, url).status_code == 200
    assert events.history(record).count() == 1  # the same again is no change


def test_a_new_order_keeps_its_lines_as_numbers_too(max, client_of):
    answer = client_of(max).post("/api/v1/orders", {"items": [LINE]})
    assert answer.status_code == 201, answer.json()
    assert Order.objects.get().items == [STORED]


@pytest.mark.parametrize("amount", ["9999999999999.99", 9999999999999.99])
def test_fifteen_digits_fit_exactly(amount, max, client_of):
    url = f"/api/v1/orders/{OrderFactory().pk}"
    answer = in_lines(client_of(max), url, unit_price=amount, quantity=1, tax_rate=0)
    assert answer.status_code == 200, answer.json()
    assert b'"unit_price":9999999999999.99' in answer.content


@pytest.mark.parametrize(
    "wrong",
    ["ten", "", "-1", -1, "1,10", "1e3", "NaN", "10000000000000", 10**13, "0.12345678", True, None],
)
def test_what_is_no_amount_is_refused(wrong, max, client_of):
    order = OrderFactory()
    answer = in_lines(client_of(max), f"/api/v1/orders/{order.pk}", unit_price=wrong)
    assert answer.status_code == 400
    assert "unit_price" in answer.json()["errors"]["items"][0]
    order.refresh_from_db()
    assert order.items == []
