"""Who may hear what: the rights of each listener, asked anew for every change."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Session
from crm.core.bases import Record
from crm.core.entity import Entity, by_model
from crm.core.reading import Reader

from .changes import DELETED, Change
from .listeners import Listener

Row = dict[str, Any]


def open_sessions(listeners: Iterable[Listener]) -> dict[UUID, Session]:
    """Return the sessions of the listeners that are still open, read anew."""
    keys, now = {listener.session_id for listener in listeners}, timezone.now()
    found = Session.objects.select_related("user__team").filter(pk__in=keys)
    return {session.pk: session for session in found if session.is_open(now)}


def may_hear(user: Any, model: type[Record]) -> bool:
    """Whether the person's role lets them view such records at all."""
    return user.has_perm(f"{model._meta.app_label}.view_{model._meta.model_name}")


def told(
    listeners: Sequence[Listener], changes: Sequence[Change], sessions: dict[UUID, Session]
) -> Iterator[tuple[Listener, Any]]:
    """Yield each message and who may hear it, in the order of the changes.

    A row has to be visible to the listener as it is now, and one that was deleted as it was
    deleted. What a role may not read of it is left out.
    """
    people = {session.user_id: session.user for session in sessions.values()}
    present = [listener for listener in listeners if listener.session_id in sessions]
    by_kind: dict[type[Record], list[Change]] = defaultdict(list)
    for change in changes:
        by_kind[change.model].append(change)
    heard = {model: _heard(model, of_model, present, people) for model, of_model in by_kind.items()}
    for change in changes:
        for listener, messages in heard[change.model]:
            if (message := messages.get(change.id)) is not None:
                yield listener, message


def _heard(
    model: type[Record],
    changes: Sequence[Change],
    listeners: Sequence[Listener],
    people: dict[UUID, Any],
) -> list[tuple[Listener, dict[UUID, Any]]]:
    """Return what each listener hears of one kind's changes, by the change's id.

    Those who see all rows and the same columns share their messages.
    """
    wanting = [listener for listener in listeners if model in listener.models]
    may = {
        key for key in {listener.user_id for listener in wanting} if may_hear(people[key], model)
    }
    hearers = [listener for listener in wanting if listener.user_id in may]
    if not hearers:
        return []
    entity = by_model()[model].serializer_class.entity()
    binned = _binned(model, changes)
    shared: dict[Any, dict[UUID, Any]] = {}
    rows: dict[Any, dict[UUID, Row]] = {}
    found = []
    for listener in hearers:
        user = people[listener.user_id]
        sight = _sight(entity, user)
        if sight not in rows:
            rows[sight] = _rows(entity, changes, user)
        key = (sight, listener.words)
        if key not in shared:
            shared[key] = dict(_messages(entity, changes, rows[sight], binned, listener))
        found.append((listener, shared[key]))
    return found


def _binned(model: type[Record], changes: Sequence[Change]) -> dict[UUID, datetime]:
    """Return since when those of the records are in the recycle bin that are."""
    keys = {change.record_id for change in changes}
    deleted = model.all_objects.filter(pk__in=keys, deleted_at__isnull=False)
    return {pk: at for pk, at in deleted.values_list("pk", "deleted_at") if at is not None}


def _sight(entity: Entity, user: Any) -> Any:
    """Return what decides over the rows that somebody sees; all who see all are alike."""
    scopes = user.scopes(entity.model._meta.model_name, "view")
    return ("all" if "all" in scopes else user.pk, frozenset(entity.readable(user)))


def _rows(entity: Entity, changes: Sequence[Change], user: Any) -> dict[UUID, Row]:
    keys = {change.record_id for change in changes}
    visible = entity.model.all_objects.visible_to(user).filter(pk__in=keys)  # type: ignore[attr-defined]
    return {row["id"]: row for row in Reader(entity, user=user).rows(visible.order_by())}


def _messages(
    entity: Entity,
    changes: Sequence[Change],
    rows: dict[UUID, Row],
    binned: dict[UUID, datetime],
    listener: Listener,
) -> Iterator[tuple[UUID, Any]]:
    for change in changes:
        row = rows.get(change.record_id)
        if row is None:
            continue
        since = binned.get(change.record_id)
        # A change of what lies in the bin would bring it back into somebody's list.
        if since is not None and since < change.at and change.type != DELETED:
            continue
        yield change.id, listener.words.message(change, listener.words.row(entity, row))
