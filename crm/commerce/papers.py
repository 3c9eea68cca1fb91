"""What is booked on invoices, as it is answered."""

from typing import Any

from crm.core.shapes import MOMENT, PERSON, TEXT, UUID_TEXT, array, obj, or_null

from .bookkeeping import CreditNote, Payment

NUMBER = {"type": "number"}
PAYMENT = obj(
    {
        "id": UUID_TEXT,
        "amount": NUMBER,
        "date": MOMENT,
        "method": TEXT,
        "reference": TEXT,
        "created_by": or_null(PERSON),
        "created_at": MOMENT,
    }
)
CREDIT_NOTE = obj(
    {
        "id": UUID_TEXT,
        "number": TEXT,
        "invoice_id": UUID_TEXT,
        "reason": TEXT,
        "items": array({"type": "object"}),
        **dict.fromkeys(("subtotal", "discount", "tax", "shipping_cost", "total"), NUMBER),
        "currency": TEXT,
        "issued_at": MOMENT,
        "created_by": or_null(PERSON),
    }
)


def payment_row(payment: Payment) -> dict[str, Any]:
    """Return a payment as it is answered."""
    return {
        "id": payment.pk,
        "amount": payment.amount,
        "date": payment.paid_at,
        "method": payment.method,
        "reference": payment.reference,
        "created_by": person(payment.created_by),
        "created_at": payment.created_at,
    }


def credit_note_row(note: CreditNote) -> dict[str, Any]:
    """Return a credit note as it is answered."""
    names = (*CREDIT_NOTE["properties"],)
    plain = {name: getattr(note, name) for name in names if name not in ("id", "created_by")}
    return {"id": note.pk, **plain, "created_by": person(note.created_by)}


def person(user: Any) -> dict[str, Any] | None:
    """Return the short form of a colleague."""
    if user is None:
        return None
    return {"id": user.pk, "full_name": user.full_name, "email": user.email}
