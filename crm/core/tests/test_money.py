"""Totals to the cent against sums made another way, and what a currency was worth on a day."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from crm.core import money
from crm.core.company import Company, ExchangeRate

CENTS = {"EUR": 2, "USD": 2, "KWD": 2, "JPY": 0, "CLP": 0}
currencies = st.sampled_from(sorted(CENTS))


def half_up(value: Fraction, places: int) -> Fraction:
    """The oracle's own rounding, in whole numbers."""
    scaled = abs(value) * 10**places
    whole = floor(scaled + Fraction(1, 2))
    return Fraction(whole if value >= 0 else -whole, 10**places)


def amounts(largest: int, places: int):
    return st.integers(0, largest * 10**places).map(lambda cents: Decimal(cents).scaleb(-places))


@st.composite
def lines(draw):
    quantity = draw(amounts(500, 3).filter(bool))
    price = draw(amounts(5000, 3))
    line = {"name": "x", "quantity": quantity, "unit_price": price}
    if draw(st.booleans()):
        line["discount"] = (quantity * price * draw(st.integers(0, 100)) / 100).quantize(
            Decimal("0.001"), "ROUND_DOWN"
        )
    if draw(st.booleans()):
        line["tax_rate"] = draw(st.sampled_from([0, 5, 5.5, 7, 7.7, 19, 21, 100]))
    if draw(st.booleans()):  # as JSON brings them
        line |= {name: float(value) for name, value in line.items() if isinstance(value, Decimal)}
    return line


@st.composite
def papers(draw):
    currency = draw(currencies)
    rows = draw(st.lists(lines(), max_size=12))
    whole = sum(oracle_lines(rows, CENTS[currency]), Fraction(0))
    percent = draw(st.integers(0, 100))
    discount = Decimal(floor(whole * percent)) / 100
    places = CENTS[currency]
    if half_up(Fraction(discount), places) > whole:
        discount = Decimal(0)
    tax, shipping = draw(amounts(1000, 2)), draw(amounts(1000, 2))
    return {
        "lines": rows, "currency": currency, "discount": discount, "tax": tax, "shipping": shipping,
    }  # fmt: skip


def oracle_lines(rows, places):
    return [
        half_up(
            Fraction(str(row["quantity"])) * Fraction(str(row["unit_price"]))
            - Fraction(str(row.get("discount", 0))),
            places,
        )
        for row in rows
    ]


def oracle(paper):
    """Say what a paper adds up to, in fractions, cent by cent."""
    places = CENTS[paper["currency"]]
    cent = Fraction(1, 10**places)
    sums = oracle_lines(paper["lines"], places)
    subtotal = sum(sums, Fraction(0))
    discount = half_up(Fraction(paper["discount"]), places)
    fair = [discount * part / subtotal if subtotal else Fraction(0) for part in sums]
    shares = [floor(part / cent) * cent for part in fair]
    while sum(shares, Fraction(0)) != (discount if subtotal else 0):
        # the one who lost most so far gets the next cent, the earlier line first
        lost = [part - share for part, share in zip(fair, shares, strict=True)]
        shares[lost.index(max(lost))] += cent
    rates = {Fraction(str(row["tax_rate"])) for row in paper["lines"] if "tax_rate" in row}
    taxes = {
        rate: half_up(
            sum(
                (part - share)
                for part, share, row in zip(sums, shares, paper["lines"], strict=True)
                if "tax_rate" in row and Fraction(str(row["tax_rate"])) == rate
            )
            * rate
            / 100,
            places,
        )
        for rate in rates
    }
    tax = sum(taxes.values(), Fraction(0)) if rates else half_up(Fraction(paper["tax"]), places)
    shipping = half_up(Fraction(paper["shipping"]), places)
    return sums, subtotal, shares, taxes, tax, subtotal - discount + tax + shipping


@given(papers())
def test_totals_are_those_of_the_oracle_to_the_cent(paper):
    found = money.totals(**paper)
    sums, subtotal, shares, taxes, tax, total = oracle(paper)
    assert [Fraction(line.total) for line in found.lines] == sums
    assert Fraction(found.subtotal) == subtotal
    assert [Fraction(line.discount_share) for line in found.lines] == shares
    assert {Fraction(g.rate): Fraction(g.tax) for g in found.tax_groups} == taxes
    assert Fraction(found.tax) == tax
    assert Fraction(found.total) == total


@given(papers())
def test_whatever_the_lines_the_parts_make_the_whole(paper):
    found = money.totals(**paper)
    assert sum((line.total for line in found.lines), Decimal(0)) == found.subtotal
    assert found.total == found.subtotal - found.discount + found.tax + found.shipping
    assert found.total >= 0
    shares = [line.discount_share for line in found.lines]
    assert sum(shares, Decimal(0)) == found.discount
    assert all(0 <= line.discount_share <= line.total for line in found.lines)
    if found.tax_groups:
        assert sum((group.tax for group in found.tax_groups), Decimal(0)) == found.tax
        taxed = [line for line in found.lines if line.tax_rate is not None]
        bases = sum((group.base for group in found.tax_groups), Decimal(0))
        assert bases == sum((line.total - line.discount_share for line in taxed), Decimal(0))
    for amount in (found.subtotal, found.tax, found.total, *shares):
        assert amount == money.rounded(amount, paper["currency"])
        assert amount.as_tuple().exponent == -2


@given(papers())
def test_what_was_computed_computes_to_itself(paper):
    first = money.totals(**paper)
    sent_back = [
        {**row, "total": line.total} for row, line in zip(paper["lines"], first.lines, strict=True)
    ]
    again = money.totals(**{**paper, "lines": sent_back, "tax": first.tax})
    assert again == first
    assert again.warnings == ()


@given(st.decimals(-(10**9), 10**9, places=4), currencies)
def test_rounding_is_half_up_in_the_currency_s_digits(amount, currency):
    assert Fraction(money.rounded(amount, currency)) == half_up(Fraction(amount), CENTS[currency])


def test_a_float_means_what_it_shows():
    assert money.rounded(1.005, "EUR") == Decimal("1.01")
    assert money.rounded(2.5, "JPY") == 3
    assert str(money.rounded(-0.001, "EUR")) == "0.00"


def test_three_lines_share_a_discount_that_does_not_divide():
    rows = [{"quantity": 1, "unit_price": 10, "tax_rate": rate} for rate in (19, 7, 19)]
    found = money.totals(rows, currency="EUR", discount=10, shipping="4.90")
    assert [str(line.discount_share) for line in found.lines] == ["3.34", "3.33", "3.33"]
    assert [(str(g.rate), str(g.base), str(g.tax)) for g in found.tax_groups] == [
        ("7", "6.67", "0.47"),
        ("19", "13.33", "2.53"),
    ]
    assert found.total == Decimal("27.90")


def test_without_a_rate_the_given_tax_stands():
    rows = [{"quantity": 2, "unit_price": 10}]
    assert money.totals(rows, currency="EUR", tax=3.8).total == Decimal("23.80")


def test_a_wrong_line_total_is_told():
    rows = [{"quantity": 2, "unit_price": 10, "total": 21}]
    assert money.totals(rows, currency="EUR").warnings == (
        "items[0].total: 21 was sent, 20.00 is right.",
    )


@pytest.mark.parametrize(
    ("line", "options", "field"),
    [
        ({"quantity": 1, "unit_price": 10}, {"discount": "10.01"}, "discount"),
        ({"quantity": 1, "unit_price": 10, "discount": 10.01}, {}, "items[0].discount"),
        ({"quantity": 10**9, "unit_price": 10**12}, {}, "items"),
        ({"quantity": 1, "unit_price": 9_999_999_999_999, "tax_rate": 1}, {}, "total"),
    ],
)
def test_what_cannot_be_is_refused_by_name(line, options, field):
    with pytest.raises(ValidationError) as refusal:
        money.totals([line], currency="EUR", **options)
    assert list(refusal.value.message_dict) == [field]


@pytest.mark.django_db
def test_the_rate_of_a_day_is_the_latest_before_it():
    Company(name="Nexa", base_currency="EUR").save()
    for day, rate in ((date(2026, 1, 1), "0.9"), (date(2026, 2, 1), "0.875")):
        ExchangeRate.objects.create(currency="USD", valid_from=day, rate=rate)
    ExchangeRate.objects.create(currency="JPY", valid_from=date(2026, 1, 1), rate="0.00612345")
    assert money.in_base(100, "USD", on=date(2026, 1, 31)) == 90
    assert money.in_base(100, "USD", on=date(2026, 2, 1)) == Decimal("87.50")
    assert money.in_base(100, "USD", on=date(2025, 12, 31)) is None
    assert money.in_base(1000, "JPY", on=date(2026, 5, 1)) == Decimal("6.12")
    assert money.in_base(100, "EUR", on=date(2000, 1, 1)) == 100
    assert money.in_base(100, "GBP", on=date(2026, 5, 1)) is None


@pytest.mark.django_db
def test_there_is_one_company():
    assert money.base_currency() == "USD"
    Company(name="Nexa", base_currency="EUR").save()
    Company(name="Nexa Group", base_currency="GBP").save()
    assert [str(row) for row in Company.objects.all()] == ["Nexa Group"]
    assert money.base_currency() == "GBP"


@pytest.mark.django_db
def test_a_currency_has_one_rate_a_day():
    ExchangeRate.objects.create(currency="USD", valid_from=date(2026, 1, 1), rate="0.9")
    with pytest.raises(IntegrityError):
        ExchangeRate.objects.create(currency="USD", valid_from=date(2026, 1, 1), rate="0.8")


@pytest.mark.django_db
def test_an_admin_keeps_the_company_and_the_rates(max, client):
    client.force_login(max)
    form = {"name": "Nexa", "base_currency": "EUR", "timezone": "Europe/Atlantis"}
    assert "There is no time zone" in client.post("/admin/crm/company/add/", form).content.decode()
    assert not Company.objects.exists()
    client.post("/admin/crm/company/add/", {**form, "timezone": "Europe/Berlin"})
    assert Company.current().zone.key == "Europe/Berlin"
    assert client.get("/admin/crm/company/add/").status_code == 403
    rate = {"currency": "USD", "valid_from": "2026-01-01", "rate": "0.9"}
    client.post("/admin/crm/exchangerate/add/", rate)
    assert money.in_base(10, "USD", on=date(2026, 1, 1)) == 9
