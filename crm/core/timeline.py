"""What happened around a record: what hangs on it, and its own story, newest first."""

import base64
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import CharField, F, Q, QuerySet, UUIDField, Value
from django.db.models.functions import Cast

from .bases import Record
from .entity import Entity
from .links import label_of
from .listing import ListQuery, read_limit
from .models import Event, LinkedRecord
from .periods import bounded

#: changes of single fields are for the history
NOT_TOLD = "updated"
NAMES = ("kind", "id", "at", "title", "user")
COLUMNS = ("told_kind", "told_id", "told_at", "told_title", "told_person")


@cache
def ties(subject: type[Record]) -> dict[type[Record], tuple[str, ...]]:
    """Return the entities that can hang on a record of this kind, and the links they hang by.

    That is a link of the kind's own name (a deal's ``account``); ``""`` stands for the typed
    link that activities have.
    """
    kind, found = subject._meta.model_name, {}
    for model in apps.get_models():
        if not issubclass(model, Record) or model._meta.app_label != "crm":
            continue
        links = [
            field.name
            for field in model._meta.concrete_fields
            if field.is_relation and field.related_model is subject and field.name == kind
        ]
        if issubclass(model, LinkedRecord) and kind in model.link_kinds():
            links.append("")
        if links:
            found[model] = tuple(links)
    return found


def page(record: Record, entity: Entity, params: Any, *, user: Any):
    """Return one page of a record's timeline and where the next one begins.

    Told are the records that hang on it and that ``user`` can see, and its own events but
    plain updates. The cursor is the last row's time and id, so that nothing is repeated or
    skipped while rows are added. Raises ``ValidationError`` for a bad parameter.
    """
    limit, before = _parameters(ListQuery(entity, user), params)
    others = [
        _about(model, links, record, user, before)
        for model, links in ties(type(record)).items()
        if user.scopes(model._meta.model_name, "view")
    ]
    rows = _own(record, before)
    rows = rows.union(*others, all=True) if others else rows
    rows = rows.order_by("-told_at", "-told_id")
    found = [dict(zip(NAMES, values, strict=True)) for values in rows[: limit + 1]]
    told, more = found[:limit], len(found) > limit
    people = _people({row["user"] for row in told})
    for row in told:
        row["user"] = people.get(row["user"])
    cursor = _cursor(told[-1]) if more else None
    return told, {"limit": limit, "next_cursor": cursor}


def _about(model: Any, links: tuple[str, ...], record: Record, user: Any, before: Any) -> QuerySet:
    about = Q()
    for link in links:
        typed = {"related_to_type": record._meta.model_name, "related_to_id": record.pk}
        about |= Q(**{link: record.pk}) if link else Q(**typed)
    rows = model.objects.visible_to(user).filter(about)
    owner = f"{model.owner_field or 'created_by'}_id"
    kind_of = Value(model._meta.model_name)
    return _as_columns(rows, kind_of, "created_at", label_of(model), owner, before)


def _own(record: Record, before: Any) -> QuerySet:
    kind = record._meta.model_name
    rows = Event.objects.filter(record_type=kind, record_id=record.pk).exclude(
        name=f"{kind}.{NOT_TOLD}"
    )
    return _as_columns(rows, Value("event"), "happened_at", F("name"), "actor_id", before)


def _as_columns(
    rows: QuerySet, kind: Any, time: str, title: Any, person: str, before: Any
) -> QuerySet:
    if before:
        at, key = before
        rows = rows.filter(Q(**{f"{time}__lt": at}) | Q(**{time: at, "pk__lt": key}))
    return (
        rows.order_by()
        .annotate(
            told_kind=Cast(kind, CharField()),
            told_id=F("pk"),
            told_at=F(time),
            told_title=Cast(title, CharField()),
            told_person=Cast(F(person), UUIDField()),
        )
        .values_list(*COLUMNS)
    )


def _people(ids: set) -> dict:
    users = apps.get_model("accounts", "User").all_objects.filter(pk__in=ids - {None})
    return {
        pk: {"id": pk, "full_name": name, "email": email}
        for pk, name, email in users.values_list("pk", "full_name", "email")
    }


def _parameters(query: ListQuery, params: Any) -> tuple[int, tuple[datetime, UUID] | None]:
    query.take_only(params, "limit", "cursor")
    read_limit(query, params)
    cursor, before = params.get("cursor", ""), None
    if cursor not in ("", "*"):
        try:
            at, _, key = base64.urlsafe_b64decode(cursor.encode()).decode().partition("|")
            before = (bounded(datetime.fromisoformat(at)), UUID(key))
        except ValueError:
            query.complain("cursor", "This cursor was not made by this list.")
    query.check()
    return query.limit, before


def _cursor(row: dict) -> str:
    return base64.urlsafe_b64encode(f"{row['at'].isoformat()}|{row['id']}".encode()).decode()
