"""Addresses that are written no more."""

from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from crm.core import erasure, records
from crm.core.fields import normal_email
from crm.core.wording import value_word
from crm.people.models import Contact

from .models import Email, Suppression

Reason = Suppression.Reason
#: reasons why nobody at all writes there, rather than campaigns only
UNDELIVERABLE = (Reason.BOUNCED, Reason.COMPLAINED)
#: a graver reason replaces a lesser one
GRAVITY = [Reason.MANUAL, Reason.UNSUBSCRIBED, Reason.BOUNCED, Reason.COMPLAINED]


@transaction.atomic
def suppress(
    address: str, reason: str, *, detail: str = "", email: Email | None = None
) -> Suppression | None:
    """Put an address on the list; the graver of two reasons stays.

    An erased person's address is not written down again: nothing goes there anyway.
    """
    if not address or erasure.erased_among([address]):
        return None
    row, is_new = Suppression.objects.get_or_create(
        address=normal_email(address),
        defaults={"reason": reason, "detail": detail[:1000], "email": email},
    )
    if not is_new and GRAVITY.index(reason) > GRAVITY.index(row.reason):  # type: ignore[arg-type]
        row.reason, row.detail, row.email = reason, detail[:1000], email
        row.save()
    return row


@transaction.atomic
def unsubscribe(address: str, *, by: Any = None, email: Email | None = None) -> None:
    """Write no campaign mail to an address any more; its contact is marked as opted out.

    An old mail to somebody erased since has none any more.
    """
    if not address:
        return
    suppress(address, Reason.UNSUBSCRIBED, email=email)
    for contact in Contact.objects.filter(email=normal_email(address), email_opt_out=False):
        records.change(contact, {"email_opt_out": True}, by=by)


def refusal(email: Email) -> str:
    """Return why a mail must not be written to its receivers, or the empty string.

    Account mails always go. Nothing else goes where mail bounced or was complained of;
    campaigns also leave out who unsubscribed or opted out (behaviours.md, Campaign).
    """
    if email.account_mail:
        return ""
    if erased := erasure.erased_among([email.to_email, *email.cc, *email.bcc]):
        return _("Whoever %(address)s belongs to asked to be erased and is written no more.") % {
            "address": min(erased)
        }
    listed = Suppression.objects.filter(address__in=[email.to_email, *email.cc, *email.bcc])
    if not email.campaign_id:
        listed = listed.filter(reason__in=UNDELIVERABLE)
    if row := listed.order_by("address").first():
        return _(
            "%(address)s is suppressed (%(reason)s). An administrator can take it off the "
            "suppression list."
        ) % {"address": row.address, "reason": value_word(row.reason)}
    opted_out = Contact.objects.filter(email=email.to_email, email_opt_out=True)
    if email.campaign_id and opted_out.exists():
        return _("%(address)s has opted out of campaign mail.") % {"address": email.to_email}
    return ""


def left_out(addresses: Any) -> dict[str, str]:
    """Return the addresses among the given ones that campaigns leave out, each with its reason.

    For those who freeze an audience: two queries for any number up to a few thousand.
    """
    opted_out = Contact.objects.filter(Q(email__in=addresses), email_opt_out=True)
    found = dict.fromkeys(opted_out.values_list("email", flat=True), "opted_out")
    listed = Suppression.objects.filter(address__in=addresses)
    return found | dict(listed.values_list("address", "reason"))
