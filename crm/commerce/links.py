"""An invoice by link: the address under which its reader sees it without an account.

The token is chance that stands at the invoice, signed: nobody can guess one, and taking the
chance away from the invoice closes the address.
"""

from django.core import signing

from .models import Invoice

PURPOSE = "crm.invoice.link"


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
