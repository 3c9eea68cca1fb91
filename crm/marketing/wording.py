"""What a campaign says to one receiver: its message with the merge fields filled in.

``{{ first_name }}`` becomes the receiver's, or nothing where it is not known;
``{{ first_name|there }}`` becomes ``there`` then. Plain substitution, as in templates.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from crm.core.entity import entity_of
from crm.core.reading import Reader
from crm.messaging import content, merging

from .audience import SOURCES
from .models import Campaign

FIELD = re.compile(
    r"\{\{\s*([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)\s*(?:\|([^{}|<>\"']{0,80}))?\}\}", re.ASCII
)
PARTS = ("subject", "text", "html")
LONGEST_SUBJECT = 255


@dataclass(frozen=True)
class Wording:
    """A message as one receiver gets it."""

    subject: str
    text: str
    html: str


def check_content(message: Mapping[str, Any]) -> None:
    """Refuse braces that are no merge field, and what would begin a header of its own.

    Raises ``ValidationError`` naming the path inside the content.
    """
    problems = []
    for part in PARTS:
        for found in merging.ANY_BRACES.finditer(message.get(part, "")):
            if not FIELD.fullmatch(found[0]):
                problems.append(
                    _(
                        "%(part)s: '%(text)s' is no merge field. Write {{ first_name }}, or "
                        "{{ first_name|there }} with what stands in for it."
                    )
                    % {"part": part, "text": found[0][:40]}
                )
    for part in ("subject", "from_name"):
        if content.UNSAFE_IN_HEADERS.search(message.get(part, "")):
            problems.append(
                _("%(part)s: Line breaks and control characters are not allowed here.")
                % {"part": part}
            )
        if len(message.get(part, "")) > LONGEST_SUBJECT:
            problems.append(
                _("%(part)s: This is longer than %(most)s characters.")
                % {"part": part, "most": LONGEST_SUBJECT}
            )
    if problems:
        raise ValidationError({"content": problems})


def cleaned(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message as it is stored: HTML without scripts, forms and frames."""
    if isinstance(message.get("html"), str):
        return {**message, "html": content.sanitised(message["html"])}
    return dict(message)


def worded(campaign: Campaign, values: Mapping[str, str]) -> Wording:
    """Return what a campaign says to somebody of whom ``values`` are known."""
    message = campaign.content
    markup = message.get("html", "")
    if markup:
        markup = content.sanitised(_filled(markup, values, escape=True))
    text = _filled(message.get("text", ""), values) or content.text_of(markup)
    subject = " ".join(_filled(message.get("subject", ""), values).split())
    return Wording(subject[:LONGEST_SUBJECT], text, markup)


def _filled(text: str, values: Mapping[str, str], *, escape: bool = False) -> str:
    def fill(found: re.Match[str]) -> str:
        name, otherwise = found[1], (found[2] or "").strip()
        if name in merging.LEFT_ALONE:
            return found[0]
        value = values.get(name, otherwise)
        return html.escape(value) if escape else value

    return FIELD.sub(fill, text)


def values_of(source: str, ids: list[UUID], *, by: Any) -> dict[UUID, dict[str, str]]:
    """Return the merge values of rows of one source as ``by`` sees them, in one query."""
    model = SOURCES[source]
    rows = model.objects.visible_to(by).filter(pk__in=ids)
    found = Reader(entity_of(model), user=by).rows(rows)  # type: ignore[arg-type]
    kind = str(model._meta.model_name)
    return {row["id"]: merging.of_row(kind, row) for row in found}
