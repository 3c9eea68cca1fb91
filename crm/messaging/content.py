"""What a mail may hold: addresses, headers, HTML and attachments, checked before it is stored."""

import html
import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import nh3
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from crm.core.fields import normal_email

from .models import Email

MOST_RECIPIENTS = 50
LARGEST_ATTACHMENTS = 10 * 1024 * 1024
#: line breaks of any kind and control characters: they would begin a header of their own
UNSAFE_IN_HEADERS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
STYLES = {
    *("color", "background-color", "direction", "display", "height", "width", "max-width"),
    *("font", "font-family", "font-size", "font-style", "font-weight", "letter-spacing"),
    *("line-height", "text-align", "text-decoration", "text-transform", "vertical-align"),
    *("white-space", "list-style-type", "border-collapse", "border-spacing", "opacity"),
    *("border", "border-top", "border-right", "border-bottom", "border-left", "border-color"),
    *("border-radius", "border-style", "border-width"),
    *("margin", "margin-top", "margin-right", "margin-bottom", "margin-left"),
    *("padding", "padding-top", "padding-right", "padding-bottom", "padding-left"),
}
LAYOUT = {"align", "valign", "width", "height", "bgcolor", "border", "cellpadding", "cellspacing"}
ATTRIBUTES = {
    **nh3.ALLOWED_ATTRIBUTES,
    "*": {"style", "dir", "lang", "title"},
    **{
        tag: nh3.ALLOWED_ATTRIBUTES.get(tag, set()) | LAYOUT
        for tag in ("table", "tr", "td", "th", "tbody", "thead", "img")
    },
}
TAGS = nh3.ALLOWED_TAGS | {"font"}
LINE_ENDS = re.compile(r"(?i)<br\s*/?>|</(?:p|div|li|tr|h[1-6]|blockquote|table|ul|ol)>")
BLANK_LINES = re.compile(r"\n\s*\n\s*")


def sanitised(text: str) -> str:
    """Return HTML without scripts, forms, frames and foreign schemes; the same again unchanged."""
    return nh3.clean(
        text,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        filter_style_properties=STYLES,
        link_rel=None,
    )


def text_of(markup: str) -> str:
    """Return what HTML says, as plain text."""
    plain = nh3.clean(LINE_ENDS.sub(lambda end: f"{end[0]}\n", markup), tags=set())
    return BLANK_LINES.sub("\n\n", html.unescape(plain)).strip()


def check(email: Email) -> None:
    """Bring addresses and HTML into their stored form. Raises ``ValidationError``.

    Refused are characters that would begin another header, entries that are not one address,
    and more than 50 receivers (security.md H1).
    """
    errors: dict[str, str] = {}
    for name in ("subject", "from_email", "to_email", "from_name", "reply_to"):
        if UNSAFE_IN_HEADERS.search(getattr(email, name)):
            errors[name] = _("Line breaks and control characters are not allowed here.")
    for name in ("cc", "bcc"):
        given = getattr(email, name)
        if not isinstance(given, list) or not all(isinstance(entry, str) for entry in given):
            errors[name] = _("Write a list of addresses.")
            continue
        if refused := [entry for entry in given if not is_one_address(entry)]:
            errors[name] = _("'%(text)s' is not one e-mail address.") % {"text": refused[0][:80]}
        setattr(email, name, [normal_email(entry) for entry in given])
    if not errors and len(receivers(email)) > MOST_RECIPIENTS:
        errors["to_email"] = _("A mail goes to at most %(most)s addresses, cc and bcc too.") % {
            "most": MOST_RECIPIENTS
        }
    if errors:
        raise ValidationError(errors)
    email.html_body = sanitised(email.html_body)


def is_one_address(text: str) -> bool:
    """Whether a text is exactly one address."""
    try:
        validate_email(text)
    except ValidationError:
        return False
    return not UNSAFE_IN_HEADERS.search(text)


def receivers(email: Email) -> list[str]:
    """Return all addresses that a mail goes to."""
    return [email.to_email, *email.cc, *email.bcc]


def check_attachments(ids: Iterable[str], *, by: Any) -> None:
    """Refuse documents that ``by`` can't read, and more than 10 MB. Raises ``ValidationError``."""
    wanted = {_identifier(text) for text in ids}
    if not wanted:
        return
    documents = apps.get_model("crm", "Document").objects.filter(pk__in=wanted)
    if by is not None:
        documents = documents.visible_to(by)
    sizes = dict(documents.values_list("pk", "file_size"))
    if missing := wanted - sizes.keys():
        raise ValidationError(
            {"attachments": _("There is no document %(id)s.") % {"id": min(map(str, missing))}}
        )
    if sum(size or 0 for size in sizes.values()) > LARGEST_ATTACHMENTS:
        limit = LARGEST_ATTACHMENTS // 1024**2
        raise ValidationError(
            {"attachments": _("Together these are larger than %(limit)s MB.") % {"limit": limit}}
        )


def _identifier(text: Any) -> UUID:
    try:
        return UUID(text)
    except (ValueError, TypeError, AttributeError) as error:
        raise ValidationError({"attachments": _("These must be ids of documents.")}) from error
