"""What some entities of theirs leave out, or write in another form than ours."""

from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accounts.models import User

from .drafts import FILE_ADDRESS, Draft
from .values import BadValue, flag, is_empty, text

ATTENDEE_KEYS = ("email", "name", "response")


def name_of_file(address: str) -> str:
    """Return the name at the end of a file's address; empty where it has none."""
    return _path_of(address).name


def folder_of_file(address: str) -> str:
    """Return the last folder in a file's address."""
    return _path_of(address).parent.name


def _path_of(address: str) -> PurePosixPath:
    try:
        return PurePosixPath(unquote(urlsplit(address).path))
    except ValueError:
        return PurePosixPath()


def mend_user(found: Draft, row: Mapping[str, Any]) -> None:
    """Give a person a name, and no access where theirs was taken away."""
    if is_empty(found.values.get("full_name")):
        found.values["full_name"] = str(found.values.get("email") or "").partition("@")[0]
    if not is_empty(row.get("disabled")):
        found.forget("disabled")
        try:
            if flag(row["disabled"]):
                found.values["status"] = User.Status.INACTIVE.value
        except BadValue as error:
            found.problems.append(f"disabled: {error}")


def mend_document(found: Draft, row: Mapping[str, Any]) -> None:
    """Name a document after its file, and a file after its address."""
    address = text(row.get(FILE_ADDRESS) or "").strip()
    if address:
        found.forget(FILE_ADDRESS)
        found.custom[FILE_ADDRESS] = address
    name = found.values.get("file_name") or name_of_file(address)
    found.values["file_name"] = name or found.values.get("title") or ""
    if is_empty(found.values.get("title")):
        found.values["title"] = found.values["file_name"]


def mend_meeting(found: Draft, row: Mapping[str, Any]) -> None:
    """Take those among the participants whom an invitation would reach; keep the others."""
    people = found.values.get("attendees") or []
    taken, others = [], []
    for person in people:
        if isinstance(person, dict) and _is_address(person.get("email")):
            taken.append(
                {key: text(person[key]) for key in ATTENDEE_KEYS if not is_empty(person.get(key))}
            )
        else:
            others.append(person)
    if others:
        found.custom["other_participants"] = others
        found.notes.append(_("Some participants have no email: kept as other_participants."))
    if people:
        found.values["attendees"] = taken


def _is_address(value: Any) -> bool:
    try:
        validate_email(value)
    except ValidationError:
        return False
    return True


MENDINGS: Mapping[str, Callable[[Draft, Mapping[str, Any]], None]] = {
    "User": mend_user,
    "Document": mend_document,
    "Meeting": mend_meeting,
}
