"""What is particular to the tables of the earlier Node backend: they are named as ours are."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid5

from django.utils.translation import gettext as _

from crm.base44.naming import PLAIN
from crm.core.plain import id_or_none

from .dialects import Dialect
from .drafts import FILE_ADDRESS, Draft
from .mending import mend_document, mend_meeting, mend_user, name_of_file
from .values import BadValue, is_empty, moment, text

#: ids are made from these only for authors who are known by nothing but an address
AUTHORS = UUID("5f0d6c0e-7c0b-5c0a-9d53-2c1c0c6a4c5e")
#: a hash as bcryptjs writes it; one that takes longer than 2^16 rounds was made to do harm
HASH = re.compile(r"\$2[aby]\$(?:0[4-9]|1[0-6])\$[./A-Za-z0-9]{53}", re.ASCII)
#: columns of the people's table that open doors there, and have no business here
SECRET = re.compile(r"token|secret|password|otp|verification_code", re.IGNORECASE)
PASSWORD = "password"  # noqa: S105


def is_secret(table: str, column: str) -> bool:
    """Whether a column stays behind: what signs people in there, but for the hash itself."""
    return table == "users" and column != PASSWORD and SECRET.search(column) is not None


def node() -> Dialect:
    """Return what is particular to the Node backend: ids stay as they are, and so do owners."""
    return Dialect(
        built_in=frozenset(
            {
                "id",
                "created_at",
                "updated_at",
                "deleted_at",
                "created_by",
                "created_by_id",
                PASSWORD,
                FILE_ADDRESS,
            }
        ),
        moments={"created_at": "created_at", "updated_at": "updated_at"},
        names_of=lambda entity: PLAIN,
        id_of=lambda entity, key: id_or_none(key) or uuid5(AUTHORS, f"{entity}:{key}"),
        mend=_mend,
        taken=frozenset({"s3_key", "version", "checksum_sha256", "last_login", "email_verified"}),
        author_owns=False,
        files_elsewhere=False,
    )


def _mend(entity: str, found: Draft, row: Mapping[str, Any]) -> None:
    own = id_or_none(found.legacy_id)
    if own is None:
        found.problems.append(_("Its id is no UUID."))
    else:
        found.legacy_id = str(own)
    _keep_deletion(found, row)
    match entity:
        case "User":
            _mend_person(found, row)
        case "Document":
            _mend_document(found, row)
        case "Meeting":
            mend_meeting(found, row)


def _keep_deletion(found: Draft, row: Mapping[str, Any]) -> None:
    """Let what was deleted there lie in the recycle bin here."""
    if is_empty(row.get("deleted_at")):
        return
    try:
        found.values["deleted_at"] = moment(row["deleted_at"])
    except BadValue as error:
        found.problems.append(f"deleted_at: {error}")


def _mend_person(found: Draft, row: Mapping[str, Any]) -> None:
    """Take the hash of a password, so that the old password opens this door too."""
    mend_user(found, row)
    stored = text(row.get(PASSWORD) or "")
    if HASH.fullmatch(stored):
        found.values[PASSWORD] = stored
    else:
        found.notes.append(_("No password that can be taken over: ask for a reset link."))


def _mend_document(found: Draft, row: Mapping[str, Any]) -> None:
    """Keep the key in the bucket; the address only where it says more than the key."""
    key = text(found.values.get("s3_key") or "")
    address = text(row.get(FILE_ADDRESS) or "").strip()
    told = {} if key and name_of_file(address) == name_of_file(key) else row
    if is_empty(found.values.get("file_name")):
        found.values["file_name"] = name_of_file(key)
    mend_document(found, told)
