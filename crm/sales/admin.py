"""Leads and deals in the staff site."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.html import format_html_join

from crm.core.admin import RecordAdmin, amount, badge
from crm.core.errors import DomainError

from . import scoring
from .conversion import Wishes, convert_lead
from .leads import release_score
from .models import Deal, Lead

STATUS = {"new": "info", "qualified": "success", "converted": "success", "unqualified": "danger"}
STAGE = {"Closed Won": "success", "Closed Lost": "danger", "On Hold": "warning"}


@admin.register(Lead)
class LeadAdmin(RecordAdmin):
    list_display = (
        "name",
        "company",
        "email",
        "status_",
        "source",
        "lead_score",
        "assigned_to",
        "created_at",
    )
    list_filter = ("status", "source", "assigned_to")
    list_select_related = ("assigned_to",)
    autocomplete_fields = ("assigned_to",)
    readonly_fields = (
        "converted_date",
        "converted_contact",
        "converted_account",
        "converted_deal",
        "score_is_manual",
        "score_comes_from",
    )
    actions = ("convert_selected", "release_selected")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("first_name", "last_name"),
                    ("company", "title"),
                    ("status", "source"),
                    ("lead_score", "assigned_to"),
                )
            },
        ),
        (
            "How to reach them",
            {"fields": (("email", "phone"), ("website", "last_contact_date"))},
        ),
        ("Score", {"fields": ("score_is_manual", "score_comes_from"), "classes": ["collapse"]}),
        ("Company", {"fields": ("industry", ("annual_revenue", "employees"))}),
        ("Address", {"fields": ("address", ("postal_code", "city"), ("state", "country"))}),
        (
            "Conversion",
            {
                "fields": (
                    "converted_date",
                    ("converted_contact", "converted_account", "converted_deal"),
                ),
                "classes": ["collapse"],
            },
        ),
        ("More", {"fields": ("notes", "custom_fields", "external_id")}),
    )
    status_ = badge("status", STATUS)

    @admin.display(description="Name", ordering="last_name")
    def name(self, lead):
        return str(lead)

    @admin.display(description="By the rules")
    def score_comes_from(self, lead):
        if lead._state.adding:
            return ""
        rules = scoring.explain(lead, scoring.behaviour_of(lead), now=timezone.now())
        rows = ((row["points"], row["why"]) for row in rules if row["points"])
        return format_html_join("", "<div>{} · {}</div>", rows) or "0"

    @admin.action(description="Convert to contact and account", permissions=["change"])
    def convert_selected(self, request, queryset):
        self._do(
            request, queryset, lambda lead, by: convert_lead(lead, Wishes(), by=by), "Converted"
        )

    @admin.action(description="Give the score back to the rules", permissions=["change"])
    def release_selected(self, request, queryset):
        self._do(request, queryset, lambda lead, by: release_score(lead, by=by), "Released")

    def _do(self, request, queryset, verb, word):
        done = 0
        for lead in queryset:
            try:
                if not self.has_change_permission(request, lead):
                    raise PermissionDenied("You may not change this lead.")
                verb(lead, request.user)
                done += 1
            except ValidationError as refusal:
                reasons = " ".join(refusal.messages)
                self.message_user(request, f"Not done: {lead}. {reasons}", messages.ERROR)
            except (DomainError, PermissionDenied) as refusal:
                self.message_user(request, f"Not done: {lead}. {refusal}", messages.ERROR)
        if done:
            self.message_user(request, f"{word}: {done}.", messages.SUCCESS)


@admin.register(Deal)
class DealAdmin(RecordAdmin):
    list_display = (
        "deal_name",
        "account",
        "stage_",
        "amount_",
        "probability",
        "expected_close_date",
        "assigned_to",
    )
    list_filter = ("stage", "lead_source", "assigned_to")
    list_select_related = ("account", "assigned_to")
    autocomplete_fields = ("account", "contact", "assigned_to")
    readonly_fields = ("stage_changed_at",)
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "deal_name",
                    ("account", "contact"),
                    ("amount", "currency"),
                    ("stage", "probability"),
                    "assigned_to",
                )
            },
        ),
        (
            "Course",
            {
                "fields": (
                    ("expected_close_date", "close_date"),
                    ("lead_source", "loss_reason"),
                    "next_step",
                    ("position", "stage_changed_at"),
                )
            },
        ),
        ("More", {"fields": ("description", "custom_fields", "external_id")}),
    )
    stage_ = badge("stage", STAGE)
    amount_ = amount("amount")
