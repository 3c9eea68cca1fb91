"""Entities of apps in the staff site: declared by administrators, records by their rules."""

from django.contrib import admin

from crm.core.admin import RecordAdmin

from .forms import DeclarationForm, SchemaText
from .models import DeclaredEntity, DeclaredRecord


@admin.register(DeclaredEntity)
class DeclaredEntityAdmin(RecordAdmin):
    form = DeclarationForm
    list_display = ("name", "active", "created_by", "updated_at")
    list_filter = ("active",)
    list_select_related = ("created_by",)
    fieldsets = (
        (None, {"fields": (("name", "active"), "schema")}),
        ("Who may do what", {"fields": ("access",)}),
        ("More", {"fields": ("custom_fields", "external_id"), "classes": ["collapse"]}),
    )

    def formfield_for_dbfield(self, db_field, request, **options):
        if db_field.name != "schema":
            return super().formfield_for_dbfield(db_field, request, **options)
        field = SchemaText(label="Schema", help_text=db_field.help_text)
        field.widget.attrs["rows"] = 24
        return field


@admin.register(DeclaredRecord)
class DeclaredRecordAdmin(RecordAdmin):
    list_display = ("title", "declaration", "created_by", "created_at", "updated_at")
    list_filter = (("declaration", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("declaration", "created_by")
    fieldsets = (
        (None, {"fields": ("declaration", "custom_fields")}),
        ("More", {"fields": ("external_id",), "classes": ["collapse"]}),
    )

    def get_readonly_fields(self, request, obj=None):
        fixed = () if obj is None else ("declaration",)
        return [*super().get_readonly_fields(request, obj), *fixed]
