"""An invoice by link: the address under which its reader sees it without an account.

The token is chance that stands at the invoice, signed: nobody can guess one, and taking the
chance away from the invoice closes the address.
"""

import secrets
from typing import Any

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from crm.core import events, records
from crm.core.errors import Conflict

from .models import Invoice

PURPOSE = "crm.invoice.link"
LINK_BYTES = 24  # of chance in a link; who holds it needs no account


def token_of(invoice: Invoice) -> str:
    """Return the token of an invoice that has a link, else an empty text."""
    if not invoice.link_key:
        return ""
    return signing.Signer(salt=PURPOSE, sep=".").sign(invoice.link_key)


def invoice_of(token: str) -> Invoice | None:
    """Return the issued invoice that a token shows; None for any other token."""
    try:
        key = signing.Signer(salt=PURPOSE, sep=".").unsign(token)
    except signing.BadSignature:
        return None
    if not key:
        return None
    found = Invoice.objects.select_related("order", "customer").filter(link_key=key)
    return found.exclude(status=Invoice.Status.DRAFT).first()


@transaction.atomic
def make_link(invoice: Invoice, *, by: Any) -> Invoice:
    """Give an issued invoice an address for who has no account; a second call changes nothing.

    Raises :class:`Conflict` for a draft.
    """
    stored = records.lock(invoice)
    if stored.status == Invoice.Status.DRAFT:
        raise Conflict(_("A draft is shown to nobody. Issue the invoice first."))
    if not stored.link_key:
        records.write(stored, {"link_key": secrets.token_urlsafe(LINK_BYTES)})
        events.record("link_made", stored, by=by)
    records.copy_values(stored, invoice)
    return invoice


@transaction.atomic
def revoke_link(invoice: Invoice, *, by: Any) -> Invoice:
    """Close the address of an invoice for good; a new link will be another one."""
    stored = records.lock(invoice)
    if stored.link_key:
        records.write(stored, {"link_key": ""})
        events.record("link_revoked", stored, by=by)
    records.copy_values(stored, invoice)
    return invoice
