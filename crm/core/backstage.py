"""Behind the scenes, in the staff site: ourselves, what happened, how the jobs are doing."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from unfold.admin import ModelAdmin
from unfold.decorators import display

from . import outbox
from .company import Company, ExchangeRate
from .erasure import ErasedPerson
from .models import Event, Job

#: some job is due every few seconds; after so long without any no worker is running
LONGEST_SILENCE = timedelta(minutes=5)


class ReadOnlyAdmin(ModelAdmin):
    """Rows that people look at and that only the system writes."""

    show_full_result_count = False

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def get_readonly_fields(self, request, obj=None):
        return [field.name for field in self.opts.concrete_fields]


@admin.register(Company)
class CompanyAdmin(ModelAdmin):
    """We ourselves: one row."""

    list_display = ("name", "base_currency", "timezone")
    fieldsets = (
        (None, {"fields": ("name", "address", ("email", "phone"), ("website", "tax_id"))}),
        ("Money and time", {"fields": (("base_currency", "timezone"),)}),
        ("On invoices", {"fields": ("logo", "bank_details", "invoice_footer")}),
    )

    def has_add_permission(self, request):
        return super().has_change_permission(request) and not Company.objects.exists()

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ModelAdmin):
    """What other currencies were worth, from which day on."""

    list_display = ("currency", "valid_from", "rate")
    list_filter = ("currency",)
    date_hierarchy = "valid_from"


class ToldFilter(admin.SimpleListFilter):
    """Tells apart what was told to its reactions, what waits and what was given up."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request, model_admin):
        return [("waiting", "Waiting"), ("given_up", "Given up")]

    def queryset(self, request, queryset):
        match self.value():
            case "waiting":
                return queryset & outbox.waiting()
            case "given_up":
                return queryset & outbox.given_up()
        return queryset


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What happened to all records."""

    list_display = ("happened_at", "name", "record_id", "actor", "door", "delivered_at", "error")
    list_filter = (ToldFilter, "door", "record_type")
    list_select_related = ("actor",)
    search_fields = ("name", "record_id", "request_id")
    ordering = ("-id",)
    actions = ("tell_again",)

    @admin.action(description="Tell the reactions again", permissions=["change"])
    def tell_again(self, request, queryset):
        count = outbox.try_again(queryset)
        self.message_user(request, f"{count} events will be told again.", messages.SUCCESS)


def queues_now() -> list[dict[str, Any]]:
    """Return of each queue how much waits in it, how much was given up, and where that is seen."""
    return [
        {
            "title": queue.name,
            "waiting": queue.depth(),
            "given_up": queue.failures(),
            "link": reverse(queue.page),
        }
        for queue in import_string(settings.CRM_QUEUES)
    ]


def jobs_now() -> dict[str, Any]:
    """Return how many jobs there are, which of them failed, and whether any runs at all."""
    jobs = list(Job.objects.all())
    last = max((job.finished_at for job in jobs if job.finished_at), default=None)
    return {
        "count": len(jobs),
        "failed": [job.name for job in jobs if job.error],
        "last": last,
        "stands_still": last is None or last < timezone.now() - LONGEST_SILENCE,
        "link": reverse("admin:crm_job_changelist"),
    }


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    """What runs by the clock and how it went; above it, what waits in which queue."""

    list_display = ("name", "does", "every", "state", "started_at", "took", "runs", "failures")
    list_before_template = "admin/crm/queues.html"
    actions = ("run_soon",)

    def changelist_view(self, request, extra_context=None):
        extra = {"queues": queues_now(), **(extra_context or {})}
        return super().changelist_view(request, extra)

    @admin.action(description="Run within seconds", permissions=["change"])
    def run_soon(self, request, queryset):
        queryset.update(started_at=None)
        self.message_user(request, "A worker takes them up at its next tick.", messages.SUCCESS)

    @display(description="What it does")
    def does(self, job):
        scheduled = self._scheduled(job)
        return scheduled.does if scheduled else "Not in the schedule any more."

    @display(description="At least every")
    def every(self, job):
        scheduled = self._scheduled(job)
        return str(scheduled.every) if scheduled else ""

    @display(description="State", label={"fine": "success", "failed": "danger", "running": "info"})
    def state(self, job):
        if job.started_at is None:
            return "due"
        if job.finished_at is None or job.finished_at < job.started_at:
            return "running"
        return "failed" if job.error else "fine"

    @display(description="Took")
    def took(self, job):
        return "" if job.seconds is None else f"{job.seconds:.2f} s"

    @staticmethod
    def _scheduled(job):
        return import_string(settings.CRM_SCHEDULE).get(job.name)


@admin.register(ErasedPerson)
class ErasedPersonAdmin(ReadOnlyAdmin):
    """Who was erased, as hashes; deleting an entry lets that address be stored again."""

    list_display = ("erased_at", "erased_by", "reason", "email_hash")
    list_select_related = ("erased_by",)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return request.user.has_perm("crm.delete_erasedperson")
