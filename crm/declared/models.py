"""Entities that an administrator declares beside the house's own, and their records."""

from collections import deque
from collections.abc import Iterator
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.core import fields
from crm.core.bases import LIVE, Record, unique_live
from crm.core.entity import by_model
from crm.core.searchtext import folded

from . import access, schemas, values

#: what such records hold: pages of text, lists and objects in them
LARGEST_VALUES = 512 * 1024
LONGEST_SEARCH_TEXT = 2000


class DeclaredEntity(Record):
    """A kind of record that an app brings along: its name, its fields, and who may do what."""

    owner_field = None
    search_fields = ("name",)

    name = fields.string(
        64, required=True, help_text="As the app calls it, in PascalCase: ProjectNote."
    )
    schema = fields.ShapedJSONField(
        schema={"type": "object"},
        max_depth=24,
        help_text="As in the app's entities/*.jsonc: properties, required, rls. Comments are "
        "taken and not kept.",
    )
    access = fields.ShapedJSONField(
        schema=access.SHAPE,
        blank=True,
        default=dict,
        help_text='By role, such as {"sales_rep": {"read": "all", "create": "all", "update": '
        '"own", "delete": "none"}}. What is not said follows from the schema\'s rls, else: '
        "read all, create, update and delete one's own.",
    )
    active = models.BooleanField(
        default=True, help_text="The app finds active ones only; records stay."
    )

    class Meta(Record.Meta):
        db_table = "declared_entities"
        verbose_name_plural = "declared entities"
        constraints = [
            *Record.Meta.constraints,
            unique_live("name", message=gettext_lazy("Another entity already has this name.")),
        ]

    def clean(self) -> None:
        """Refuse a name that is taken by the house, and a schema that can't be kept to."""
        super().clean()
        errors: dict[str, Any] = {}
        if not schemas.ENTITY_NAME.fullmatch(self.name):
            errors["name"] = _("Write the name in PascalCase, such as ProjectNote.")
        elif self.name.casefold() in {model.__name__.casefold() for model in by_model()}:
            errors["name"] = _("%(name)s is one of our own entities.") % {"name": self.name}
        elif reason := self.clash():
            errors["name"] = reason
        if found := list(schemas.flaws(self.schema)) or list(values.unfit_defaults(self.schema)):
            errors["schema"] = found
        elif self.schema.get("name", self.name) != self.name:
            errors["schema"] = _("The schema's own name is %(name)s.") % {
                "name": str(self.schema["name"])[:60]
            }
        if errors:
            raise ValidationError(errors)

    def clash(self) -> str:
        """Return why another live entity's name is too much like this one's; else nothing."""
        others = DeclaredEntity.objects.exclude(pk=self.pk).exclude(name=self.name)
        if twin := others.filter(name__iexact=self.name).first():
            return _("%(name)s is the same name but for its case.") % {"name": twin.name}
        return ""

    def lets(self, user: Any, verb: str) -> bool:
        """Whether somebody may ``view``, ``add``, ``change`` or ``delete`` such records at all."""
        if not user.has_perm(f"crm.{verb}_declaredrecord"):
            return False
        if verb != "add" and user.scopes("declaredrecord", verb) - {"declared"}:
            return True  # a further group's rows, or a superuser's
        return access.scope_for(self.access, user.role, verb) != access.NONE

    def offers(self, user: Any, verb: str) -> bool:
        """Whether pages offer somebody a verb: none on records that they can't look at."""
        return self.lets(user, verb) and (verb == "view" or self.lets(user, "view"))

    def shows_all(self, user: Any) -> bool:
        """Whether somebody who may view such records sees all of them."""
        scopes = user.scopes("declaredrecord", "view")
        by_rule = access.scope_for(self.access, user.role, "view") == access.ALL
        return "all" in scopes or ("declared" in scopes and by_rule)


class DeclaredRecord(Record):
    """A record of a declared entity; its values stand in ``custom_fields``."""

    owner_field = "created_by"
    label_fields = ("title",)
    short_fields = ()
    search_fields = ("custom_fields",)
    scope_terms: ClassVar[dict[str, Any]] = {"declared": access.reach}

    declaration = models.ForeignKey(
        DeclaredEntity, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    custom_fields = fields.json_object(max_bytes=LARGEST_VALUES, max_depth=16)

    class Meta(Record.Meta):
        db_table = "declared_records"
        constraints = [
            unique_live(
                "declaration",
                "external_id",
                where=~Q(external_id=""),
                message=gettext_lazy("Another record already has this external_id."),
            )
        ]
        indexes = [
            *Record.Meta.indexes,
            models.Index(
                fields=["declaration", "-created_at", "-id"],
                condition=LIVE,
                name="declaredrecord_of_entity",
            ),
            models.Index(
                fields=["declaration", "created_by", "-created_at", "-id"],
                condition=LIVE,
                name="declaredrecord_of_creator",
            ),
        ]

    @property
    def title(self) -> str:
        """What the record is called: the first of its values that is like a name."""
        return schemas.title_of(self.declaration.schema, self.custom_fields)

    def searchable(self) -> str:
        return folded(" ".join(_texts_in(self.custom_fields)))[:LONGEST_SEARCH_TEXT]


def _texts_in(value: Any) -> Iterator[str]:
    """Yield the texts of a JSON value, the outer ones first: the search keeps only so many."""
    waiting = deque([value])
    while waiting:
        match waiting.popleft():
            case str() as text:
                yield text
            case list() as parts:
                waiting.extend(parts)
            case dict() as named:  # PostgreSQL keeps an order of its own
                waiting.extend(named[key] for key in sorted(named))
