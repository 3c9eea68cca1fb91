"""The database has the last word: what it refuses, told as the rule that was broken."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from .errors import Conflict
from .wording import field_word, noun


@contextmanager
def constraints_of(record: models.Model) -> Iterator[None]:
    """Turn a broken constraint into the refusal that names it.

    Raises :class:`Conflict` for a value that is taken, ``ValidationError`` for a broken
    check. The work inside is undone, the surrounding transaction stays usable.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        constraint = _broken(record, str(error))
        if constraint is None:
            raise
        message = str(constraint.violation_error_message)
        if isinstance(constraint, models.UniqueConstraint):
            names = _(" and ").join(map(field_word, constraint.fields))
            taken = _("Another %(entity)s already has this %(names)s.") % {
                "entity": noun(record),
                "names": names,
            }
            given = message != constraint.default_violation_error_message
            raise Conflict(message if given else taken) from error
        raise ValidationError(message, code=constraint.name) from error


def _broken(record: models.Model, report: str) -> models.BaseConstraint | None:
    """Find the constraint that the database names, or (SQLite) whose columns it lists."""
    table = record._meta.db_table
    for constraint in record._meta.constraints:
        if constraint.name in report:
            return constraint
        if isinstance(constraint, models.UniqueConstraint):
            fields: list[Any] = [record._meta.get_field(name) for name in constraint.fields]
            columns = [field.column for field in fields]
            if report.endswith(": " + ", ".join(f"{table}.{column}" for column in columns)):
                return constraint
    return None
