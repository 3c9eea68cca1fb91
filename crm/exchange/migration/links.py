"""Links of theirs, followed to the records here: by old ids, by addresses, by our own ids."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import User
from crm.core.bases import Record
from crm.core.plain import id_or_none

from .dialects import Dialect
from .drafts import LEGACY_ID, Draft
from .entities import Target, target_among, targets
from .people import People

#: what a record may be about where nothing but a reference says so, the likeliest first
ABOUT = ("deal", "contact", "lead", "account", "customer", "ticket")


class Links:
    """Follows the links of drafts, a batch at a time.

    ``coming`` are the ids of theirs that the present source has, by entity: what is not
    stored yet will be under the id that is made from them. ``own`` are the app's own entities.
    """

    def __init__(
        self,
        dialect: Dialect,
        people: People,
        coming: dict[str, set[str]],
        own: dict[str, Target] | None = None,
    ) -> None:
        self.dialect = dialect
        self.people = people
        self.coming = coming
        self.own = own or {}

    def follow(self, target: Target, drafts: Sequence[Draft]) -> list[tuple[Draft, str, str]]:
        """Put the ids of ours in place of theirs; a link that leads nowhere is only kept.

        Returns the links to rows of the same table, which may come later in it.
        """
        _propose(target, drafts)
        stored = self._stored(target, drafts)
        by_address = self._by_address(target, drafts)
        later = []
        for draft in drafts:
            for column, said in draft.links.items():
                model = _model(target, column)
                found = self._user(said) if model is User else stored[model].get(said)
                if found is None and model is target.model and self._is_coming(target.name, said):
                    later.append((draft, column, said))
                elif found is None:
                    _only_keep(target, draft, column, said)
                draft.values[column] = found
            for column, address in draft.addresses.items():
                if draft.values.get(column) is None and address in by_address[column]:
                    draft.values[column] = by_address[column][address]
            self._relate(draft, stored)
            self._inside(draft, stored)
        return later

    # -- looking up ------------------------------------------------------------------------

    def _stored(
        self, target: Target, drafts: Sequence[Draft]
    ) -> dict[type[Record], dict[str, UUID]]:
        """Return the ids of all records that a batch refers to, by model and id of theirs."""
        wanted: dict[type[Record], set[str]] = defaultdict(set)
        for draft in drafts:
            for column, said in draft.links.items():
                wanted[_model(target, column)].add(said)
            if draft.about and draft.about[1]:
                wanted[_kind(draft.about[0])].add(draft.about[1])
            for entity, said in _references(draft, self.own):
                wanted[entity.model].add(said)
        found: dict[type[Record], dict[str, UUID]] = defaultdict(dict)
        for model, ids in wanted.items():
            found[model] = lookup(model, ids)
        return found

    @staticmethod
    def _by_address(target: Target, drafts: Sequence[Draft]) -> dict[str, dict[str, UUID]]:
        wanted: dict[str, set[str]] = defaultdict(set)
        for draft in drafts:
            for column, address in draft.addresses.items():
                wanted[column].add(address)
        found: dict[str, dict[str, UUID]] = {}
        for column, addresses in wanted.items():
            rows = _model(target, column).objects.filter(email__in=addresses)
            found[column] = dict(rows.values_list("email", "pk"))
        return found

    def _user(self, said: str) -> UUID | None:
        return self.people.find(said)

    def _is_coming(self, entity: str, said: str) -> bool:
        return said in self.coming.get(entity, ())

    # -- putting in ------------------------------------------------------------------------

    def _relate(self, draft: Draft, stored: dict[type[Record], dict[str, UUID]]) -> None:
        if draft.about is None:
            return
        kind, said = draft.about
        found = stored[_kind(kind)].get(said) if said else None
        if found is None and said:
            draft.custom.update(related_to_type=kind, related_to_id=said)
            draft.notes.append(
                _("related_to_id: there is no %(kind)s %(id)s; only kept.")
                % {"kind": kind, "id": said}
            )
            kind = ""
        draft.values.update(related_to_type=kind, related_to_id=found)

    def _inside(self, draft: Draft, stored: dict[type[Record], dict[str, UUID]]) -> None:
        """Put our ids into lists and into what is only kept."""
        for line in draft.values.get("items") or ():
            if isinstance(line, dict) and (said := line.get("product_id")):
                found = stored[_kind("product")].get(str(said))
                line["product_id"] = str(found) if found else None
                if found is None:
                    line["product_reference"] = str(said)
        if said := draft.values.get("attachments"):
            documents = stored[_kind("document")]
            draft.values["attachments"] = [str(documents[key]) for key in said if key in documents]
            if lost := [key for key in said if key not in documents]:
                draft.custom["other_attachments"] = lost
        for name, value in draft.custom.items():
            entity = _entity_of(name, value, self.own)
            if entity is None or name == "related_to_id":
                continue
            found = stored[entity.model].get(value)
            if found is None and self._is_coming(entity.name, value):
                found = self.dialect.id_of(entity.name, value)
            if found is not None:
                draft.custom[name] = str(found)


def lookup(model: type[Record], said: Iterable[str]) -> dict[str, UUID]:
    """Return the records that have these ids, theirs or ours; by what was asked for.

    A deleted one is still what the link was to; a live one of the same id goes before it.
    """
    wanted = set(said)
    rows = model.all_objects.filter(external_id__in=wanted - {""})
    live_last = F("deleted_at").asc(nulls_last=True)
    found = dict(rows.order_by(live_last, "pk").values_list("external_id", "pk"))
    own = {key: text for text in wanted - found.keys() if (key := id_or_none(text)) is not None}
    for key in model.all_objects.filter(pk__in=own).order_by().values_list("pk", flat=True):
        found[own[key]] = key
    return found


def _model(target: Target, column: str) -> Any:
    return target.model._meta.get_field(column).related_model


def _kind(name: str) -> Any:
    return next((t.model for t in targets().values() if t.name.lower() == name), None)


def _entity_of(name: str, value: Any, own: dict[str, Target]) -> Target | None:
    """Return the entity whose id a value is, by the name under which it is kept."""
    if not name.endswith("_id") or not isinstance(value, str) or not LEGACY_ID.fullmatch(value):
        return None
    return target_among(own, name.removesuffix("_id"))


def _references(draft: Draft, own: dict[str, Target]) -> Iterable[tuple[Target, str]]:
    """Yield what a draft refers to outside its columns of links."""
    for name, value in draft.custom.items():
        if (entity := _entity_of(name, value, own)) is not None:
            yield entity, value
    for line in draft.values.get("items") or ():
        if isinstance(line, dict) and line.get("product_id"):
            yield targets()["Product"], str(line["product_id"])
    for key in draft.values.get("attachments") or ():
        if isinstance(key, str):
            yield targets()["Document"], key


def _propose(target: Target, drafts: Collection[Draft]) -> None:
    """Let a row that names a record without a column for it be about that record."""
    column = target.columns.get("related_to_type")
    if column is None:
        return
    for draft in drafts:
        if draft.about is None and "related_to_type" not in draft.custom:
            for kind in ABOUT:
                said = draft.custom.get(f"{kind}_id")
                if kind in column.choices and isinstance(said, str) and LEGACY_ID.fullmatch(said):
                    draft.about = (kind, said)
                    break


def _only_keep(target: Target, draft: Draft, column: str, said: str) -> None:
    name = next((name for name, known in target.columns.items() if known.path == column), column)
    draft.custom[name] = said
    draft.notes.append(
        _("%(name)s: nothing here is %(value)s; only kept.") % {"name": name, "value": said[:60]}
    )
