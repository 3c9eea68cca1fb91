"""Campaigns and links in the staff site."""

from django.contrib import admin

from crm.core.admin import RecordAdmin, RelatedInline, amount, badge

from .models import Campaign, LinkAnalytics

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
    readonly_fields = ("metrics",)
    inlines = (LinkInline,)
    fieldsets = (
        (None, {"fields": ("name", ("campaign_type", "status"), ("start_date", "end_date"))}),
        ("Money", {"fields": (("budget", "spent"),)}),
        ("Plan", {"fields": ("description", "goals", "target_audience", "audience")}),
        ("Message", {"fields": ("content", "metrics")}),
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
