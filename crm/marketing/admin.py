"""Campaigns and links in the staff site."""

from django.contrib import admin
from unfold.admin import ModelAdmin
from unfold.decorators import display

from crm.core.admin import RecordAdmin, RelatedInline, amount, badge

from .models import Campaign, CampaignRecipient, Click, LinkAnalytics

CAMPAIGN = {"active": "success", "paused": "warning", "scheduled": "info"}
LINK = {"active": "success", "expired": "danger"}


class LinkInline(RelatedInline):
    model = LinkAnalytics
    fields = ("short_code", "original_url", "clicks", "unique_clicks", "status")


@admin.register(Campaign)
class CampaignAdmin(RecordAdmin):
    list_display = (
        "name",
        "campaign_type",
        "status_",
        "start_date",
        "end_date",
        "budget_",
        "created_by",
    )
    list_filter = ("status", "campaign_type")
    list_select_related = ("created_by",)
    readonly_fields = (
        "metrics",
        "excluded",
        "status_reason",
        "started_at",
        "completed_at",
        "started_by",
    )
    inlines = (LinkInline,)
    fieldsets = (
        (None, {"fields": ("name", ("campaign_type", "status"), ("start_date", "end_date"))}),
        ("Money", {"fields": (("budget", "spent"),)}),
        ("Plan", {"fields": ("description", "goals", "target_audience", "audience")}),
        ("Message", {"fields": ("content",)}),
        (
            "Sending",
            {
                "fields": (
                    ("started_at", "completed_at"),
                    "started_by",
                    "status_reason",
                    "excluded",
                    "metrics",
                )
            },
        ),
        ("More", {"fields": ("custom_fields", "external_id"), "classes": ["collapse"]}),
    )
    status_ = badge("status", CAMPAIGN)
    budget_ = amount("budget")


@admin.register(LinkAnalytics)
class LinkAnalyticsAdmin(RecordAdmin):
    list_display = ("short_code", "original_url", "campaign", "clicks", "unique_clicks", "status_")
    list_filter = ("status", "campaign")
    list_select_related = ("campaign",)
    autocomplete_fields = ("campaign",)
    readonly_fields = (
        "clicks",
        "unique_clicks",
        "machine_clicks",
        "last_clicked_at",
        "click_data",
    )
    fieldsets = (
        (None, {"fields": ("short_code", "original_url", "campaign", ("status", "expires_at"))}),
        (
            "Clicks",
            {
                "fields": (
                    ("clicks", "unique_clicks", "machine_clicks"),
                    "last_clicked_at",
                    "click_data",
                )
            },
        ),
        ("More", {"fields": ("metadata", "custom_fields", "external_id"), "classes": ["collapse"]}),
    )
    status_ = badge("status", LINK)


class LookOnly(ModelAdmin):
    """Rows that sending and counting write, to look at only."""

    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(CampaignRecipient)
class CampaignRecipientAdmin(LookOnly):
    list_display = ("address", "campaign", "state", "mailed_at")
    list_filter = ("campaign",)
    list_select_related = ("campaign", "email")
    search_fields = ("address",)
    ordering = ("-created_at", "-id")

    @display(description="State")
    def state(self, recipient):
        return recipient.email.status if recipient.email else "waiting"


@admin.register(Click)
class ClickAdmin(LookOnly):
    list_display = ("at", "link", "device", "referrer", "machine", "counted")
    list_filter = ("machine", "device")
    list_select_related = ("link",)
    search_fields = ("link__short_code",)
    ordering = ("-at", "-id")
