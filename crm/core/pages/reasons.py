"""Why somebody sees a record, in a sentence (roles.md)."""

from typing import Any

from django.utils.translation import gettext as _


def reason(record: Any, user: Any) -> str:
    """Return which rule lets ``user`` see a record that they do see; no query is made."""
    scopes = user.scopes(record._meta.model_name, "view")
    terms = {term for scope in scopes for term in scope.split("&")[0].split("|")}
    owner = getattr(record, f"{record.owner_field}_id", None) if record.owner_field else None
    if "all" in terms:
        return _("Your role sees all of them.")
    if "own" in terms and user.pk in (owner, record.created_by_id):
        return _("It is yours, or you made it.")
    if "free" in terms and owner is None:
        return _("It belongs to nobody yet.")
    if "team" in terms:
        return _("It belongs to somebody of your team, or to nobody.")
    if "linked" in terms:
        return _("It is about a record that you see.")
    return _("It is open to your role.")
