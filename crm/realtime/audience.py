"""Who may hear what: the rights of each listener, asked anew for every change."""

import logging
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from accounts.models import Session
from crm.core.reading import Reader

from . import topics
from .changes import DELETED, Change
from .listeners import Listener
from .topics import Topic

Row = dict[str, Any]
log = logging.getLogger(__name__)


def open_sessions(listeners: Iterable[Listener]) -> dict[UUID, Session]:
    """Return the sessions of the listeners that are still open, read anew."""
    keys, now = {listener.session_id for listener in listeners}, timezone.now()
    found = Session.objects.select_related("user__team").filter(pk__in=keys)
    return {session.pk: session for session in found if session.is_open(now)}


def told(
    listeners: Sequence[Listener], changes: Sequence[Change], sessions: dict[UUID, Session]
) -> Iterator[tuple[Listener, Any]]:
    """Yield each message and who may hear it, in the order of the changes.

    A row has to be visible to the listener as it is now, and one that was deleted as it was
    deleted. What a role may not read of it is left out.
    """
    people = {session.user_id: session.user for session in sessions.values()}
    present = [listener for listener in listeners if listener.session_id in sessions]
    if not present:
        return
    heard: dict[UUID, list[tuple[Listener, dict[UUID, Any]]]] = {}
    for topic, of_topic in topics.grouped(changes).items():
        heard |= dict.fromkeys((c.id for c in of_topic), _heard(topic, of_topic, present, people))
    for change in changes:
        for listener, messages in heard.get(change.id, ()):
            if (message := messages.get(change.id)) is not None:
                yield listener, message


def _heard(
    topic: Topic,
    changes: Sequence[Change],
    listeners: Sequence[Listener],
    people: dict[UUID, Any],
) -> list[tuple[Listener, dict[UUID, Any]]]:
    """Return what each listener hears of one kind's changes, by the change's id.

    Those who see all rows and the same columns share their messages.
    """
    wanting = [listener for listener in listeners if listener.wants(topic)]
    asking = {listener.user_id for listener in wanting}
    may = {key for key in asking if topic.is_open_to(people[key])}
    hearers = [listener for listener in wanting if listener.user_id in may]
    if not hearers:
        return []
    binned = _binned(topic, changes)
    shared: dict[Any, dict[UUID, Any]] = {}
    rows: dict[Any, dict[UUID, Row]] = {}
    found = []
    for listener in hearers:
        user = people[listener.user_id]
        sight = _sight(topic, user)
        if sight not in rows:
            rows[sight] = _rows(topic, changes, user)
        key = (sight, listener.words)
        if key not in shared:
            shared[key] = dict(_messages(topic, changes, rows[sight], binned, listener))
        found.append((listener, shared[key]))
    return found


def _binned(topic: Topic, changes: Sequence[Change]) -> dict[UUID, datetime]:
    """Return since when those of the records are in the recycle bin that are."""
    keys = {change.record_id for change in changes}
    deleted = topic.model.all_objects.filter(pk__in=keys, deleted_at__isnull=False)
    return {pk: at for pk, at in deleted.values_list("pk", "deleted_at") if at is not None}


def _sight(topic: Topic, user: Any) -> Any:
    """Return what decides over the rows that somebody sees; all who see all are alike."""
    whose = "all" if topic.is_all_seen_by(user) else user.pk
    return (whose, frozenset(topic.entity.readable(user)))


def _rows(topic: Topic, changes: Sequence[Change], user: Any) -> dict[UUID, Row]:
    keys = {change.record_id for change in changes}
    visible = topic.model.all_objects.visible_to(user).filter(pk__in=keys)  # type: ignore[attr-defined]
    return {row["id"]: row for row in Reader(topic.entity, user=user).rows(visible.order_by())}


def _messages(
    topic: Topic,
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
        try:
            told = listener.words.message(topic, change, listener.words.row(topic, row))
        except (TypeError, ValueError):  # something past our checks put it there
            log.exception("realtime_row_untold", extra={"record_id": str(change.record_id)})
            continue
        yield change.id, told
