"""What a won deal becomes: a customer, and a drafted order."""

from typing import Any

from django.db import transaction

from crm.core import events, records
from crm.people.models import Account, Contact, Customer
from crm.sales.models import Deal

from .models import Order


@transaction.atomic
def customer_of(deal: Deal, *, by: Any) -> Customer | None:
    """Return the customer that a deal is made with; after it there is one, and never two.

    It is that of the account, else the one with the contact's email, else a new one. The
    account's (or contact's) row is locked meanwhile. None where the deal names neither.
    """
    account, contact = _locked(Account, deal.account_id), _locked(Contact, deal.contact_id)
    if account is None and contact is None:
        return None
    found = _known(account, contact)
    if found is None:
        return records.create(_new(account, contact, deal), by=by)
    links = {"account": account, "contact": contact}
    missing = {
        name: link
        for name, link in links.items()
        if link is not None and getattr(found, f"{name}_id") is None
    }
    return records.change(found, missing, by=by) if missing else found


def _locked(model: Any, key: Any) -> Any:
    """Return a live row, locked: of several who look for its customer one goes first."""
    rows = model.objects.filter(pk=key)
    return rows.select_for_update(of=("self",), no_key=True).first()


def _known(account: Account | None, contact: Contact | None) -> Customer | None:
    customers: Any = Customer.objects.order_by("pk")
    found = None
    if account is not None:
        found = customers.filter(account=account).first()
    if found is None and contact is not None:
        found = customers.filter(contact=contact).first()
        if found is None and contact.email:
            found = customers.filter(email=contact.email).first()
        if found is not None and account is not None and found.account_id not in (None, account.pk):
            return None  # the same person once bought for another company
    return found


def _new(account: Account | None, contact: Contact | None, deal: Deal) -> Customer:
    person = f"{contact.first_name} {contact.last_name}".strip() if contact else ""
    email = contact.email if contact else ""
    if email and Customer.objects.filter(email=email).exists():
        email = ""  # taken by the customer that the person is for another company
    kind = Customer.Type.BUSINESS if account else Customer.Type.INDIVIDUAL
    return Customer(
        name=account.account_name if account else person,
        company=account.account_name if account else "",
        customer_type=kind,
        email=email,
        phone=(contact.phone if contact else "") or (account.phone if account else ""),
        billing_address=account.billing_address if account else contact.address if contact else "",
        shipping_address=account.shipping_address if account else "",
        account=account,
        contact=contact,
        assigned_to=deal.assigned_to,
    )


@transaction.atomic
def order_from_deal(deal: Deal, *, by: Any) -> tuple[Order, bool]:
    """Return the order drafted from a deal's lines, and whether it was made just now.

    A deal has one such order: the second call returns the same. Raises what creating an
    order raises, such as for products that were discontinued meanwhile.
    """
    stored = records.lock(deal)
    existing = Order.objects.filter(deal=stored, from_deal=True).first()
    if existing is not None:
        return existing, False
    customer = customer_of(stored, by=by)
    order = Order(
        deal=stored,
        from_deal=True,
        customer=customer,
        currency=stored.currency,
        items=lines_of(stored),
        billing_address=customer.billing_address if customer else "",
        shipping_address=customer.shipping_address if customer else "",
        assigned_to=stored.assigned_to,
    )
    records.create(order, by=by)
    events.record("order_drafted", stored, by=by, order=order.pk)
    return order, True


def lines_of(deal: Deal) -> list[dict[str, Any]]:
    """Return a deal's lines in the form that orders have."""
    return list(getattr(deal, "items", ()) or ())
