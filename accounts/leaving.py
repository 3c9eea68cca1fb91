"""When somebody leaves: their open work goes to a colleague, their name stays."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import events, guards, records

from .models import User

#: what is asked of the other domains before somebody leaves
LEAVE = "user.leave"
OTHERWISE = gettext_lazy("Say who takes over (successor_id).")


@transaction.atomic
def deactivate(
    user: User, *, successor: User | None, by: Any, if_revision: records.Expected = None
) -> tuple[User, dict[str, int]]:
    """Close an account; return the person and how much work of what kind was handed over.

    Open leads, deals, tasks and tickets go to ``successor`` in the same transaction; without
    one :class:`Conflict` says what is open. Raises ``ValidationError`` for a successor who is
    not active, and what changing a person raises.
    """
    stored = records.lock(user, if_revision=if_revision)
    moved: dict[str, int] = {}
    if successor is not None:
        if successor.pk == user.pk or not successor.is_active or successor.is_deleted:
            raise ValidationError(
                {"successor_id": _("Choose an active colleague: this one can't take over.")}
            )
        moved = guards.hand_over(LEAVE, stored, successor, by=by)
    records.change(user, {"status": User.Status.INACTIVE}, by=by)
    if successor is not None:
        events.record("handed_over", user, by=by, successor=successor, moved=moved)
    return user, moved


def require_no_work(user: User) -> None:
    """Refuse to let somebody go whose open work nobody took over. Raises :class:`Conflict`."""
    guards.require_free(LEAVE, user, otherwise=OTHERWISE)
