"""A row becomes a message: what stands in its headers, its parts and at its end."""

import html
from email.utils import formataddr, parseaddr
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives
from django.utils.module_loading import import_string

from . import accountmails, content, tracking
from .gateways import Permanent
from .models import Email

#: where this stands in the text of a campaign, its unsubscribe link is put; else at the end
PLACE = "{{ unsubscribe_url }}"


def configured_sender() -> str:
    """Return the address that mail of the house comes from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def may_send_as(address: str) -> bool:
    """Whether an address is the configured sender or one that the settings allow."""
    allowed = {configured_sender().lower(), *map(str.lower, settings.MAIL_FROM_ALLOWED)}
    return address in allowed or f"@{address.rpartition('@')[2]}" in allowed


def message_of(email: Email) -> EmailMultiAlternatives:
    """Return the message that a row stands for. Writes nothing.

    Raises :class:`~.gateways.Permanent` where it can't be made: an attachment that is gone,
    an account mail that nobody needs any more.
    """
    subject, text, markup = email.subject, email.body, email.html_body
    if email.account_mail:
        subject, text = accountmails.written(email)
        markup = ""
    if tracking.is_tracked(email) and markup:
        markup = _with_tracking(email, markup)
    headers = _headers(email)
    if email.campaign_id:
        text, markup = _with_way_out(email, text, markup)
    message = EmailMultiAlternatives(
        subject=subject,
        body=text,
        from_email=_sender(email),
        to=[email.to_email],
        cc=email.cc,
        bcc=email.bcc,
        reply_to=[email.reply_to] if email.reply_to else None,
        headers=headers,
    )
    message.encoding = "utf-8"
    if markup:
        message.attach_alternative(markup, "text/html")
    if email.calendar:
        method = "CANCEL" if "METHOD:CANCEL" in email.calendar else "REQUEST"
        message.attach_alternative(email.calendar, f"text/calendar; method={method}")
    for document in _documents(email):
        message.attach(document.file_name, _bytes_of(document), _type_of(document))
    try:
        message.message()  # what can't be written as a message is refused here, not half sent
    except (ValueError, UnicodeError) as error:
        raise Permanent(f"This can't be written as a mail: {error}") from error
    return message


def message_id_of(email: Email) -> str:
    """Return the row's own Message-ID, the same at each attempt."""
    reference = email.reference.hex if email.reference else email.pk.hex
    return f"<{reference}@{configured_sender().rpartition('@')[2] or 'localhost'}>"


def _sender(email: Email) -> str:
    address = email.from_email if may_send_as(email.from_email) else configured_sender()
    return formataddr((email.from_name or settings.AWS_SES_FROM_NAME, address))


def _headers(email: Email) -> dict[str, str]:
    headers = {"Message-ID": message_id_of(email)}
    if settings.MAIL == "ses" and email.reference:
        # Comes back in the provider's events, also where its own id never reached us.
        headers["X-SES-MESSAGE-TAGS"] = f"reference={email.reference.hex}"
    if email.campaign_id:
        headers["List-Unsubscribe"] = f"<{tracking.unsubscribe_address(email)}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    elif email.account_mail:
        headers["Auto-Submitted"] = "auto-generated"
    return headers


def _with_tracking(email: Email, markup: str) -> str:
    if settings.CRM_MAIL_LINKS:
        markup = tracking.tracked(markup, email, import_string(settings.CRM_MAIL_LINKS))
    pixel = html.escape(tracking.pixel_address(email))
    return f'{markup}\n<img src="{pixel}" width="1" height="1" alt="">'


def _with_way_out(email: Email, text: str, markup: str) -> tuple[str, str]:
    link = tracking.unsubscribe_address(email)
    text = (
        text.replace(PLACE, link)
        if PLACE in text
        else f"{text}\n\n-- \nYou don't want these mails any more? {link}\n"
    )
    if not markup:
        return text, markup
    if PLACE in markup:
        return text, markup.replace(PLACE, html.escape(link))
    question = "You don't want these mails any more?"
    return text, f'{markup}\n<p>{question} <a href="{html.escape(link)}">Unsubscribe</a></p>'


def _documents(email: Email) -> list[Any]:
    if not email.attachments:
        return []
    documents = apps.get_model("crm", "Document").objects.in_bulk(email.attachments)
    found = {str(pk): document for pk, document in documents.items()}
    if missing := [pk for pk in email.attachments if pk.lower() not in found]:
        raise Permanent(f"The attached document {missing[0]} is not there any more.")
    return [found[pk.lower()] for pk in email.attachments]


def _bytes_of(document: Any) -> bytes:
    missing = f"The file of the attachment '{document.title}' is missing."
    if not document.s3_key:
        raise Permanent(missing)
    try:
        with default_storage.open(document.s3_key) as file:
            data = file.read(content.LARGEST_ATTACHMENTS + 1)
    except (FileNotFoundError, IsADirectoryError) as error:
        raise Permanent(missing) from error
    if len(data) > content.LARGEST_ATTACHMENTS:
        raise Permanent(f"The attachment '{document.title}' is too large for a mail.")
    return data


def _type_of(document: Any) -> str:
    return document.file_type if "/" in document.file_type else "application/octet-stream"
