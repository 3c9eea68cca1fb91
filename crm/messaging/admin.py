"""E-mails, templates and the suppression list in the staff site."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from unfold.admin import ModelAdmin

from crm.core.admin import RecordAdmin, badge
from crm.core.errors import DomainError

from . import operations
from .models import Email, EmailTemplate, ProviderNotice, Suppression

STATUS = {
    "sent": "success",
    "failed": "danger",
    "bounced": "danger",
    "complained": "danger",
    "scheduled": "info",
    "queued": "info",
    "sending": "info",
}


@admin.register(Email)
class EmailAdmin(RecordAdmin):
    list_display = (
        "subject",
        "to_email",
        "status_",
        "sent_at",
        "opens_count",
        "clicks_count",
        "created_by",
    )
    list_filter = ("status", "outcome_unknown", "related_to_type")
    list_select_related = ("created_by",)
    autocomplete_fields = ("campaign",)
    readonly_fields = (
        "sent_at",
        "opened_at",
        "clicked_at",
        "opens_count",
        "clicks_count",
        "machine_opens_count",
        "machine_clicks_count",
        "message_id",
        "error",
        "attempts",
        "retry_at",
        "outcome_unknown",
    )
    actions = (
        *RecordAdmin.actions,
        "send_selected",
        "settle_as_sent",
        "settle_as_failed",
        "settle_by_sending_again",
    )
    fieldsets = (
        (None, {"fields": (("from_email", "to_email"), "subject", "body", "html_body")}),
        ("Further receivers", {"fields": (("cc", "bcc"),), "classes": ["collapse"]}),
        (
            "Sending",
            {"fields": (("status", "scheduled_at"), ("template_id", "campaign"), "attachments")},
        ),
        (
            "What became of it",
            {
                "fields": (
                    ("sent_at", "attempts", "retry_at"),
                    ("opened_at", "opens_count", "machine_opens_count"),
                    ("clicked_at", "clicks_count", "machine_clicks_count"),
                    "outcome_unknown",
                    "message_id",
                    "error",
                )
            },
        ),
        ("About", {"fields": (("related_to_type", "related_to_id"),)}),
        ("More", {"fields": ("metadata", "custom_fields", "external_id"), "classes": ["collapse"]}),
    )
    status_ = badge("status", STATUS)

    @admin.action(description="Send", permissions=["change"])
    def send_selected(self, request, queryset):
        self._each_mail(request, queryset, lambda email: operations.queue(email, by=request.user))

    @admin.action(description="Outcome unknown: it was sent", permissions=["change"])
    def settle_as_sent(self, request, queryset):
        self._settle(request, queryset, "sent")

    @admin.action(description="Outcome unknown: it was not sent", permissions=["change"])
    def settle_as_failed(self, request, queryset):
        self._settle(request, queryset, "failed")

    @admin.action(description="Outcome unknown: send it again", permissions=["change"])
    def settle_by_sending_again(self, request, queryset):
        self._settle(request, queryset, "resend")

    def _settle(self, request, queryset, outcome):
        self._each_mail(
            request, queryset, lambda email: operations.settle(email, outcome, by=request.user)
        )

    def _each_mail(self, request, queryset, verb):
        done = 0
        for email in queryset.changeable_by(request.user):
            try:
                verb(email)
                done += 1
            except ValidationError as refusal:
                reason = " ".join(refusal.messages)
                self.message_user(request, f"Left alone: {email}. {reason}", messages.ERROR)
            except (DomainError, PermissionDenied) as refusal:
                self.message_user(request, f"Left alone: {email}. {refusal}", messages.ERROR)
        if done:
            self.message_user(request, f"Done: {done}.", messages.SUCCESS)


@admin.register(EmailTemplate)
class EmailTemplateAdmin(RecordAdmin):
    list_display = ("name", "subject", "category", "updated_at")
    list_filter = ("category",)
    fieldsets = (
        (None, {"fields": (("name", "category"), "description")}),
        ("Message", {"fields": ("subject", "body", "html_body")}),
        ("More", {"fields": ("custom_fields", "external_id"), "classes": ["collapse"]}),
    )


@admin.register(Suppression)
class SuppressionAdmin(ModelAdmin):
    """Addresses that are written no more; taking one off lets mail go there again."""

    list_display = ("address", "reason", "detail", "created_at")
    list_filter = ("reason",)
    search_fields = ("address",)
    fields = ("address", "reason", "detail", "created_at")

    def get_readonly_fields(self, request, obj=None):
        return ("created_at",) if obj is None else self.fields


@admin.register(ProviderNotice)
class ProviderNoticeAdmin(ModelAdmin):
    """What the mail provider reported, to look at only."""

    list_display = ("received_at", "kind", "email", "message_id")
    list_filter = ("kind",)
    list_select_related = ("email",)
    search_fields = ("message_id",)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False
