"""The staff site: the same scopes and verbs as every other door."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from django.apps import apps
from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import display

from . import events, records
from .adminforms import RecordForm
from .bases import LIVE
from .errors import DomainError
from .models import Event
from .searchtext import matching

KEPT_FIELDS = ("id", "created_at", "created_by", "updated_at", "revision")
HISTORY_SHOWN = 500


class DeletedFilter(admin.SimpleListFilter):
    """Shows the recycle bin instead of what is in use."""

    title = "recycle bin"
    parameter_name = "deleted"

    def lookups(self, request, model_admin):
        return [("yes", "Deleted records")]

    def queryset(self, request, queryset):
        if self.value() != "yes":
            return queryset
        deleted = queryset.model.all_objects.filter(~LIVE)
        return deleted.visible_to(request.user).deletable_by(request.user).order_by("-deleted_at")


@dataclass(frozen=True)
class Told:
    """An event as the history page shows it."""

    action_time: datetime
    user: Any
    get_change_message: str


class RecordAdmin(ModelAdmin):
    """One entity in the staff site.

    Subclasses say which columns, filters and groups of fields help the people there.
    """

    form = RecordForm
    actions = ("restore_selected",)
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    ordering: ClassVar[list[str]] = ["-created_at", "-id"]
    search_fields = ("search_text",)
    #: fields that need a permission to be seen, ``{name: permission}``
    guarded_fields: ClassVar[dict[str, str]] = {}

    # -- which rows ------------------------------------------------------------------------

    def get_queryset(self, request):
        return self.model.objects.visible_to(request.user).order_by(*self.ordering)

    def get_search_results(self, request, queryset, search_term):
        return queryset.filter(matching(search_term.replace("\x00", ""))), False

    def get_list_filter(self, request):
        return [DeletedFilter, *super().get_list_filter(request)]

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request, obj) and self._reaches(request, obj, "view")

    def has_change_permission(self, request, obj=None):
        return super().has_change_permission(request, obj) and self._reaches(request, obj, "change")

    def has_delete_permission(self, request, obj=None):
        return super().has_delete_permission(request, obj) and self._reaches(request, obj, "delete")

    def _reaches(self, request, obj, verb):
        """Whether the row scope reaches a record; asked once for each within a request."""
        if obj is None or obj._state.adding:
            return True
        known = request.__dict__.setdefault("_reached", {})
        key = (verb, obj.pk, obj.revision)
        if key not in known:
            rows = self.model.all_objects
            scoped = {
                "view": rows.visible_to,
                "change": rows.changeable_by,
                "delete": rows.deletable_by,
            }[verb](request.user)
            known[key] = scoped.filter(pk=obj.pk).exists()
        return known[key]

    # -- which fields ----------------------------------------------------------------------

    def get_fieldsets(self, request, obj=None):
        hidden = self._hidden_from(request)
        groups = [
            (title, {**options, "fields": [n for n in options["fields"] if n not in hidden]})
            for title, options in super().get_fieldsets(request, obj)
        ]
        if "shown_revision" not in str(groups):
            groups[0][1]["fields"] = [*groups[0][1]["fields"], "shown_revision"]
        if obj is not None:
            groups.append(("Record", {"fields": KEPT_FIELDS, "classes": ["collapse"]}))
        return groups

    def get_readonly_fields(self, request, obj=None):
        return [*super().get_readonly_fields(request, obj), *KEPT_FIELDS]

    def get_list_display(self, request):
        hidden = self._hidden_from(request)
        return [name for name in super().get_list_display(request) if name not in hidden]

    def _hidden_from(self, request):
        guarded = self.guarded_fields.items()
        return {name for name, permission in guarded if not request.user.has_perm(permission)}

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change=change, **kwargs)
        form.request = request
        return form

    def formfield_for_foreignkey(self, db_field, request, **kwargs):
        target = db_field.related_model
        if target is get_user_model():
            kwargs.setdefault("queryset", target.objects.all())
        elif hasattr(target.objects, "visible_to"):
            kwargs.setdefault("queryset", target.objects.visible_to(request.user))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    # -- verbs -----------------------------------------------------------------------------

    def save_model(self, request, obj, form, change):
        """Pass on what the verb warned of: the form stored the record when it was found valid."""
        for warning in records.warnings_of(obj):
            self.message_user(request, warning, messages.WARNING)

    def delete_model(self, request, obj):
        records.remove(obj, by=request.user)

    def delete_queryset(self, request, queryset):
        self._each(request, queryset, records.remove, "Kept")

    def delete_view(self, request, object_id, extra_context=None):
        try:
            return super().delete_view(request, object_id, extra_context)
        except DomainError as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return self._response_post_save(request, self.get_object(request, object_id))

    def get_deleted_objects(self, objs, request):
        """Say what goes to the recycle bin: the records themselves, nothing with them."""
        names = [str(obj) for obj in objs]
        refused = [obj for obj in objs if not self.has_delete_permission(request, obj)]
        lacking = {self.opts.verbose_name} if refused else set()
        return names, {self.opts.verbose_name_plural: len(names)}, lacking, []

    @admin.action(description="Restore from the recycle bin", permissions=["delete"])
    def restore_selected(self, request, queryset):
        self._each(request, queryset, records.restore, "Not restored")

    def _each(self, request, queryset, verb, refusal_word):
        done = 0
        for record in queryset:
            try:
                verb(record, by=request.user)
                done += 1
            except (DomainError, PermissionDenied) as refusal:
                self.message_user(request, f"{refusal_word}: {record}. {refusal}", messages.ERROR)
        if verb is records.restore and done:
            self.message_user(request, f"Restored: {done}.", messages.SUCCESS)

    # -- history: the house's own ----------------------------------------------------------

    def log_addition(self, request, obj, message):
        """Nothing: the verbs write the history."""

    log_change = log_addition

    def log_deletions(self, request, queryset):
        """Nothing: the verbs write the history."""

    def history_view(self, request, object_id, extra_context=None):
        record = self.get_object(request, object_id)
        if record is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        hidden = self._hidden_from(request)
        context = {
            **self.admin_site.each_context(request),
            "title": f"History of {record}",
            "action_list": [
                told(event, hidden) for event in events.history(record)[:HISTORY_SHOWN]
            ],
            "module_name": self.opts.verbose_name_plural,
            "object": record,
            "opts": self.opts,
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/crm/record_history.html", context)


def told(event: Event, hidden: set[str]) -> Told:
    """Return one event in words; fields that the reader may not see are left out."""
    changes = [
        f"{name}: {old if old not in (None, '') else '–'} → {new if new not in (None, '') else '–'}"
        for name, (old, new) in event.data.get("changes", {}).items()
        if name not in hidden
    ]
    what = event.name.partition(".")[2].replace("_", " ")
    return Told(
        event.happened_at, event.actor, " · ".join([f"{what} (via {event.door})", *changes])
    )


class RelatedInline(TabularInline):
    """Records that hang on this one, to look at and to open."""

    extra = 0
    max_num = 0
    can_delete = False
    show_change_link = True
    tab = True
    per_page = 20
    ordering: ClassVar[list[str]] = ["-created_at"]

    def get_queryset(self, request):
        return self.model.objects.visible_to(request.user).order_by(*self.ordering)

    def get_readonly_fields(self, request, obj=None):
        return self.fields

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


def related_inline(entity: str, *fields: str) -> type[RelatedInline]:
    """Return an inline over records of an entity, by name: it may be of a higher domain."""
    model = apps.get_model("crm", entity)
    return type(f"{entity}Inline", (RelatedInline,), {"model": model, "fields": fields})


def badge(field: str, colours: dict[str, str]) -> Any:
    """Return a list column that shows a choice as a coloured label."""

    @display(description=field.replace("_", " ").capitalize(), ordering=field, label=colours)
    def column(self: Any, record: Any) -> str:
        return getattr(record, field)

    return column


def amount(field: str) -> Any:
    """Return a list column that shows money with two digits and thousands."""

    @display(description=field.replace("_", " ").capitalize(), ordering=field)
    def column(self: Any, record: Any) -> str:
        value = getattr(record, field)
        return "" if value is None else f"{value:,.2f} {getattr(record, 'currency', '')}".strip()

    return column
