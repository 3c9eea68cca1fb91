"""History of declared entities: kept to the schema as far as values go, never filled in."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from crm.core.entries import Entry, completes

from .models import DeclaredEntity, DeclaredRecord
from .values import shaped


@completes(DeclaredRecord)
def complete_declared_records(entries: Sequence[Entry]) -> None:
    """Bring values into the form of their fields; refuse what is none of a field's kind.

    What a record lacks it lacked elsewhere: no default is filled in, nothing is required.
    """
    keys = {entry.record.declaration_id for entry in entries}
    declarations = DeclaredEntity.objects.in_bulk(keys)
    for entry in entries:
        record = entry.record
        record.declaration = declarations[record.declaration_id]
        stored = entry.before.custom_fields if entry.before else {}
        try:
            record.custom_fields = shaped(
                record.declaration.schema, record.custom_fields, stored=stored
            )
        except ValidationError as refusal:
            entry.refuse("; ".join(refusal.messages))
