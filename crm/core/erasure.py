"""Persons who asked to be forgotten: their addresses as hashes, and the door that stays shut.

Only a keyed hash is kept, so that nobody can read from the table who it was, yet the same
address is known again whichever way it comes back (behaviours.md, "Contact, Account").
"""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from . import fields
from .locks import hold

SALT = "crm.core.erasure"


class ErasedAddress(ValidationError):
    """The address belongs to somebody who asked to be erased."""


class ErasedPerson(models.Model):
    """The hash of an address whose person was erased. Without its row the block is lifted."""

    email_hash = fields.string(64, required=True, unique=True, editable=False)
    erased_at = models.DateTimeField(default=timezone.now, editable=False)
    erased_by = fields.link(settings.AUTH_USER_MODEL, editable=False, db_column="erased_by")
    reason = fields.text(editable=False)

    class Meta:
        db_table = "erased_persons"
        ordering: ClassVar[list[str]] = ["-erased_at"]
        permissions: ClassVar[list] = [("manage_privacy", "Can export and erase persons")]

    def __str__(self) -> str:
        return f"Erased on {self.erased_at:%Y-%m-%d}"


def hashes_of(address: str) -> list[str]:
    """Return the hash of an address, then those under the keys that came before (rotation)."""
    normal = fields.normal_email(address)
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [salted_hmac(SALT, normal, secret=key, algorithm="sha256").hexdigest() for key in keys]


def erased_among(addresses: Iterable[str]) -> set[str]:
    """Return those of the addresses whose person was erased; one query."""
    by_hash = {one: address for address in addresses if address for one in hashes_of(address)}
    if not by_hash:
        return set()
    found = ErasedPerson.objects.filter(email_hash__in=by_hash)
    return {by_hash[one] for one in found.values_list("email_hash", flat=True)}


def hold_address(*addresses: str) -> None:
    """Wait for whoever stores or erases the same addresses; until the transaction ends."""
    hold(*(f"erasure:{fields.normal_email(address)}" for address in addresses if address))


def check_person(record: Any) -> None:
    """Refuse to store a person who asked to be erased. Raises :class:`ErasedAddress`."""
    address = getattr(record, "email", "") if record.is_person else ""
    if not isinstance(address, str) or not address:
        return
    hold_address(address)
    if erased_among([address]):
        raise ErasedAddress(
            {
                "email": _(
                    "This person asked to be erased, so this address can't be stored again. If "
                    "they want to be known again, an administrator can lift the block."
                )
            }
        )
