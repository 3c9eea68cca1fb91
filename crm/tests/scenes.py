"""Rows in every situation that the role matrix tells apart, for one caller."""

from typing import Any

from crm.sales.tests.factories import LeadFactory
from crm.tests.entities import Case
from crm.tests.matrix import NARROWED, Row

Scene = dict[Any, tuple[Row, Any]]


def rows_around(case: Case, caller: Any, teammate: Any, stranger: Any) -> Scene:
    """Store rows of one entity in all situations; return ``{id: (situation, record)}``."""
    scene: Scene = {}
    owner_field = case.model.owner_field

    def add(row: Row, **values: Any) -> None:
        record = case.make(**values)
        scene[record.pk] = (row, record)

    if case.name == "user":
        for person in (caller, teammate, stranger):
            scene[person.pk] = (Row(is_self=person == caller), person)
        return scene
    if owner_field is None:
        add(Row(owner="nobody"), created_by=stranger)
        return scene
    people = {"self": caller, "teammate": teammate, "stranger": stranger, "nobody": None}
    _, narrow, wide = NARROWED.get(case.name, ("", {}, None))
    for name, person in people.items():
        others = {} if owner_field == "created_by" else {"created_by": stranger}
        add(Row(owner=name), **narrow, **others, **{owner_field: person})
        if wide is not None:
            add(Row(owner=name, narrow=False), **wide, **others, **{owner_field: person})
    if owner_field != "created_by":
        add(Row(created=True), **narrow, **{owner_field: stranger}, created_by=caller)
    if case.name == "document":
        add(Row(public=True), uploaded_by=stranger, is_public=True)
    if case.name in ("document", "activity"):
        seen = LeadFactory(assigned_to=caller)
        unseen = LeadFactory(assigned_to=stranger)
        for lead in (seen, unseen):
            link = {"related_to_type": "lead", "related_to_id": lead.pk}
            linked = lead is seen and caller.role != "support"
            add(Row(linked=linked), **link, **{owner_field: stranger}, created_by=stranger)
    return scene
