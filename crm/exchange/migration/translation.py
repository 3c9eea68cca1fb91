"""One row of theirs in our words: which value belongs to which column, and what has none."""

from collections.abc import Mapping
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from crm.base44.naming import (
    ADDRESS_PARTS,
    EXTRA_FLAGS,
    EXTRA_NUMBERS,
    ROLES,
)
from crm.core.company import Company
from crm.core.fields import normal_email
from crm.core.jsonrows import with_floats
from crm.core.plain import flaws
from crm.declared.values import fields_of

from .dialects import Dialect
from .drafts import LONGEST_ID, Draft
from .entities import Target
from .values import BadValue, converted, flag, is_empty, moment, number, text, unpacked


class Translator:
    """Translates the rows of one table; ``texts_only`` says that it can't tell 1 from "1"."""

    def __init__(self, target: Target, dialect: Dialect, *, texts_only: bool) -> None:
        self.target, self.dialect = target, dialect
        self.texts_only = texts_only
        self.names = dialect.names_of(target.name)
        self.zone = Company.current().zone
        self.known = {*self.names.extra, *self.names.emails, *self.names.aliases}
        if target.declaration is not None:
            self.known |= fields_of(target.declaration.schema).keys()
        self.texts = target.texts
        kinds: Any = target.columns.get("related_to_type")
        self.kinds = set(kinds.choices) if kinds else set()

    def draft(self, line: int, row: Mapping[str, Any]) -> Draft:
        """Return a row in our words, with whatever is wrong with it."""
        found = Draft(line, text(row.get("id") or "").strip())
        if not found.legacy_id or len(found.legacy_id) > LONGEST_ID:
            found.problems.append(_("The row has no id, or none that an app would give."))
        self._built_in(found, row)
        for name, value in self._in_our_names(row).items():
            if name in self.target.columns:
                self._take(found, name, value)
            elif not is_empty(value):
                self._keep(found, name, value)
        self.dialect.mend(self.target.name, found, row)
        self._relate(found, row)
        for name, address in self.names.emails.items():
            said = text(row.get(name) or "")
            if "@" in said and not is_empty(said):
                found.addresses[address] = normal_email(said)
        self._fill_moments(found)
        found.problems += [f"{path}: {reason}" for path, reason in flaws(dict(row))]
        return found

    # -- names -----------------------------------------------------------------------------

    def _in_our_names(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return the row under our names; where a value comes twice, under ours it counts."""
        found: dict[str, Any] = {}
        columns = self.target.columns
        for name, value in row.items():
            if name in self.dialect.built_in:
                continue
            ours = name if name in columns else self.names.aliases.get(name, name)
            if ours == name or is_empty(row.get(ours)):
                if is_empty(found.get(ours)) or (ours == name and not is_empty(value)):
                    found[ours] = value
            elif value != row[ours]:
                found[name] = value  # both say something: ours counts, theirs is kept
        for name, prefix in self.names.parts.items():
            address = unpacked(found.get(name))
            if isinstance(address, dict):
                del found[name]
                for part, column in ADDRESS_PARTS.items():
                    found.setdefault(f"{prefix}{column}", address.get(part))
                if rest := {key: item for key, item in address.items() if key not in ADDRESS_PARTS}:
                    found[f"{name}_more"] = rest
        for halves, name in self.names.halves.items():
            if is_empty(found.get(name)):
                said = [text(row[half]).strip() for half in halves if not is_empty(row.get(half))]
                found[name] = " ".join(said)
        return found

    # -- values ----------------------------------------------------------------------------

    def _built_in(self, found: Draft, row: Mapping[str, Any]) -> None:
        author = text(row.get("created_by") or "").strip()
        author_id = text(row.get("created_by_id") or "").strip()
        if "@" in author:
            found.author = (normal_email(author), author_id)
        else:
            found.author = ("", author_id or author)
        for column, name in self.dialect.moments.items():
            if is_empty(row.get(name)):
                continue
            try:
                found.values[column] = moment(row[name])
            except BadValue as error:
                found.problems.append(f"{name}: {error}")

    def _take(self, found: Draft, name: str, value: Any) -> None:
        """Take a value into the column that it belongs to."""
        column = self.target.columns[name].field
        if isinstance(column, models.ForeignKey):
            found.values[column.attname] = None
            if not is_empty(value):
                found.links[column.attname] = text(value).strip()
            return
        if name in ("related_to_type", "related_to_id"):
            return
        if is_empty(value) and _means_now(column):
            return
        try:
            found.values[column.attname] = converted(
                column, self._choice(name, value), zone=self.zone
            )
        except BadValue as error:
            found.problems.append(f"{name}: {error}")
            return
        if isinstance(column, models.DecimalField) and not is_empty(value):
            found.amounts[column.name] = number(value)

    def _choice(self, name: str, value: Any) -> Any:
        if (self.target.name, name) == ("User", "role") and isinstance(value, str):
            return ROLES.get(value, value)
        return value

    def _keep(self, found: Draft, name: str, value: Any) -> None:
        """Keep a value without a column of ours."""
        if name == "custom_fields" and isinstance(fields := unpacked(value), dict):
            found.custom.update(with_floats(fields))
            return
        if name not in self.known:
            found.unknown.append(name)
        said = value if name in self.texts else unpacked(value)
        found.custom[name] = with_floats(self._typed(name, said))

    def _typed(self, name: str, value: Any) -> Any:
        """Return what a cell of a text-only table means where its name tells."""
        if not self.texts_only or name not in self.known or not isinstance(value, str):
            return value
        try:
            if name in EXTRA_NUMBERS:
                return number(value)
            return flag(value) if name in EXTRA_FLAGS else value
        except BadValue:
            return value

    def _relate(self, found: Draft, row: Mapping[str, Any]) -> None:
        """Note what record it is about; half of that, or a kind we don't have, is only kept."""
        if not self.kinds:
            return
        kind, about = (text(row.get(f"related_to_{half}") or "").strip() for half in ("type", "id"))
        if kind.lower() in self.kinds and (about or kind.lower() == "general"):
            found.about = (kind.lower(), about)
            return
        for name, said in (("related_to_type", kind), ("related_to_id", about)):
            if said:
                found.custom[name] = said
        if kind or about:
            found.notes.append(_("It is about no record that we know: related_to is only kept."))

    def _fill_moments(self, found: Draft) -> None:
        """Let moments that stand for now be the time at which the record was made."""
        made = found.values.get("created_at")
        for column in self.target.columns.values():
            if made is not None and _means_now(column.field):
                found.values.setdefault(column.field.attname, made)


def _means_now(column: models.Field) -> bool:
    return isinstance(column, models.DateTimeField) and column.has_default()
