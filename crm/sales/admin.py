"""Leads and deals in the staff site."""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.html import format_html_join
from unfold.admin import TabularInline
from unfold.widgets import UnfoldAdminSelectWidget

from crm.core.admin import RecordAdmin, amount, badge
from crm.core.adminforms import RecordForm
from crm.core.errors import DomainError

from . import deals, scoring
from .conversion import Wishes, convert_lead
from .leads import release_score
from .models import Deal, Lead, Pipeline, StageChange
from .stageforms import StagesField

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


class PipelineForm(RecordForm):
    stages = StagesField()


@admin.register(Pipeline)
class PipelineAdmin(RecordAdmin):
    form = PipelineForm
    list_display = ("name", "is_default", "active", "stage_names")
    list_filter = ("active",)
    fieldsets = (
        (None, {"fields": ("name", ("is_default", "active"), "stages")}),
        ("More", {"fields": ("custom_fields", "external_id"), "classes": ["collapse"]}),
    )

    @admin.display(description="Stages")
    def stage_names(self, pipeline):
        return " → ".join(stage.name for stage in pipeline.all_stages())


class StageChangeInline(TabularInline):
    """The way a deal went, to look at."""

    model = StageChange
    fields = ("at", "from_stage", "to_stage", "by", "seconds")
    readonly_fields = fields
    extra = 0
    max_num = 0
    can_delete = False
    tab = True
    ordering = ("-at", "-id")

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False


class DealForm(RecordForm):
    """Offers the stages of the deal's pipeline."""

    stage = forms.ChoiceField(widget=UnfoldAdminSelectWidget)

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        pipelines = Pipeline.objects.order_by("-is_default", "name")
        if "stage" in self.fields:
            self.fields["stage"].choices = [
                (str(pipeline), [(stage.name, stage.name) for stage in pipeline.all_stages()])
                for pipeline in pipelines
            ]


@admin.register(Deal)
class DealAdmin(RecordAdmin):
    form = DealForm
    inlines = (StageChangeInline,)
    actions = (*RecordAdmin.actions, "move_on", "win")
    list_display = (
        "deal_name",
        "account",
        "pipeline",
        "stage_",
        "amount_",
        "probability",
        "expected_close_date",
        "assigned_to",
    )
    list_filter = ("stage_kind", "pipeline", "stage", "lead_source", "assigned_to")
    list_select_related = ("account", "assigned_to", "pipeline")
    autocomplete_fields = ("account", "contact", "assigned_to")
    readonly_fields = ("stage_kind", "forecast_category", "stage_changed_at")
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "deal_name",
                    ("account", "contact"),
                    ("amount", "currency"),
                    ("pipeline", "stage", "probability"),
                    "loss_reason",
                    "assigned_to",
                )
            },
        ),
        (
            "Course",
            {
                "fields": (
                    ("expected_close_date", "close_date"),
                    "lead_source",
                    "next_step",
                    ("position", "stage_changed_at"),
                    ("stage_kind", "forecast_category"),
                )
            },
        ),
        ("More", {"fields": ("description", "items", "custom_fields", "external_id")}),
    )
    stage_ = badge("stage", STAGE)
    amount_ = amount("amount")

    @admin.action(description="Move to the next stage", permissions=["change"])
    def move_on(self, request, queryset):
        self._move(request, queryset, deals.advance_deal)

    @admin.action(description="Mark as won", permissions=["change"])
    def win(self, request, queryset):
        self._move(request, queryset, deals.win_deal)

    def _move(self, request, queryset, move):
        moved = 0
        for deal in queryset:
            if not self.has_change_permission(request, deal):
                self.message_user(request, f"{deal}: out of your reach.", messages.ERROR)
                continue
            try:
                move(deal, by=request.user)
                moved += 1
            except ValidationError as refusal:
                self.message_user(request, f"{deal}: {' '.join(refusal.messages)}", messages.ERROR)
            except (DomainError, PermissionDenied) as refusal:
                self.message_user(request, f"{deal}: {refusal}", messages.ERROR)
        if moved:
            self.message_user(request, f"Moved: {moved}.", messages.SUCCESS)
